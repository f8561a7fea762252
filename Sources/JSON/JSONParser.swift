/// Reads one JSON value from bytes (RFC 8259), strictly.
///
/// *Limits:* nesting up to `maximumDepth`. *Errors:* the first offence with its byte offset; nothing traps.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private(set) var offset: Int
    /// Where keys are there twice; `nil` refuses them.
    private(set) var duplicates: [[PathComponent]]?
    /// Where the parser is, while duplicates are collected.
    private var path: [PathComponent] = []
    /// The last texts too long to lie inside a `String`: those that come again, as keys and times do, share storage.
    private var recent: [8 of String] = .init(repeating: "")
    private var recentCount = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, at offset: Int = 0) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.offset = offset
    }

    /// Takes the last of two members with one key instead of refusing both, and remembers where that was.
    mutating func collectDuplicates() {
        self.duplicates = []
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        let value = try self.parseValue(depth: 0)
        self.skipWhitespace()
        guard self.offset == self.bytes.count else { throw JSONError(.trailingBytes, offset: self.offset) }
        return value
    }

    mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        self.skipWhitespace()
        guard self.offset < self.bytes.count else { throw JSONError(.unexpectedEnd, offset: self.offset) }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "{"): return try self.parseObject(depth: depth + 1)
        case UInt8(ascii: "["): return try self.parseArray(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try self.parseString())
        case UInt8(ascii: "t"): return try self.parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try self.parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try self.parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.parseNumber()
        default: throw JSONError(.expected("a value"), offset: self.offset)
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= self.maximumDepth else {
            throw JSONError(.tooDeep(limit: self.maximumDepth), offset: self.offset)
        }
        self.offset += 1
        var members: [JSONObject.Member] = []
        self.skipWhitespace()
        if self.take(UInt8(ascii: "}")) { return .object(JSONObject()) }
        // Most objects are no larger; growing to this by doubling costs three more allocations.
        members.reserveCapacity(8)
        while true {
            self.skipWhitespace()
            guard self.peek() == UInt8(ascii: "\"") else {
                throw self.unexpected("a key in double quotes")
            }
            let key = try self.parseString()
            self.skipWhitespace()
            guard self.take(UInt8(ascii: ":")) else { throw self.unexpected("':'") }
            if self.duplicates != nil { self.path.append(.key(key)) }
            members.append(JSONObject.Member(key: key, value: try self.parseValue(depth: depth)))
            if self.duplicates != nil { self.path.removeLast() }
            self.skipWhitespace()
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "}")) else { throw self.unexpected("',' or '}'") }
            let object = JSONObject(members)
            guard object.count < members.count else { return .object(object) }
            let twice = Self.duplicates(in: members)
            guard self.duplicates != nil else {
                throw JSONError(.duplicateKey(twice.first ?? ""), offset: self.offset)
            }
            self.duplicates?.append(contentsOf: twice.map { self.path + [.key($0)] })
            return .object(object)
        }
    }

    private static func duplicates(in members: [JSONObject.Member]) -> [String] {
        let keys = members.map(\.key).sorted { $0.precedesByBytes($1) }
        let twice = zip(keys, keys.dropFirst()).filter { $0.hasSameBytes(as: $1) }.map(\.0)
        return twice.reduce(into: []) { found, key in
            if found.last?.hasSameBytes(as: key) != true { found.append(key) }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= self.maximumDepth else {
            throw JSONError(.tooDeep(limit: self.maximumDepth), offset: self.offset)
        }
        self.offset += 1
        var elements: [JSONValue] = []
        self.skipWhitespace()
        if self.take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            if self.duplicates != nil { self.path.append(.index(elements.count)) }
            elements.append(try self.parseValue(depth: depth))
            if self.duplicates != nil { self.path.removeLast() }
            self.skipWhitespace()
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "]")) else { throw self.unexpected("',' or ']'") }
            return .array(elements)
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard self.offset + index < self.bytes.count else { throw JSONError(.unexpectedEnd, offset: self.offset) }
            guard self.bytes[self.offset + index] == word.utf8Start[index] else {
                throw JSONError(.expected("\(word)"), offset: self.offset)
            }
        }
        self.offset += length
        return value
    }

    private mutating func skipWhitespace() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case 0x20, 0x09, 0x0A, 0x0D: self.offset += 1
            default: return
            }
        }
    }

    private func peek() -> UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.offset += 1
        return true
    }

    private func unexpected(_ expected: String) -> JSONError {
        self.offset < self.bytes.count
            ? JSONError(.expected(expected), offset: self.offset) : JSONError(.unexpectedEnd, offset: self.offset)
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = self.offset
        let isNegative = self.take(UInt8(ascii: "-"))
        var magnitude: UInt64 = 0
        var fits = true
        let digitsStart = self.offset
        while let digit = self.digit() {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            fits = fits && !overflow && !carry
            magnitude = sum
        }
        let digits = self.offset - digitsStart
        guard digits > 0, digits == 1 || self.bytes[digitsStart] != UInt8(ascii: "0") else {
            throw JSONError(.badNumber, offset: start)
        }
        let isInteger = try self.skipFractionAndExponent(start: start)
        if isInteger, fits {
            if let value = isNegative ? Int64(exactlyNegating: magnitude) : Int64(exactly: magnitude) {
                return .integer(value)
            }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: self.bytes[start..<self.offset]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw JSONError(.badNumber, offset: start) }
        return .number(value)
    }

    /// Moves past `.5` and `e-3` and says whether neither was there.
    private mutating func skipFractionAndExponent(start: Int) throws(JSONError) -> Bool {
        var isInteger = true
        if self.take(UInt8(ascii: ".")) {
            isInteger = false
            guard self.digit() != nil else { throw JSONError(.badNumber, offset: start) }
            while self.digit() != nil {}
        }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            isInteger = false
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            guard self.digit() != nil else { throw JSONError(.badNumber, offset: start) }
            while self.digit() != nil {}
        }
        return isInteger
    }

    private mutating func digit() -> UInt8? {
        guard let byte = self.peek(), byte &- UInt8(ascii: "0") <= 9 else { return nil }
        self.offset += 1
        return byte - UInt8(ascii: "0")
    }
}

