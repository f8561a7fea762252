/// Walks over JSON text and finds where values begin and end, without building any.
///
/// It reads the envelope exactly and steps over everything else by its brackets and strings alone: whoever takes a
/// value over checks it then. *Limits:* `maximumDepth` levels. *Errors:* the first offence with its offset; nothing
/// traps.
struct MessageScanner {
    /// How many objects and arrays may be inside one another: those of a document, and the message around it.
    static let maximumDepth = 68

    private let bytes: UnsafeBufferPointer<UInt8>
    /// The offset of the next byte.
    private(set) var offset: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Moves past white space.
    @inline(__always)
    mutating func skipSpace() {
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            self.offset += 1
        }
    }

    /// Moves past a byte, if it is the next one but for white space.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        self.skipSpace()
        guard self.offset < self.bytes.count, self.bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    /// The next byte that is not white space.
    @inline(__always)
    mutating func peek() -> UInt8? {
        self.skipSpace()
        return self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    /// The error that says what should stand here.
    func missing(_ expectation: MessageError.Expectation) -> MessageError {
        .expected(expectation, offset: self.offset)
    }

    /// Moves past a member's name and the colon; the range is what stands between the quotes.
    mutating func takeName() throws(MessageError) -> TextRange {
        guard self.peek() == UInt8(ascii: "\"") else { throw self.missing(.key) }
        let start = self.offset + 1
        try self.skipString()
        let name = TextRange(start, self.offset - 1)
        guard self.take(UInt8(ascii: ":")) else { throw self.missing(.colon) }
        return name
    }

    /// Moves past a value; the range is the value's text.
    mutating func takeValue() throws(MessageError) -> TextRange {
        self.skipSpace()
        let start = self.offset
        try self.skipValue()
        return TextRange(start, self.offset)
    }

    /// Moves past a value.
    mutating func skipValue() throws(MessageError) {
        guard let first = self.peek() else { throw self.missing(.value) }
        switch first {
        case UInt8(ascii: "\""): try self.skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): try self.skipBrackets()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            self.skipWord()
        default: throw self.missing(.value)
        }
    }

    /// Moves past a number or a word: anything up to a byte that cannot belong to one.
    private mutating func skipWord() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                self.offset += 1
            default: return
            }
        }
    }

    /// Moves past an object or array by counting brackets outside strings; which of the two sorts is kept in a bit.
    private mutating func skipBrackets() throws(MessageError) {
        var isObject: (high: UInt64, low: UInt64) = (0, 0)
        var depth = 0
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            switch byte {
            case UInt8(ascii: "\""):
                try self.skipString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.maximumDepth else { throw .tooDeep(limit: Self.maximumDepth) }
                isObject = (isObject.high << 1 | isObject.low >> 63, isObject.low << 1)
                if byte == UInt8(ascii: "{") { isObject.low |= 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard (isObject.low & 1 == 1) == (byte == UInt8(ascii: "}")) else {
                    throw self.missing(isObject.low & 1 == 1 ? .commaOrBrace : .commaOrBracket)
                }
                isObject = (isObject.high >> 1, isObject.low >> 1 | isObject.high << 63)
                depth -= 1
                if depth == 0 {
                    self.offset += 1
                    return
                }
            default: break
            }
            self.offset += 1
        }
        throw self.missing(.value)
    }

    /// Moves past a string in its quotes.
    mutating func skipString() throws(MessageError) {
        self.offset += 1
        while true {
            self.skipPlain()
            guard self.offset < self.bytes.count else { throw self.missing(.quote) }
            let byte = self.bytes[self.offset]
            self.offset += 1
            if byte == UInt8(ascii: "\"") { return }
            // Behind a backslash anything may stand; a quote there does not end the string.
            self.offset += 1
        }
    }

    /// Moves to the next quote or backslash, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(self.bytes)
        while self.offset + 8 <= raw.count {
            // The lowest marked byte is exact; a borrow can only mark bytes above one.
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: self.offset, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let marks = ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & highs
            if marks != 0 {
                self.offset += marks.trailingZeroBitCount / 8
                return
            }
            self.offset += 8
        }
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            if byte == 0x22 || byte == 0x5C { return }
            self.offset += 1
        }
    }
}
