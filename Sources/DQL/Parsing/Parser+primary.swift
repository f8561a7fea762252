import JSON

/// Literals, names and calls.
extension Parser {
    mutating func primary() throws(DQLError) -> DQLExpression {
        let token = self.token
        let start = token.range.lowerBound
        switch token.kind {
        case .string(let text): return try self.literal(.string(text), from: start)
        case .integer(let magnitude): return try self.literal(Self.integer(magnitude, isNegative: false), from: start)
        case .number(let value): return try self.literal(.number(value), from: start)
        case .name, .quotedName: return try self.path()
        case .word(let word): return try self.word(word, from: start)
        case .symbol(.openParenthesis):
            self.advance()
            let inner = try self.expression()
            try self.expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket):
            self.advance()
            let elements = try self.list(until: .closeBracket)
            return try self.node(.array(elements), from: start, depth: elements.depth)
        case .symbol(.openBrace): return try self.object(from: start)
        case .symbol(.colon): return try self.parameter(from: start)
        default: throw self.unexpected("a value, a field or '('")
        }
    }

    private mutating func literal(_ value: JSONValue, from start: Int) throws(DQLError) -> DQLExpression {
        self.advance()
        return try self.node(.literal(value), from: start)
    }

    /// Reads the number behind a minus sign, so that the least integer can be written.
    mutating func negativeNumber(from start: Int) throws(DQLError) -> DQLExpression? {
        switch self.token.kind {
        case .integer(let magnitude): try self.literal(Self.integer(magnitude, isNegative: true), from: start)
        case .number(let value): try self.literal(.number(-value), from: start)
        default: nil
        }
    }

    /// An integer that 64 bits hold, or the number nearest to it, as JSON is read too.
    private static func integer(_ magnitude: UInt64, isNegative: Bool) -> JSONValue {
        if let value = Int64(exactly: magnitude) { return .integer(isNegative ? -value : value) }
        if isNegative, magnitude == UInt64(Int64.max) + 1 { return .integer(.min) }
        return .number(isNegative ? -Double(magnitude) : Double(magnitude))
    }

    // MARK: - Lists and objects

    /// Reads expressions with commas between them, and the bracket behind them.
    mutating func list(until close: Token.Symbol) throws(DQLError) -> [DQLExpression] {
        var elements: [DQLExpression] = []
        if self.take(close) { return elements }
        repeat { elements.append(try self.expression()) } while self.take(.comma)
        guard self.take(close) else { throw self.unexpected("',' or '\(close.rawValue)'") }
        return elements
    }

    private mutating func object(from start: Int) throws(DQLError) -> DQLExpression {
        self.advance()
        var members: [DQLMember] = []
        var keys: Set<[UInt8]> = []
        if !self.take(.closeBrace) {
            repeat {
                let key = try self.key()
                guard keys.insert(Array(key.utf8)).inserted else {
                    throw self.error(.badValue, "the key '\(Token.shortened(key))' is there twice")
                }
                try self.expect(.colon)
                members.append(DQLMember(key: key, value: try self.expression()))
            } while self.take(.comma)
            guard self.take(.closeBrace) else { throw self.unexpected("',' or '}'") }
        }
        return try self.node(.object(members), from: start, depth: members.map(\.value).depth)
    }

    private mutating func key() throws(DQLError) -> String {
        switch self.token.kind {
        case .string(let text), .word(let text), .name(let text), .quotedName(let text):
            self.advance()
            return text
        default: throw self.unexpected("a key in single quotes")
        }
    }

    private mutating func parameter(from start: Int) throws(DQLError) -> DQLExpression {
        let colon = self.token
        self.advance()
        guard case .word(let name) = self.token.kind, self.token.range.lowerBound == colon.range.upperBound else {
            throw self.error(.unexpected, "found ':'", expected: "a name right behind it, as in :color", at: colon)
        }
        self.advance()
        return try self.node(.parameter(name), from: start)
    }

    // MARK: - Words

    private mutating func word(_ word: String, from start: Int) throws(DQLError) -> DQLExpression {
        switch word.uppercased() {
        case "TRUE": return try self.literal(true, from: start)
        case "FALSE": return try self.literal(false, from: start)
        case "NULL": return try self.literal(.null, from: start)
        case "MISSING", "UNKNOWN":
            throw self.error(.unexpected, "\(word.uppercased()) is no value", expected: "IS [NOT] \(word.uppercased())")
        case "CASE": throw self.error(.unsupported, "CASE is not supported", expected: "decode(…)")
        case let upper where ReservedWords.structural.contains(upper): throw self.misplaced(upper)
        default:
            return self.token(ahead: 1).kind == .symbol(.openParenthesis)
                ? try self.call(word, from: start) : try self.path()
        }
    }

    private func misplaced(_ keyword: String) -> DQLError {
        let name = self.token.range.isEmpty ? keyword : String(decoding: self.bytes[self.token.range], as: UTF8.self)
        return self.error(
            .unexpected,
            "found the keyword \(keyword)",
            expected: "a value or a field; a field of this name is written `\(name)`"
        )
    }

    private mutating func call(_ name: String, from start: Int) throws(DQLError) -> DQLExpression {
        let word = self.token
        self.advance()
        self.advance()
        if name.uppercased() == "COUNT", self.token.kind == .symbol(.star) {
            throw self.error(.unexpected, "count(*) stands only by itself between SELECT and FROM", at: word)
        }
        let arguments = try self.list(until: .closeParenthesis)
        let call = DQLCall(name: name, function: DQLFunction(named: name), arguments: arguments)
        return try self.node(.call(call), from: start, depth: arguments.depth)
    }

    // MARK: - Names

    private mutating func path() throws(DQLError) -> DQLExpression {
        let start = self.token.range.lowerBound
        let path = try self.names()
        if self.token.kind == .symbol(.openBracket) {
            throw self.error(.unsupported, "found '['; elements of arrays have no path", expected: "array_contains(…)")
        }
        return try self.node(.path(path), from: start)
    }

    /// Reads `a.b.c`.
    mutating func names() throws(DQLError) -> DQLPath {
        var names: [String] = []
        var doubleQuoted: String?
        var reserved: String?
        repeat {
            switch self.token.kind {
            case .name(let name): names.append(name)
            case .quotedName(let name):
                names.append(name)
                doubleQuoted = doubleQuoted ?? name
            case .word(let word):
                // Behind a dot no keyword can stand, so it is surely a name.
                let isStructural = ReservedWords.structural.contains(word.uppercased())
                if names.isEmpty, isStructural { throw self.misplaced(word.uppercased()) }
                names.append(word)
                if ReservedWords.contains(word) { reserved = reserved ?? word }
            default: throw self.unexpected("the name of a field")
            }
            if names.last?.isEmpty == true { throw self.error(.unexpected, "found a name without a character") }
            self.advance()
        } while self.take(.dot)
        return DQLPath(names: names, doubleQuoted: doubleQuoted, bareReservedWord: reserved)
    }
}
