/// The operators that stand between two expressions.
package enum DQLOperator: String, Sendable, Hashable, CaseIterable {
    /// Multiplication.
    case multiply = "*"
    /// Division.
    case divide = "/"
    /// What a division leaves.
    case remainder = "%"
    /// Addition.
    case add = "+"
    /// Subtraction.
    case subtract = "-"
    /// Two texts joined.
    case concatenate = "||"
    /// Bits moved to the left.
    case shiftLeft = "<<"
    /// Bits moved to the right.
    case shiftRight = ">>"
    /// Equality.
    case equal = "="
    /// Inequality.
    case notEqual = "<>"
    /// Less.
    case less = "<"
    /// Less or equal.
    case lessOrEqual = "<="
    /// Greater.
    case greater = ">"
    /// Greater or equal.
    case greaterOrEqual = ">="
    /// Exactly one of two.
    case exclusiveOr = "XOR"

    /// How tightly it binds.
    var precedence: Int {
        switch self {
        case .multiply, .divide, .remainder: Precedence.product
        case .add, .subtract, .concatenate: Precedence.sum
        case .shiftLeft, .shiftRight: Precedence.shift
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: Precedence.comparison
        case .exclusiveOr: Precedence.exclusiveOr
        }
    }

    /// Whether it compares.
    var isComparison: Bool { self.precedence == Precedence.comparison }

    init?(_ symbol: Token.Symbol) {
        switch symbol {
        case .star: self = .multiply
        case .slash: self = .divide
        case .percent: self = .remainder
        case .plus: self = .add
        case .minus: self = .subtract
        case .concatenate: self = .concatenate
        case .shiftLeft: self = .shiftLeft
        case .shiftRight: self = .shiftRight
        case .equal, .doubleEqual: self = .equal
        case .notEqual, .lessOrGreater: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        default: return nil
        }
    }
}

/// How tightly operators bind (https://docs.ditto.live/dql/operator-expressions, "Operator Precedence").
///
/// The table there is silent about `||`, which binds like a sum here, and about the minus sign, which binds tightest.
enum Precedence {
    static let any = 5
    static let exclusiveOr = 7
    static let all = 10
    static let not = 15
    static let test = 17
    static let like = 19
    static let comparison = 20
    static let shift = 22
    static let sum = 30
    static let product = 40
    static let negative = 50
    static let primary = 60
}
