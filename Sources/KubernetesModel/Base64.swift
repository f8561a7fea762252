/// Base64 (RFC 4648 §4), as Secrets keep their values.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of some bytes.
    package static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8 | (offset < group.count ? UInt32(group[index + offset]) : 0)
            }
            for digit in 0..<4 {
                let value = Int(bits >> UInt32((3 - digit) * 6) & 0x3F)
                text.append(digit <= group.count ? self.alphabet[value] : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// How many bytes a text stands for, without decoding it.
    package static func byteCount(of text: String) -> Int {
        let digits = text.utf8.count { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\n") }
        return digits * 3 / 4
    }
}
