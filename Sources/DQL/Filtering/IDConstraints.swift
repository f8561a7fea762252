import JSON

/// Finds out what a program demands of `_id`.
struct IDConstraints {
    /// The keys of the documents of which a part can be true.
    private enum Keys {
        case all
        case some(Set<[UInt8]>)
        case range(DQLKeyRange)
    }

    let program: Program

    /// What the whole program demands.
    var constraint: DQLIDConstraint {
        switch self.keys(self.program.root) {
        case .all: .none
        case .some(let keys): .oneOf(keys.sorted { $0.lexicographicallyPrecedes($1) })
        case .range(let range): .range(range)
        }
    }

    private func keys(_ index: Int) -> Keys {
        switch self.program.nodes[index] {
        case .bool(true): .all
        case .bool(false), .null: .some([])
        case .comparison(let sign, let left, let right): self.keys(sign, left, right)
        case .oneOf(let value, let list, isNegated: false) where self.isID(value):
            self.keys(equalTo: self.program.children[list.range].map(self.constant))
        case .element(let value, of: let array, isNegated: false) where self.isID(value):
            self.constant(array)?.array.map { self.keys(equalTo: $0) } ?? .all
        case .between(let value, let low, let high, isNegated: false) where self.isID(value):
            Self.both(self.keys(.greaterOrEqual, value, low), self.keys(.lessOrEqual, value, high))
        case .call(.startsWith, let arguments): self.keys(startingWith: self.program.children[arguments.range])
        case .all(let parts): parts.range.reduce(.all) { Self.both($0, self.keys(self.program.children[$1])) }
        case .any(let parts): parts.range.reduce(.some([])) { Self.either($0, self.keys(self.program.children[$1])) }
        default: .all
        }
    }

    private func keys(_ sign: DQLOperator, _ left: Int, _ right: Int) -> Keys {
        if self.isID(left), let value = self.constant(right) { return self.keys(sign, value) }
        guard self.isID(right), let value = self.constant(left) else { return .all }
        switch sign {
        case .less: return self.keys(.greater, value)
        case .lessOrEqual: return self.keys(.greaterOrEqual, value)
        case .greater: return self.keys(.less, value)
        case .greaterOrEqual: return self.keys(.lessOrEqual, value)
        default: return self.keys(sign, value)
        }
    }

    private func keys(_ sign: DQLOperator, _ value: JSONValue) -> Keys {
        if sign == .equal { return self.keys(equalTo: [value]) }
        if sign == .notEqual { return .all }
        // Only text has an order that text can be in.
        guard let text = value.string else { return .some([]) }
        return .range(
            sign == .less || sign == .lessOrEqual ? DQLKeyRange(through: text) : DQLKeyRange(from: text)
        )
    }

    private func keys(equalTo values: [JSONValue?]) -> Keys {
        var keys: Set<[UInt8]> = []
        for value in values {
            switch value {
            case .string?: if let value { keys.insert(value.bytes) }
            // 1 and 1.0 are equal and have different keys.
            case .object?:
                guard let value, !value.hasNumber else { return .all }
                keys.insert(value.bytes)
            case nil: return .all
            default: break
            }
        }
        return .some(keys)
    }

    private func keys(startingWith arguments: ArraySlice<Int>) -> Keys {
        guard let value = arguments.first, let prefix = arguments.last, self.isID(value) else { return .all }
        return self.constant(prefix)?.string.map { .range(DQLKeyRange(startingWith: $0)) } ?? .all
    }

    // MARK: - Parts

    private func isID(_ index: Int) -> Bool {
        guard case .field(let slot) = self.program.nodes[index] else { return false }
        return self.program.texts[self.program.fields[slot].range].elementsEqual("_id".utf8)
    }

    private func constant(_ index: Int) -> JSONValue? {
        switch self.program.nodes[index] {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let piece): .string(String(decoding: self.program.texts[piece.range], as: UTF8.self))
        case .constant(let index): self.program.constants[index]
        default: nil
        }
    }

    private static func both(_ first: Keys, _ second: Keys) -> Keys {
        switch (first, second) {
        case (.all, let keys), (let keys, .all): keys
        case (.some(let first), .some(let second)): .some(first.intersection(second))
        case (.some(let keys), .range(let range)), (.range(let range), .some(let keys)):
            .some(keys.filter(range.contains))
        case (.range(let first), .range(let second)):
            .range(
                DQLKeyRange(
                    lower: self.greater(first.lower, second.lower),
                    upper: self.less(first.upper, second.upper)
                )
            )
        }
    }

    private static func either(_ first: Keys, _ second: Keys) -> Keys {
        switch (first, second) {
        case (.all, _), (_, .all): return .all
        case (.some(let first), .some(let second)): return .some(first.union(second))
        case (.some(let keys), .range(var range)), (.range(var range), .some(let keys)):
            for key in keys {
                range = DQLKeyRange(
                    lower: self.less(range.lower, key),
                    upper: self.greater(range.upper, key + [0])
                )
            }
            return .range(range)
        case (.range(let first), .range(let second)):
            return .range(
                DQLKeyRange(
                    lower: self.less(first.lower, second.lower),
                    upper: self.greater(first.upper, second.upper)
                )
            )
        }
    }

    private static func less(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        second.lexicographicallyPrecedes(first) ? second : first
    }

    private static func greater(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        first.lexicographicallyPrecedes(second) ? second : first
    }
}

extension JSONValue {
    /// Whether there is a number in it.
    var hasNumber: Bool {
        switch self {
        case .integer, .number: true
        case .array(let elements): elements.contains(where: \.hasNumber)
        case .object(let object): object.members.contains(where: \.value.hasNumber)
        case .null, .bool, .string: false
        }
    }
}
