import JSON

/// Walks over compact JSON text without building values: checks its grammar and finds where values end.
///
/// *Limits:* `DocumentLimits.maximumDepth` levels. *Errors:* the first offence with its byte offset; white space between
/// tokens is one. Equal keys in nested objects are not looked for.
struct CompactJSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The offset of the next byte.
    private(set) var offset = 0

    /// Creates a scanner at the start of a text.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Whether everything has been looked through.
    var isAtEnd: Bool { self.offset == self.bytes.count }

    /// The next byte.
    func peek() -> UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    /// Moves past a byte if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.offset < self.bytes.count, self.bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    /// The error that says what should stand here.
    func unexpected(_ expected: String) -> DocumentError {
        .badJSON(JSONError(self.isAtEnd ? .unexpectedEnd : .expected(expected), offset: self.offset))
    }

    /// Moves past a value.
    ///
    /// - Parameter depth: The levels that the value stands within.
    /// - Returns: Whether a string in it holds an escape.
    /// - Throws: The first offence.
    mutating func skipValue(depth: Int) throws(DocumentError) -> Bool {
        guard self.offset < self.bytes.count else { throw self.unexpected("a value") }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "\""): return try self.skipString()
        case UInt8(ascii: "{"): return try self.skipObject(depth: depth + 1)
        case UInt8(ascii: "["): return try self.skipArray(depth: depth + 1)
        case UInt8(ascii: "t"): try self.skipWord("true")
        case UInt8(ascii: "f"): try self.skipWord("false")
        case UInt8(ascii: "n"): try self.skipWord("null")
        default: try self.skipNumber()
        }
        return false
    }

    private mutating func skipObject(depth: Int) throws(DocumentError) -> Bool {
        try self.enter(depth)
        var hasEscape = false
        if self.take(UInt8(ascii: "}")) { return false }
        while true {
            guard self.peek() == UInt8(ascii: "\"") else { throw self.unexpected("a key in double quotes") }
            if try self.skipString() { hasEscape = true }
            guard self.take(UInt8(ascii: ":")) else { throw self.unexpected("':'") }
            if try self.skipValue(depth: depth) { hasEscape = true }
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "}")) else { throw self.unexpected("',' or '}'") }
            return hasEscape
        }
    }

    private mutating func skipArray(depth: Int) throws(DocumentError) -> Bool {
        try self.enter(depth)
        var hasEscape = false
        if self.take(UInt8(ascii: "]")) { return false }
        while true {
            if try self.skipValue(depth: depth) { hasEscape = true }
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "]")) else { throw self.unexpected("',' or ']'") }
            return hasEscape
        }
    }

    private mutating func enter(_ depth: Int) throws(DocumentError) {
        guard depth <= DocumentLimits.maximumDepth else {
            throw .badJSON(JSONError(.tooDeep(limit: DocumentLimits.maximumDepth), offset: self.offset))
        }
        self.offset += 1
    }

    private mutating func skipWord(_ word: StaticString) throws(DocumentError) {
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard self.offset + index < self.bytes.count, self.bytes[self.offset + index] == word.utf8Start[index]
            else { throw self.unexpected("\(word)") }
        }
        self.offset += length
    }

    private mutating func skipNumber() throws(DocumentError) {
        let start = self.offset
        _ = self.take(UInt8(ascii: "-"))
        let digitsStart = self.offset
        let digits = self.skipDigits()
        if digits == 0 { throw self.unexpected("a value") }
        guard digits == 1 || self.bytes[digitsStart] != UInt8(ascii: "0") else { throw Self.badNumber(start) }
        if self.take(UInt8(ascii: ".")) {
            guard self.skipDigits() > 0 else { throw Self.badNumber(start) }
        }
        var mayBeHuge = digits > 300
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            mayBeHuge = true
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            guard self.skipDigits() > 0 else { throw Self.badNumber(start) }
        }
        guard mayBeHuge else { return }
        let text = String(decoding: UnsafeBufferPointer(rebasing: self.bytes[start..<self.offset]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw Self.badNumber(start) }
    }

    private mutating func skipDigits() -> Int {
        let start = self.offset
        while self.offset < self.bytes.count, self.bytes[self.offset] &- UInt8(ascii: "0") <= 9 { self.offset += 1 }
        return self.offset - start
    }

    private static func badNumber(_ offset: Int) -> DocumentError {
        .badJSON(JSONError(.badNumber, offset: offset))
    }
}

// MARK: - Strings

extension CompactJSONScanner {
    /// Moves past a string in its quotes.
    ///
    /// - Returns: Whether it holds an escape.
    mutating func skipString() throws(DocumentError) -> Bool {
        let start = self.offset
        var hasEscape = false
        self.offset += 1
        while true {
            self.offset = self.bytes.endOfPlainText(from: self.offset)
            guard self.offset < self.bytes.count else { throw self.unexpected("'\"'") }
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.offset += 1
                return hasEscape
            case UInt8(ascii: "\\"):
                hasEscape = true
                try self.skipEscape(start)
            case 0x80...0xFF: try self.skipScalar(start)
            default: throw Self.badString(self.offset)
            }
        }
    }

    private mutating func skipEscape(_ start: Int) throws(DocumentError) {
        self.offset += 1
        guard let escape = self.peek() else { throw self.unexpected("an escape") }
        self.offset += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let code = try self.takeFourHexDigits(start)
            guard !(0xDC00..<0xE000).contains(code) else { throw Self.badString(start) }
            guard (0xD800..<0xDC00).contains(code) else { return }
            guard self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")),
                (0xDC00..<0xE000).contains(try self.takeFourHexDigits(start))
            else { throw Self.badString(start) }
        default: throw Self.badString(start)
        }
    }

    private mutating func takeFourHexDigits(_ start: Int) throws(DocumentError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek() else { throw self.unexpected("four hexadecimal digits") }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw Self.badString(start)
            }
            code = code << 4 | UInt32(digit)
            self.offset += 1
        }
        return code
    }

    /// Moves past one scalar of more than one byte (RFC 3629 §4).
    private mutating func skipScalar(_ start: Int) throws(DocumentError) {
        let first = self.bytes[self.offset]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: throw Self.badString(start)
        }
        guard self.bytes.count - self.offset >= length, second.contains(self.bytes[self.offset + 1]) else {
            throw Self.badString(start)
        }
        for index in 2..<max(2, length) {
            guard self.bytes[self.offset + index] & 0xC0 == 0x80 else { throw Self.badString(start) }
        }
        self.offset += length
    }

    private static func badString(_ offset: Int) -> DocumentError {
        .badJSON(JSONError(.badString, offset: offset))
    }
}
