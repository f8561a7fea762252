/// Reads expressions and statements from tokens.
///
/// *Limits:* those of `DQLLimits`. *Errors:* the first offence with its place; nothing traps.
struct Parser {
    let bytes: [UInt8]
    let limits: DQLLimits
    private let tokens: [Token]
    private var index = 0
    private var nodes = 0
    /// How many unfinished expressions the next token is in.
    private var nesting = 0

    init(_ text: String, limits: DQLLimits) throws(DQLError) {
        self.bytes = Array(text.utf8)
        self.limits = limits
        self.tokens = try Lexer.tokens(of: self.bytes, limits: limits)
    }
}

// MARK: - Tokens

extension Parser {
    /// The next token; behind the last one, the end.
    var token: Token { self.token(ahead: 0) }

    func token(ahead count: Int) -> Token {
        // There always is a last token, and it is the end.
        self.tokens[min(self.index + count, self.tokens.count - 1)]
    }

    /// Where the token before ended.
    var endOfLast: Int { self.index == 0 ? 0 : self.tokens[min(self.index, self.tokens.count) - 1].range.upperBound }

    mutating func advance() {
        if self.index < self.tokens.count - 1 { self.index += 1 }
    }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard self.token.kind == .symbol(symbol) else { return false }
        self.advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(DQLError) {
        guard self.take(symbol) else { throw self.unexpected("'\(symbol.rawValue)'") }
    }

    /// Whether a token is a bare word, in any case.
    func isWord(_ word: String, ahead count: Int = 0) -> Bool {
        guard case .word(let text) = self.token(ahead: count).kind else { return false }
        return text.utf8.count == word.utf8.count && text.uppercased() == word
    }

    mutating func take(_ word: String) -> Bool {
        guard self.isWord(word) else { return false }
        self.advance()
        return true
    }

    mutating func expect(_ word: String) throws(DQLError) {
        guard self.take(word) else { throw self.unexpected(word) }
    }

    mutating func expectEnd(_ expected: String) throws(DQLError) {
        guard self.token.kind == .end else { throw self.unexpected(expected) }
    }

    func place(_ offset: Int) -> DQLPlace { DQLPlace(offset: offset, in: self.bytes) }

    func unexpected(_ expected: String) -> DQLError {
        let token = self.token
        let isEmpty = token.kind == .end && self.index == 0
        return DQLError(
            .unexpected,
            at: self.place(token.range.lowerBound),
            isEmpty ? "the text is empty" : "found \(token.shown)",
            expected: expected
        )
    }

    func error(
        _ reason: DQLError.Reason,
        _ message: String,
        expected: String? = nil,
        at token: Token? = nil
    ) -> DQLError {
        DQLError(reason, at: self.place((token ?? self.token).range.lowerBound), message, expected: expected)
    }
}

// MARK: - Nodes

extension Parser {
    /// Makes an expression and counts it.
    mutating func node(_ form: DQLExpression.Form, from start: Int, depth: Int = 0) throws(DQLError) -> DQLExpression {
        self.nodes += 1
        guard self.nodes <= self.limits.nodes else {
            throw DQLError(.tooMuch, at: self.place(start), "the text has more than \(self.limits.nodes) expressions")
        }
        guard depth < self.limits.depth else { throw self.tooDeep(at: start) }
        return DQLExpression(form: form, range: start..<self.endOfLast, depth: depth + 1)
    }

    /// Reads something inside something else.
    mutating func nested<Value>(
        _ body: (inout Parser) throws(DQLError) -> Value
    ) throws(DQLError) -> Value {
        self.nesting += 1
        guard self.nesting <= self.limits.depth else { throw self.tooDeep(at: self.token.range.lowerBound) }
        let value = try body(&self)
        self.nesting -= 1
        return value
    }

    private func tooDeep(at offset: Int) -> DQLError {
        DQLError(
            .tooMuch,
            at: self.place(offset),
            "more than \(self.limits.depth) expressions are inside one another"
        )
    }
}

extension [DQLExpression] {
    /// How many expressions are inside one another in the deepest.
    var depth: Int { self.reduce(0) { Swift.max($0, $1.depth) } }
}
