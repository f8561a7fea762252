extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal value: UInt64) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        Swift.withUnsafeMutableBytes(of: &digits) { room in
            var rest = value
            var start = room.count
            repeat {
                start -= 1
                room[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            self.append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[start...]))
        }
    }

    /// Appends text as it stands between the quotes of a JSON string.
    mutating func appendEscaped(_ text: some Collection<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.append(UInt8(ascii: "\\"))
                self.append(byte)
            case 0..<0x20:
                self.append(contentsOf: "\\u00".utf8)
                self.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                let low = byte & 0x0F
                self.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
            default: self.append(byte)
            }
        }
    }

    /// A string as JSON text.
    init(jsonString text: String) {
        self = []
        self.reserveCapacity(text.utf8.count + 2)
        self.append(UInt8(ascii: "\""))
        self.appendEscaped(text.utf8)
        self.append(UInt8(ascii: "\""))
    }
}
