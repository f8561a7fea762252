import JSON

/// How two values stand to each other.
enum Relation {
    case less
    case equal
    case greater
    /// Different, and neither before the other.
    case unequal
    /// One of them is null or missing.
    case unknown

    init(_ order: Int) {
        self = order < 0 ? .less : order > 0 ? .greater : .equal
    }

    /// What an operator makes of it: values of two types are unequal, and asking for their order gives nothing.
    func truth(of sign: DQLOperator) -> Truth {
        guard self != .unknown else { return .unknown }
        switch sign {
        case .equal: return Truth(self == .equal)
        case .notEqual: return Truth(self != .equal)
        default: break
        }
        guard self != .unequal else { return .unknown }
        switch sign {
        case .less: return Truth(self == .less)
        case .lessOrEqual: return Truth(self != .greater)
        case .greater: return Truth(self == .greater)
        case .greaterOrEqual: return Truth(self != .less)
        default: return .unknown
        }
    }
}

extension Operand {
    /// Compares two values: numbers by value, text by bytes, all else only for equality.
    func relation(to other: Operand) -> Relation {
        switch (self, other) {
        case (.missing, _), (.null, _), (_, .missing), (_, .null): return .unknown
        case (.text(let first), .text(let second)): return Relation(first.order(to: second))
        case (.integer(let first), .integer(let second)):
            return first < second ? .less : Relation(first > second ? 1 : 0)
        case (.integer(let first), .number(let second)): return Relation(Self.order(of: first, to: second))
        case (.number(let first), .integer(let second)): return Relation(-Self.order(of: second, to: first))
        case (.number(let first), .number(let second)): return Relation(first < second ? -1 : first > second ? 1 : 0)
        case (.bool(let first), .bool(let second)): return first == second ? .equal : .unequal
        case (.text, .string), (.string, .text), (.string, .string):
            let order = self.withText { first in other.withText { first.order(to: $0) } }
            return Relation((order ?? 0) ?? 0)
        default: return self.nestedRelation(to: other)
        }
    }

    private func nestedRelation(to other: Operand) -> Relation {
        if let first = self.elements, let second = other.elements {
            return JSONValue.array(first).isSame(as: .array(second)) ? .equal : .unequal
        }
        if let first = self.members, let second = other.members {
            return JSONValue.object(first).isSame(as: .object(second)) ? .equal : .unequal
        }
        return .unequal
    }

    /// Below zero, zero or above, exactly: no integer is rounded on the way.
    static func order(of integer: Int64, to number: Double) -> Int {
        // Not a number: nothing that JSON can hold, and no `Int64` either.
        guard !number.isNaN, number < 0x1p63 else { return -1 }
        if number < -0x1p63 { return 1 }
        let whole = number.rounded(.towardZero)
        let truncated = Int64(whole)
        if integer != truncated { return integer < truncated ? -1 : 1 }
        return number > whole ? -1 : number < whole ? 1 : 0
    }
}

extension JSONValue {
    /// Whether two values are equal in DQL, where 1 and 1.0 are one number.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let first), .number(let second)): return Operand.order(of: first, to: second) == 0
        case (.number(let first), .integer(let second)): return Operand.order(of: second, to: first) == 0
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy { $0.isSame(as: $1) }
        case (.object(let first), .object(let second)):
            return first.count == second.count
                && zip(first.members, second.members).allSatisfy { first, second in
                    first.key.utf8.elementsEqual(second.key.utf8) && first.value.isSame(as: second.value)
                }
        default: return self == other
        }
    }
}
