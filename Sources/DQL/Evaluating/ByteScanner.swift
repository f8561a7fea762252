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
        while self.offset < self.bytes.count {
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
        return nil
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
