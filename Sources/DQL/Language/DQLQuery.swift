/// One query of a replication: what would follow WHERE.
package struct DQLQuery: Sendable, Hashable, CustomStringConvertible {
    /// The text as it was written.
    package let text: String
    /// What it says.
    package let expression: DQLExpression

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - text: What would follow WHERE, such as `color = 'blue'`.
    ///   - limits: How much the text may demand.
    /// - Throws: The first offence with its place.
    package init(parsing text: String, limits: DQLLimits = DQLLimits()) throws(DQLError) {
        var parser = try Parser(text, limits: limits)
        self.text = text
        self.expression = try parser.query()
    }

    /// The canonical text.
    package var description: String { self.expression.description }
}

extension Parser {
    /// Reads a whole text as one expression.
    mutating func query() throws(DQLError) -> DQLExpression {
        try self.refuseStatement()
        let expression = try self.expression()
        if let clause = self.clause { throw self.misplacedClause(clause) }
        try self.expectEnd("an operator or the end")
        return expression
    }

    /// Says what to write in place of a whole statement.
    private func refuseStatement() throws(DQLError) {
        guard case .word(let first) = self.token.kind, case .word(let second) = self.token(ahead: 1).kind else {
            guard self.isWord("SELECT") || self.isWord("WHERE") else { return }
            throw self.wholeStatement
        }
        switch (first.uppercased(), second.uppercased()) {
        case ("SELECT", _), ("WHERE", _), ("INSERT", "INTO"), ("DELETE", "FROM"), ("EVICT", "FROM"), ("UPDATE", _):
            throw self.wholeStatement
        case ("ORDER", "BY"), ("GROUP", "BY"): throw self.misplacedClause("\(first.uppercased()) BY")
        default: break
        }
    }

    private var wholeStatement: DQLError {
        self.error(
            .unexpected,
            "is a whole statement or a clause of one, and a query is only what follows WHERE",
            expected: "a condition such as color = 'blue', or true for everything"
        )
    }

    /// The clause of a SELECT that starts at the next token.
    private var clause: String? {
        for word in ["ORDER", "GROUP"] where self.isWord(word) && self.isWord("BY", ahead: 1) { return "\(word) BY" }
        return ["LIMIT", "OFFSET", "HAVING", "WHERE", "FROM", "SELECT"].first { self.isWord($0) }
    }

    private func misplacedClause(_ clause: String) -> DQLError {
        self.error(
            .unexpected,
            "\(clause) has no place in a query of a replication, which has neither an order nor an end",
            expected: "only a condition on the document's own fields"
        )
    }
}
