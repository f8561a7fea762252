/// Takes the text of a query apart into tokens.
///
/// *Errors:* the first offence with its place; nothing traps.
struct Lexer {
    private let bytes: [UInt8]
    private var offset = 0

    /// Reads all tokens; the last one is always `end`.
    static func tokens(of bytes: [UInt8], limits: DQLLimits) throws(DQLError) -> [Token] {
        guard bytes.count <= limits.textLength else {
            throw DQLError(
                .tooMuch,
                at: DQLPlace(offset: limits.textLength, in: bytes),
                "the text has \(bytes.count) bytes",
                expected: "at most \(limits.textLength)"
            )
        }
        var lexer = Lexer(bytes: bytes)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func next() throws(DQLError) -> Token {
        try self.skipBlanks()
        let start = self.offset
        guard let byte = self.peek() else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind
        switch byte {
        case UInt8(ascii: "'"): kind = .string(try self.quoted("text in single quotes"))
        case UInt8(ascii: "`"): kind = .name(try self.quoted("name in backticks"))
        case UInt8(ascii: "\""): kind = .quotedName(try self.quoted("name in double quotes"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try self.number()
        case let byte where Self.startsWord(byte): kind = .word(self.word())
        default: kind = .symbol(try self.symbol(byte))
        }
        return Token(kind: kind, range: start..<self.offset)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        self.offset + ahead < self.bytes.count ? self.bytes[self.offset + ahead] : nil
    }

    private func error(
        _ reason: DQLError.Reason,
        at offset: Int,
        _ message: String,
        expected: String? = nil
    ) -> DQLError {
        DQLError(reason, at: DQLPlace(offset: offset, in: self.bytes), message, expected: expected)
    }
}

// MARK: - Blanks and comments

extension Lexer {
    private mutating func skipBlanks() throws(DQLError) {
        while let byte = self.peek() {
            switch (byte, self.peek(1)) {
            case (0x20, _), (0x09...0x0D, _): self.offset += 1
            case (UInt8(ascii: "-"), UInt8(ascii: "-")?): self.skipLine()
            case (UInt8(ascii: "/"), UInt8(ascii: "*")?): try self.skipComment()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = self.peek(), byte != 0x0A, byte != 0x0D { self.offset += 1 }
    }

    private mutating func skipComment() throws(DQLError) {
        let start = self.offset
        self.offset += 2
        while let byte = self.peek() {
            if byte == UInt8(ascii: "*"), self.peek(1) == UInt8(ascii: "/") {
                self.offset += 2
                return
            }
            self.offset += 1
        }
        throw self.error(.unterminated, at: start, "a comment has no end", expected: "*/")
    }
}

// MARK: - Words and quotes

extension Lexer {
    static func startsWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    static func continuesWord(_ byte: UInt8) -> Bool {
        self.startsWord(byte) || byte &- UInt8(ascii: "0") < 10
    }

    private mutating func word() -> String {
        let start = self.offset
        while let byte = self.peek(), Self.continuesWord(byte) { self.offset += 1 }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    /// Reads to the closing quote; a quote inside is written twice.
    private mutating func quoted(_ what: String) throws(DQLError) -> String {
        let start = self.offset
        let quote = self.bytes[start]
        var text: [UInt8] = []
        self.offset += 1
        while let byte = self.peek() {
            self.offset += 1
            if byte == quote {
                guard self.peek() == quote else { return String(decoding: text, as: UTF8.self) }
                self.offset += 1
            }
            text.append(byte)
        }
        let sign = String(decoding: [quote], as: UTF8.self)
        throw self.error(.unterminated, at: start, "a \(what) has no end", expected: "a closing \(sign)")
    }
}

// MARK: - Numbers

extension Lexer {
    private mutating func number() throws(DQLError) -> Token.Kind {
        let start = self.offset
        self.skipDigits()
        var isInteger = true
        if self.peek() == UInt8(ascii: "."), self.peek(1).map(Self.isDigit) == true {
            isInteger = false
            self.offset += 1
            self.skipDigits()
        }
        if let byte = self.peek(), byte | 0x20 == UInt8(ascii: "e") {
            let signs = self.peek(1) == UInt8(ascii: "+") || self.peek(1) == UInt8(ascii: "-") ? 2 : 1
            if self.peek(signs).map(Self.isDigit) == true {
                isInteger = false
                self.offset += signs
                self.skipDigits()
            }
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        if let byte = self.peek(), Self.continuesWord(byte) || byte == UInt8(ascii: ".") {
            throw self.error(
                .badNumber,
                at: start,
                "a number runs on into other text",
                expected: "one such as 4 or 4.5"
            )
        }
        if isInteger, let magnitude = UInt64(text) { return .integer(magnitude) }
        guard let value = Double(text), value.isFinite else {
            throw self.error(.badNumber, at: start, "\(Token.shortened(text)) is greater than any number can be")
        }
        return .number(value)
    }

    private mutating func skipDigits() {
        while let byte = self.peek(), Self.isDigit(byte) { self.offset += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

// MARK: - Symbols

extension Lexer {
    /// The symbols by their one or two bytes, the first one lowest; made once, for a statement has a symbol for each value.
    private static let symbols: [UInt16: Token.Symbol] = Dictionary(
        uniqueKeysWithValues: Token.Symbol.allCases.map { symbol in
            (symbol.rawValue.utf8.reversed().reduce(0) { $0 << 8 | UInt16($1) }, symbol)
        }
    )

    private mutating func symbol(_ byte: UInt8) throws(DQLError) -> Token.Symbol {
        if let next = self.peek(1) {
            if let symbol = Self.symbols[UInt16(next) << 8 | UInt16(byte)] {
                self.offset += 2
                return symbol
            }
            if byte == UInt8(ascii: "&"), next == byte { throw self.legacy("&&", "AND") }
        }
        if let symbol = Self.symbols[UInt16(byte)] {
            self.offset += 1
            return symbol
        }
        switch byte {
        case UInt8(ascii: "!"): throw self.legacy("!", "NOT")
        case UInt8(ascii: "|"):
            throw self.error(.unexpected, at: self.offset, "found '|'", expected: "OR, or || to join text")
        case UInt8(ascii: "&"): throw self.error(.unexpected, at: self.offset, "found '&'", expected: "AND")
        default: throw self.stranger()
        }
    }

    private func legacy(_ sign: String, _ instead: String) -> DQLError {
        self.error(.legacy, at: self.offset, "found '\(sign)' of the legacy query language", expected: instead)
    }

    private func stranger() -> DQLError {
        let rest = String(decoding: self.bytes[self.offset...].prefix(4), as: UTF8.self).unicodeScalars
        guard let scalar = rest.first, scalar.value >= 0x20, scalar.value != 0x7F else {
            return self.error(.unexpected, at: self.offset, "found a control character")
        }
        let isCurlyQuote = (0x2018...0x201F).contains(scalar.value)
        let letter = scalar.properties.isAlphabetic ? "a name with such letters in backticks" : nil
        let advice = isCurlyQuote ? "text in straight single quotes" : letter
        return self.error(.unexpected, at: self.offset, "found '\(scalar)'", expected: advice)
    }
}
