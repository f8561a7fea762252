import JSON

/// Two conditions on one field that together say nothing.
extension DQLExpression {
    /// A field compared with a constant.
    private struct Bound {
        let path: [String]
        let sign: DQLOperator
        let value: JSONValue
        let whole: DQLExpression

        var text: String { self.whole.description }
    }

    /// Why an AND is never true: two of its conditions exclude each other.
    var contradiction: String? {
        guard case .all(let operands) = self.form else { return nil }
        return Self.firstPair(in: operands.compactMap(\.bound), where: Self.exclude)
            .map { "\($0.text) excludes \($1.text)" }
    }

    /// Why an OR says nothing: one of two inequalities always holds.
    var tautology: String? {
        guard case .any(let operands) = self.form else { return nil }
        let bounds = operands.compactMap(\.bound).filter { $0.sign == .notEqual }
        return Self.firstPair(in: bounds) { !$0.value.isSame(as: $1.value) }
            .map { "is true whatever the field is, because \($0.text) or else \($1.text); write AND, if that is meant" }
    }

    private static func firstPair(in bounds: [Bound], where body: (Bound, Bound) -> Bool) -> (Bound, Bound)? {
        // Every pair is looked at, so only so many.
        let bounds = bounds.prefix(64)
        for (index, second) in bounds.enumerated() {
            for first in bounds.prefix(index) where first.path == second.path && body(first, second) {
                return (first, second)
            }
        }
        return nil
    }

    private var bound: Bound? {
        guard case .binary(let sign, let left, let right) = self.form, sign.isComparison else { return nil }
        guard case .path(let path) = left.form, case .literal(let value) = right.form, !value.isNull else { return nil }
        return Bound(path: path.names, sign: sign, value: value, whole: self)
    }

    /// Whether two conditions cannot both be true.
    private static func exclude(_ first: Bound, _ second: Bound) -> Bool {
        let relation = Operand(first.value).relation(to: Operand(second.value))
        switch (first.sign, second.sign) {
        case (.notEqual, .notEqual): return false
        case (.equal, _): return relation.truth(of: second.sign) != .yes
        case (_, .equal): return Operand(second.value).relation(to: Operand(first.value)).truth(of: first.sign) != .yes
        case (.notEqual, _), (_, .notEqual): return false
        case (.greater, .less), (.greater, .lessOrEqual), (.greaterOrEqual, .less):
            return relation.truth(of: .less) != .yes
        case (.greaterOrEqual, .lessOrEqual): return relation.truth(of: .lessOrEqual) != .yes
        case (.less, .greater), (.lessOrEqual, .greater), (.less, .greaterOrEqual):
            return relation.truth(of: .greater) != .yes
        case (.lessOrEqual, .greaterOrEqual): return relation.truth(of: .greaterOrEqual) != .yes
        // Two bounds on one side, of two types.
        default: return relation == .unequal
        }
    }
}