extension Int64 {
    fileprivate init?(exactlyNegating magnitude: UInt64) {
        if magnitude <= UInt64(Int64.max) {
            self = -Int64(magnitude)
        } else if magnitude == UInt64(Int64.max) + 1 {
            self = .min
        } else {
            return nil
        }
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func parseString() throws(JSONError) -> String {
        let start = self.offset
        self.offset += 1
        let first = self.offset
        var isASCII = true
        // Most strings hold no escape: one scan, one copy.
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                let run = UnsafeBufferPointer(rebasing: self.bytes[first..<self.offset])
                self.offset += 1
                if isASCII { return self.shared(run) }
                guard let text = String(validating: run, as: UTF8.self) else {
                    throw JSONError(.badString, offset: start)
                }
                return text
            case UInt8(ascii: "\\"): return try self.parseEscapedString(start: start, first: first)
            case 0..<0x20: throw JSONError(.badString, offset: self.offset)
            case 0x80...0xFF:
                isASCII = false
                self.offset += 1
            default: self.offset = self.bytes.endOfPlainText(from: self.offset)
            }
        }
        throw JSONError(.unexpectedEnd, offset: start)
    }

    /// The text of ASCII bytes; one of the last texts, when it is the same.
    private mutating func shared(_ run: UnsafeBufferPointer<UInt8>) -> String {
        // Up to 15 bytes lie inside the string itself; long texts are hardly ever there twice.
        guard (16...64).contains(run.count) else { return String(decoding: run, as: UTF8.self) }
        for index in 0..<min(self.recentCount, 8) where self.recent[index].hasBytes(run) { return self.recent[index] }
        let text = String(decoding: run, as: UTF8.self)
        self.recent[self.recentCount % 8] = text
        self.recentCount += 1
        return text
    }

    private mutating func parseEscapedString(start: Int, first: Int) throws(JSONError) -> String {
        var text = Array(self.bytes[first..<self.offset])
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            self.offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw JSONError(.badString, offset: start)
                }
                return string
            case UInt8(ascii: "\\"): try self.parseEscape(into: &text)
            case 0..<0x20: throw JSONError(.badString, offset: self.offset - 1)
            default: text.append(byte)
            }
        }
        throw JSONError(.unexpectedEnd, offset: start)
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
        guard let escape = self.peek() else { throw JSONError(.unexpectedEnd, offset: self.offset) }
        self.offset += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try self.parseUnicodeEscape())
        default: throw JSONError(.badString, offset: self.offset - 1)
        }
    }

    /// Reads the four digits behind `\u`, and the low surrogate that must follow a high one.
    private mutating func parseUnicodeEscape() throws(JSONError) -> UTF8.EncodedScalar {
        let start = self.offset
        var code = try self.parseFourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) else {
                throw JSONError(.badString, offset: start)
            }
            let low = try self.parseFourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw JSONError(.badString, offset: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) else {
            throw JSONError(.badString, offset: start)
        }
        return encoded
    }

    private mutating func parseFourHexDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek() else { throw JSONError(.unexpectedEnd, offset: self.offset) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONError(.badString, offset: self.offset)
            }
            code = code << 4 | UInt32(digit)
            self.offset += 1
        }
        return code
    }
}

extension JSONValue {
    /// Reads one JSON value.
    ///
    /// - Parameters:
    ///   - bytes: The UTF-8 text; white space may surround the value, nothing else.
    ///   - maximumDepth: How many objects and arrays may be inside one another.
    /// - Throws: The first offence with its byte offset.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 128) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONError> in
            var parser = JSONParser(buffer, maximumDepth: maximumDepth)
            return Result { () throws(JSONError) in try parser.parseDocument() }
        }
        self = try result.get()
    }

    /// Reads one JSON value, taking the last of members with one key.
    ///
    /// - Parameters:
    ///   - bytes: The UTF-8 text; white space may surround the value, nothing else.
    ///   - maximumDepth: How many objects and arrays may be inside one another.
    ///   - duplicates: Where keys are there more than once.
    /// - Throws: The first offence with its byte offset.
    public init(
        parsing bytes: [UInt8],
        maximumDepth: Int = 128,
        duplicates: inout [[PathComponent]]
    ) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer, maximumDepth: maximumDepth)
            parser.collectDuplicates()
            return Result { () throws(JSONError) in (try parser.parseDocument(), parser.duplicates ?? []) }
        }
        (self, duplicates) = try result.get()
    }

    /// Reads one JSON value from text.
    ///
    /// - Parameter text: The text; white space may surround the value, nothing else.
    /// - Throws: The first offence with its byte offset.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}
