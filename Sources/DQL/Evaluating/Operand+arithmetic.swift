/// Arithmetic: integers stay integers while they fit in 64 bits; what has no result is null.
extension Operand {
    private var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    func result(of sign: DQLOperator, _ other: Operand) -> Operand {
        if case .integer(let first) = self, case .integer(let second) = other {
            return Self.result(of: sign, first, second)
        }
        guard let first = self.double, let second = other.double else { return .null }
        switch sign {
        case .add: return Operand(finite: first + second)
        case .subtract: return Operand(finite: first - second)
        case .multiply: return Operand(finite: first * second)
        case .divide: return Operand(finite: first / second)
        case .remainder: return Operand(finite: first.truncatingRemainder(dividingBy: second))
        default: return .null
        }
    }

    private static func result(of sign: DQLOperator, _ first: Int64, _ second: Int64) -> Operand {
        switch sign {
        case .add: return self.exact(first.addingReportingOverflow(second)) ?? .number(Double(first) + Double(second))
        case .subtract:
            return self.exact(first.subtractingReportingOverflow(second)) ?? .number(Double(first) - Double(second))
        case .multiply:
            return self.exact(first.multipliedReportingOverflow(by: second)) ?? .number(Double(first) * Double(second))
        case .divide: return self.quotient(first, second)
        case .remainder:
            // The least integer divided by -1 overflows, and leaves nothing.
            guard second != 0 else { return .null }
            return .integer(second == -1 ? 0 : first % second)
        case .shiftLeft: return (0..<64).contains(second) ? .integer(first << second) : .null
        case .shiftRight: return (0..<64).contains(second) ? .integer(first >> second) : .null
        default: return .null
        }
    }

    private static func exact(_ result: (partialValue: Int64, overflow: Bool)) -> Operand? {
        result.overflow ? nil : .integer(result.partialValue)
    }

    /// JSON has one sort of number, so 7 / 2 is 3.5, and 6 / 2 stays the integer 3.
    private static func quotient(_ first: Int64, _ second: Int64) -> Operand {
        guard second != 0 else { return .null }
        let (quotient, overflow) = first.dividedReportingOverflow(by: second)
        guard !overflow, quotient &* second == first else { return .number(Double(first) / Double(second)) }
        return .integer(quotient)
    }

    /// The number with the other sign.
    var negated: Operand {
        switch self {
        case .integer(.min): .number(0x1p63)
        case .integer(let value): .integer(-value)
        case .number(let value): .number(-value)
        default: .null
        }
    }

    var absolute: Operand {
        switch self {
        case .integer(let value) where value < 0: self.negated
        case .integer: self
        case .number(let value): .number(value.magnitude)
        default: .null
        }
    }

    func rounded(_ rule: FloatingPointRoundingRule) -> Operand {
        switch self {
        case .integer: self
        case .number(let value):
            Int64(exactly: value.rounded(rule)).map(Operand.integer) ?? .number(value.rounded(rule))
        default: .null
        }
    }

    /// Two texts joined.
    func joined(with other: Operand, _ row: Row) -> Operand {
        guard row.mayMake(self.weight + other.weight), let first = self.string, let second = other.string else {
            return .null
        }
        return .string(first + second)
    }
}
