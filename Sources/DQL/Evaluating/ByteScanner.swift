/// Moves over JSON text without making values of it.
///
/// The text was checked when it came in; what is broken nevertheless ends the scan, and nothing traps.
struct ByteScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The next byte that is no white space.
    mutating func peek() -> UInt8? {
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: self.offset += 1
            default: return byte
            }
        }
        return nil
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.offset += 1
        return true
    }

    /// A string without its quotes; `isPlain` says that no escape is in it.
    mutating func string() -> (content: Range<Int>, isPlain: Bool)? {
        guard self.take(UInt8(ascii: "\"")) else { return nil }
        let start = self.offset
        var isPlain = true
        while true {
            self.skipPlainText()
            guard self.offset < self.bytes.count else { return nil }
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.offset += 1
                return (start..<self.offset - 1, isPlain)
            case UInt8(ascii: "\\"):
                isPlain = false
                self.offset += 2
            default: self.offset += 1
            }
        }
    }

    /// Moves on over eight bytes at a time, to the first quote or backslash or close to the end.
    private mutating func skipPlainText() {
        guard let base = self.bytes.baseAddress else { return }
        while self.offset + 8 <= self.bytes.count {
            let word = UnsafeRawPointer(base + self.offset).loadUnaligned(as: UInt64.self).littleEndian
            let found = Self.zeroBytes(word ^ 0x2222_2222_2222_2222) | Self.zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            guard found == 0 else {
                self.offset += found.trailingZeroBitCount / 8
                return
            }
            self.offset += 8
        }
    }

    /// A word whose lowest bit that is set is in the first byte that is zero
    /// (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The bytes of any value.
    mutating func value() -> Range<Int>? {
        guard let first = self.peek() else { return nil }
        let start = self.offset
        switch first {
        case UInt8(ascii: "\""): guard self.string() != nil else { return nil }
        case UInt8(ascii: "{"), UInt8(ascii: "["): guard self.skipNested() else { return nil }
        default: self.skipScalar()
        }
        return self.offset > start && self.offset <= self.bytes.count ? start..<self.offset : nil
    }

    private mutating func skipScalar() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: return
            default: self.offset += 1
            }
        }
    }

    private mutating func skipNested() -> Bool {
        var depth = 0
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""): guard self.string() != nil else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                self.offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                self.offset += 1
                if depth == 0 { return true }
            default: self.offset += 1
            }
        }
        return false
    }
}
