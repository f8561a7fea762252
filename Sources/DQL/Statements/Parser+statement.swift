import JSON

/// Statements.
extension Parser {
    mutating func statement() throws(DQLError) -> DQLStatement.Form {
        let form: DQLStatement.Form
        if self.take("SELECT") {
            form = .select(try self.select())
        } else if self.take("INSERT") {
            form = .insert(try self.insert())
        } else if self.take("UPDATE") {
            form = .update(try self.update())
        } else if self.take("DELETE") {
            form = .delete(try self.removal())
        } else if self.take("EVICT") {
            form = .evict(try self.removal())
        } else {
            throw self.unexpected("SELECT, INSERT, UPDATE, DELETE or EVICT")
        }
        _ = self.take(.semicolon)
        if let problem = self.unsupportedClause { throw problem }
        try self.expectEnd("the end")
        return form
    }

    /// A clause of Ditto's that Peerage does not speak, said in so many words.
    private var unsupportedClause: DQLError? {
        for word in ["GROUP", "HAVING", "JOIN", "UNION", "ORDER", "LIMIT", "OFFSET", "RETURNING"]
        where self.isWord(word) {
            return self.error(.unsupported, "\(word) is not supported here")
        }
        return nil
    }

    // MARK: - Parts of several statements

    /// Reads `cars`, or `COLLECTION cars (features MAP)`, whose types mean nothing to us: every object can be followed.
    private mutating func collection() throws(DQLError) -> String {
        let isTyped = self.isWord("COLLECTION") && self.token(ahead: 1).isName
        if isTyped { self.advance() }
        let path = try self.names()
        guard path.names.count == 1, let name = path.names.first else {
            throw self.error(
                .unexpected,
                "the name of a collection has a dot",
                expected: "`\(path.names.joined(separator: "."))`"
            )
        }
        guard isTyped, self.take(.openParenthesis) else { return name }
        repeat {
            _ = try self.names()
            guard case .word = self.token.kind else { throw self.unexpected("MAP, REGISTER or another type") }
            self.advance()
        } while self.take(.comma)
        try self.expect(.closeParenthesis)
        return name
    }

    private mutating func condition() throws(DQLError) -> DQLExpression? {
        self.take("WHERE") ? try self.expression() : nil
    }

    private mutating func removal() throws(DQLError) -> DQLRemoval {
        try self.expect("FROM")
        return DQLRemoval(collection: try self.collection(), condition: try self.condition())
    }

    // MARK: - SELECT

    private mutating func select() throws(DQLError) -> DQLSelect {
        if self.isWord("DISTINCT"), self.token(ahead: 1).kind != .symbol(.dot) {
            throw self.error(.unsupported, "DISTINCT is not supported")
        }
        let start = self.token
        var projections: [DQLSelect.Projection] = []
        repeat { projections.append(try self.projection()) } while self.take(.comma)
        try self.expect("FROM")
        let collection = try self.collection()
        let condition = try self.condition()
        let orderings = try self.orderings()
        let limit = try self.number(behind: "LIMIT")
        let offset = try self.number(behind: "OFFSET")
        let select = DQLSelect(
            projections: projections,
            collection: collection,
            condition: condition,
            orderings: orderings,
            limit: limit,
            offset: offset
        )
        if select.isCount, !select.projections.allSatisfy(\.isCount) {
            throw self.error(.unsupported, "count(*) stands beside fields, and there is no GROUP BY", at: start)
        }
        return select
    }

    private mutating func projection() throws(DQLError) -> DQLSelect.Projection {
        if self.take(.star) { return .everything }
        let value = self.isCountOfRows ? try self.countOfRows() : try self.expression()
        if self.take("AS") { return .value(value, name: try self.alias(), isNamed: true) }
        if case .path(let path) = value.form { return .value(value, name: path.names.last ?? "", isNamed: false) }
        return .value(value, name: value.description, isNamed: false)
    }

    private var isCountOfRows: Bool {
        let isCall = self.isWord("COUNT") && self.token(ahead: 1).kind == .symbol(.openParenthesis)
        return isCall && self.token(ahead: 2).kind == .symbol(.star)
    }

    private mutating func countOfRows() throws(DQLError) -> DQLExpression {
        let start = self.token.range.lowerBound
        for _ in 0..<3 { self.advance() }
        try self.expect(.closeParenthesis)
        return try self.node(.countOfRows, from: start)
    }

    private mutating func alias() throws(DQLError) -> String {
        let path = try self.names()
        guard path.names.count == 1, let name = path.names.first else {
            throw self.error(
                .unexpected,
                "a name behind AS has a dot",
                expected: "`\(path.names.joined(separator: "."))`"
            )
        }
        return name
    }

