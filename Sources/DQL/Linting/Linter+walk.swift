import JSON

/// The rules that look at one expression at a time.
extension Linter {
    /// What an expression is there for, which decides what a name in double quotes was meant to be.
    enum Role {
        case condition
        /// The name of a field, in all likelihood.
        case name
        /// A value that a field is compared with.
        case value
    }

    mutating func visit(_ expression: DQLExpression, as role: Role) {
        switch expression.form {
        case .literal: break
        case .countOfRows: self.hasPatterns = true
        case .path(let path): self.visit(path, at: expression, as: role)
        case .parameter(let name):
            guard self.surroundings == .replication else { return }
            self.tell(
                .parameter,
                at: expression.range.lowerBound,
                "has :\(name), to which a replication has no way of giving a value",
                fix: "the value itself"
            )
        case .array(let elements): for element in elements { self.visit(element, as: .value) }
        case .object(let members): for member in members { self.visit(member.value, as: .value) }
        case .call(let call):
            self.hasPatterns = true
            self.visit(call, at: expression)
        case .negative(let operand), .not(let operand): self.visit(operand, as: .condition)
        case .binary(let sign, let left, let right): self.visit(sign, left, right)
        case .all(let operands), .any(let operands): for operand in operands { self.visit(operand, as: .condition) }
        case .oneOf(let value, let list, _):
            self.visit(value, as: .name)
            for element in list {
                self.visit(element, as: .value)
                self.lintNull(element, "IN")
            }
        case .element(let value, let array, _):
            self.visit(value, as: .name)
            self.visit(array, as: .name)
        case .between(let value, let low, let high, _):
            self.visit(value, as: .name)
            for bound in [low, high] {
                self.visit(bound, as: .value)
                self.lintNull(bound, "BETWEEN")
            }
        case .like(let like):
            self.hasPatterns = true
            self.visit(like.value, as: .name)
            self.visit(like.pattern, as: .value)
            self.lintNull(like.pattern, like.style.rawValue)
        case .test(let value, _, _): self.visit(value, as: .name)
        }
    }

    private mutating func visit(_ path: DQLPath, at expression: DQLExpression, as role: Role) {
        let offset = expression.range.lowerBound
        if let name = path.doubleQuoted {
            if role == .value, path.names.count == 1 {
                self.tell(
                    .doubleQuotes,
                    at: offset,
                    "has \"\(name)\" in double quotes, which DQL takes for the name of a field, so that nothing matches",
                    fix: DQLExpression.quoted(name)
                )
            } else {
                self.tell(
                    .doubleQuotes,
                    at: offset,
                    "has the name \"\(name)\" in double quotes, which Ditto has deprecated",
                    fix: path.description
                )
            }
        }
        if let word = path.bareReservedWord {
            self.tell(
                .reservedWord,
                at: offset,
                "has the bare name \(word), a reserved word that a Big Peer may refuse",
                fix: "`\(word)`"
            )
        }
    }

    private mutating func visit(_ call: DQLCall, at expression: DQLExpression) {
        for (index, argument) in call.arguments.enumerated() { self.visit(argument, as: index == 0 ? .name : .value) }
        let offset = expression.range.lowerBound
        switch call.function {
        case nil:
            self.tell(
                .unknownFunction,
                at: offset,
                "has the function \(call.name), which Peerage does not know",
                fix: call.nearestFunction.map { "\($0), if that is meant" }
            )
        case .contains?:
            guard case .array? = call.arguments.first?.form else { fallthrough }
            self.tell(
                .legacy,
                at: offset,
                "looks into an array with contains, which is for text since the legacy query language",
                fix: "array_contains(…)"
            )
        default:
            if let problem = call.countProblem {
                self.tell(.unknownFunction, at: offset, "has a call that fails: \(problem)")
            }
        }
    }

    private mutating func visit(_ sign: DQLOperator, _ left: DQLExpression, _ right: DQLExpression) {
        let isNamed = right.isName && !left.isName
        self.visit(left, as: sign.isComparison && isNamed ? .value : .name)
        self.visit(right, as: sign.isComparison && !isNamed ? .value : .name)
        if sign == .concatenate, !left.mayBeText || !right.mayBeText { self.tellLegacyOr(between: left, right) }
        guard sign.isComparison else { return }
        self.lintNull(left, sign.rawValue)
        self.lintNull(right, sign.rawValue)
        // `a = 'x' || b = 'y'` joins 'x' and b, and then compares a truth with 'y'.
        guard case .binary(let inner, _, let joined) = left.form, inner.isComparison else { return }
        if case .binary(.concatenate, let first, let second) = joined.form {
            // What is no text has been told of on the way.
            if first.mayBeText, second.mayBeText { self.tellLegacyOr(between: first, second) }
        }
    }

    private mutating func tellLegacyOr(between left: DQLExpression, _ right: DQLExpression) {
        self.tell(
            .legacy,
            at: self.offset(of: "||", between: left.range.upperBound, right.range.lowerBound),
            "has ||, which joins text; only in the legacy query language it is an OR",
            fix: "OR"
        )
    }

    private func offset(of sign: String, between start: Int, _ end: Int) -> Int {
        let bytes = self.bytes
        let wanted = Array(sign.utf8)
        let last = min(end, bytes.count) - wanted.count
        return (start...max(start, last)).first { bytes[$0...].starts(with: wanted) } ?? start
    }

    private mutating func lintNull(_ expression: DQLExpression, _ operation: String) {
        guard case .literal(.null) = expression.form else { return }
        self.tell(
            .nullComparison,
            at: expression.range.lowerBound,
            "compares with NULL by \(operation), which is never true",
            fix: "IS NULL, or IS NOT NULL"
        )
    }
}

extension DQLExpression {
    /// Whether it is a field by a name without double quotes.
    fileprivate var isName: Bool {
        if case .path(let path) = self.form { path.doubleQuoted == nil } else { false }
    }

    /// Whether there could be text in it.
    fileprivate var mayBeText: Bool { self.type.map { $0 == "string" } ?? true }
}
