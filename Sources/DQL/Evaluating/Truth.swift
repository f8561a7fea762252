/// The three values of logic; null and missing are unknown.
enum Truth: Sendable, Hashable {
    case yes
    case no
    case unknown

    init(_ value: Bool) { self = value ? .yes : .no }

    /// What a value means as a condition: only booleans mean anything.
    init(_ operand: Operand) {
        if case .bool(let value) = operand { self.init(value) } else { self = .unknown }
    }

    /// The value that it is.
    var operand: Operand {
        switch self {
        case .yes: .bool(true)
        case .no: .bool(false)
        case .unknown: .null
        }
    }

    static prefix func ! (truth: Truth) -> Truth {
        switch truth {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }

    /// The opposite, if asked for.
    func negated(_ isNegated: Bool) -> Truth { isNegated ? !self : self }

    func and(_ other: Truth) -> Truth {
        switch (self, other) {
        case (.no, _), (_, .no): .no
        case (.yes, .yes): .yes
        default: .unknown
        }
    }

    func or(_ other: Truth) -> Truth { !(!self).and(!other) }

    func exclusiveOr(_ other: Truth) -> Truth {
        self == .unknown || other == .unknown ? .unknown : Truth(self != other)
    }
}