    private mutating func orderings() throws(DQLError) -> [DQLSelect.Ordering] {
        guard self.isWord("ORDER"), self.isWord("BY", ahead: 1) else { return [] }
        self.advance()
        self.advance()
        var orderings: [DQLSelect.Ordering] = []
        repeat {
            let value = try self.expression()
            let isDescending = self.take("DESC")
            if !isDescending { _ = self.take("ASC") }
            orderings.append(DQLSelect.Ordering(value: value, isDescending: isDescending))
        } while self.take(.comma)
        return orderings
    }

    private mutating func number(behind word: String) throws(DQLError) -> DQLExpression? {
        guard self.take(word) else { return nil }
        let token = self.token
        let value = try self.expression()
        switch value.form {
        case .literal(let literal) where (literal.integer ?? -1) >= 0: return value
        case .parameter: return value
        default: throw self.error(.badValue, "\(word) is followed by \(value)", expected: "a whole number", at: token)
        }
    }

    // MARK: - INSERT

    private mutating func insert() throws(DQLError) -> DQLInsert {
        try self.expect("INTO")
        let collection = try self.collection()
        let isInitial = self.take("INITIAL")
        if !self.take("DOCUMENTS"), !self.take("VALUES") { throw self.unexpected("DOCUMENTS") }
        var documents: [DQLExpression] = []
        repeat {
            try self.expect(.openParenthesis)
            documents.append(try self.expression())
            guard self.take(.closeParenthesis) else {
                throw self.unexpected("')'; each document has its own parentheses")
            }
        } while self.take(.comma)
        return DQLInsert(
            collection: collection,
            documents: documents,
            isInitial: isInitial,
            conflictPolicy: try self.conflictPolicy() ?? (isInitial ? .doNothing : .fail)
        )
    }

    private mutating func conflictPolicy() throws(DQLError) -> DQLConflictPolicy? {
        guard self.take("ON") else { return nil }
        try self.expect("ID")
        try self.expect("CONFLICT")
        // Both "FAIL" and "DO FAIL" are documented.
        if self.take("FAIL") { return .fail }
        try self.expect("DO")
        if self.take("FAIL") { return .fail }
        if self.take("NOTHING") { return .doNothing }
        if self.take("UPDATE") { return .update }
        if self.take("UPDATE_LOCAL_DIFF") { return .updateLocalDiff }
        throw self.unexpected("FAIL, NOTHING, UPDATE or UPDATE_LOCAL_DIFF")
    }

    // MARK: - UPDATE

    private mutating func update() throws(DQLError) -> DQLUpdate {
        let collection = try self.collection()
        var assignments: [DQLUpdate.Assignment] = []
        var removals: [DQLPath] = []
        if self.isWord("APPLY") { throw self.error(.unsupported, "APPLY is not supported: there are no counters") }
        if self.take("SET") {
            repeat { assignments.append(try self.assignment()) } while self.take(.comma)
        }
        if self.take("UNSET") {
            repeat { removals.append(try self.changeablePath()) } while self.take(.comma)
        }
        guard !assignments.isEmpty || !removals.isEmpty else { throw self.unexpected("SET or UNSET") }
        return DQLUpdate(
            collection: collection,
            assignments: assignments,
            removals: removals,
            condition: try self.condition()
        )
    }

    private mutating func assignment() throws(DQLError) -> DQLUpdate.Assignment {
        let offset = self.token.range.lowerBound
        let path = try self.changeablePath()
        if self.token.kind == .symbol(.arrow) {
            throw self.error(.unsupported, "'->' is not supported", expected: "'=', or UNSET")
        }
        try self.expect(.equal)
        return DQLUpdate.Assignment(path: path, value: try self.expression(), offset: offset)
    }

    private mutating func changeablePath() throws(DQLError) -> DQLPath {
        let token = self.token
        let path = try self.names()
        guard path.root != "_id" else { throw self.error(.badValue, "_id can never change", at: token) }
        return path
    }
}

extension DQLSelect.Projection {
    fileprivate var isCount: Bool {
        if case .value(let value, _, _) = self { value.form == .countOfRows } else { false }
    }
}

extension Token {
    /// Whether it can be the name of something.
    fileprivate var isName: Bool {
        switch self.kind {
        case .word(let word): !ReservedWords.structural.contains(word.uppercased()) && word.uppercased() != "SET"
        case .name, .quotedName: true
        default: false
        }
    }
}
