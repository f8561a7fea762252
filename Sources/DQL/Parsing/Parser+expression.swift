/// Operators, by precedence climbing.
extension Parser {
    /// Reads an expression whose operators bind at least as tightly as is asked for.
    mutating func expression(from minimum: Int = 0) throws(DQLError) -> DQLExpression {
        try self.nested { parser throws(DQLError) in try parser.operators(from: minimum) }
    }

    private mutating func operators(from minimum: Int) throws(DQLError) -> DQLExpression {
        let start = self.token.range.lowerBound
        var left = try self.prefix()
        while let next = try self.extended(left, from: start, minimum: minimum) { left = next }
        return left
    }

    /// Reads one operator and its right side; `nil` when none follows that binds tightly enough.
    private mutating func extended(
        _ left: DQLExpression,
        from start: Int,
        minimum: Int
    ) throws(DQLError) -> DQLExpression? {
        switch self.token.kind {
        case .symbol(let symbol):
            guard let sign = DQLOperator(symbol), sign.precedence >= minimum else { return nil }
            self.advance()
            return try self.binary(sign, left, from: start)
        case .word(let word): return try self.extended(left, by: word.uppercased(), from: start, minimum: minimum)
        default: return nil
        }
    }

    private mutating func extended(
        _ left: DQLExpression,
        by word: String,
        from start: Int,
        minimum: Int
    ) throws(DQLError) -> DQLExpression? {
        let isNegated = word == "NOT"
        switch isNegated ? self.wordBehindNot : word {
        case "OR" where !isNegated && minimum <= Precedence.any:
            return try self.chain(left, from: start, Precedence.any)
        case "AND" where !isNegated && minimum <= Precedence.all:
            return try self.chain(left, from: start, Precedence.all)
        case "XOR" where !isNegated && minimum <= Precedence.exclusiveOr:
            self.advance()
            return try self.binary(.exclusiveOr, left, from: start)
        case "IS" where !isNegated && minimum <= Precedence.test: return try self.test(left, from: start)
        case "IN" where minimum <= Precedence.comparison: return try self.membership(left, from: start, isNegated)
        case "BETWEEN" where minimum <= Precedence.comparison: return try self.between(left, from: start, isNegated)
        case "LIKE" where minimum <= Precedence.like: return try self.like(left, .like, from: start, isNegated)
        case "ILIKE" where minimum <= Precedence.like: return try self.like(left, .caseless, from: start, isNegated)
        case "SIMILAR" where minimum <= Precedence.like: return try self.like(left, .similar, from: start, isNegated)
        default: return nil
        }
    }

    private var wordBehindNot: String {
        guard case .word(let word) = self.token(ahead: 1).kind else { return "" }
        return word.uppercased()
    }

    private mutating func prefix() throws(DQLError) -> DQLExpression {
        let start = self.token.range.lowerBound
        if self.isWord("NOT") {
            self.advance()
            let operand = try self.expression(from: Precedence.not)
            return try self.node(.not(operand), from: start, depth: operand.depth)
        }
        guard self.take(.minus) else { return try self.primary() }
        if let number = try self.negativeNumber(from: start) { return number }
        let operand = try self.nested { parser throws(DQLError) in try parser.prefix() }
        return try self.node(.negative(operand), from: start, depth: operand.depth)
    }

    private mutating func binary(
        _ sign: DQLOperator,
        _ left: DQLExpression,
        from start: Int
    ) throws(DQLError) -> DQLExpression {
        let right = try self.expression(from: sign.precedence + 1)
        return try self.node(.binary(sign, left, right), from: start, depth: max(left.depth, right.depth))
    }

    /// Reads on in `a AND b AND c` or `a OR b OR c`, which become one node however long they are.
    private mutating func chain(
        _ left: DQLExpression,
        from start: Int,
        _ precedence: Int
    ) throws(DQLError) -> DQLExpression {
        let word = precedence == Precedence.all ? "AND" : "OR"
        var operands = [left]
        switch left.form {
        case .all(let inner) where precedence == Precedence.all: operands = inner
        case .any(let inner) where precedence == Precedence.any: operands = inner
        default: break
        }
        while self.take(word) { operands.append(try self.expression(from: precedence + 1)) }
        let form: DQLExpression.Form = precedence == Precedence.all ? .all(operands) : .any(operands)
        return try self.node(form, from: start, depth: operands.depth)
    }

    private mutating func test(_ value: DQLExpression, from start: Int) throws(DQLError) -> DQLExpression {
        self.advance()
        let isNegated = self.take("NOT")
        for test in [DQLTest.null, .missing, .unknown] where self.take(test.rawValue) {
            return try self.node(.test(value, test, isNegated: isNegated), from: start, depth: value.depth)
        }
        throw self.unexpected(isNegated ? "NULL, MISSING or UNKNOWN" : "NULL, MISSING, UNKNOWN or NOT")
    }

    private mutating func membership(
        _ value: DQLExpression,
        from start: Int,
        _ isNegated: Bool
    ) throws(DQLError) -> DQLExpression {
        if isNegated { self.advance() }
        self.advance()
        // It would take in all that follows, and could not be printed: in parentheses it is a list of one.
        guard !self.isWord("NOT") else { throw self.unexpected("an array, or a list in parentheses") }
        guard self.take(.openParenthesis) else {
            let array = try self.expression(from: Precedence.comparison + 1)
            let form = DQLExpression.Form.element(value, of: array, isNegated: isNegated)
            return try self.node(form, from: start, depth: max(value.depth, array.depth))
        }
        let list = try self.list(until: .closeParenthesis)
        guard !list.isEmpty else { throw self.error(.unexpected, "IN () is empty", expected: "at least one value") }
        let form = DQLExpression.Form.oneOf(value, list, isNegated: isNegated)
        return try self.node(form, from: start, depth: max(value.depth, list.depth))
    }

    private mutating func between(
        _ value: DQLExpression,
        from start: Int,
        _ isNegated: Bool
    ) throws(DQLError) -> DQLExpression {
        if isNegated { self.advance() }
        self.advance()
        let low = try self.expression(from: Precedence.comparison + 1)
        try self.expect("AND")
        let high = try self.expression(from: Precedence.comparison + 1)
        let form = DQLExpression.Form.between(value, low, high, isNegated: isNegated)
        return try self.node(form, from: start, depth: [value, low, high].depth)
    }

    private mutating func like(
        _ value: DQLExpression,
        _ style: DQLLike.Style,
        from start: Int,
        _ isNegated: Bool
    ) throws(DQLError) -> DQLExpression {
        if isNegated { self.advance() }
        self.advance()
        if style == .similar { try self.expect("TO") }
        let pattern = try self.expression(from: Precedence.like + 1)
        let escape = self.take("ESCAPE") ? try self.primary() : nil
        let like = DQLLike(value: value, style: style, pattern: pattern, escape: escape, isNegated: isNegated)
        return try self.node(.like(like), from: start, depth: [value, pattern, escape ?? pattern].depth)
    }
}
