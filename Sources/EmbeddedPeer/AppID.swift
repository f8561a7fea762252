/// The identifier that an app shares with the same app on other Big Peers: a UUID (RFC 9562 §4) in lower case.
enum AppID {
    /// The lower-case form of a UUID; `nil` when the text is not one.
    static func canonical(_ text: String) -> String? {
        let utf8 = text.utf8
        guard utf8.count == 36 else { return nil }
        for (index, byte) in utf8.enumerated() {
            let isHyphen = byte == UInt8(ascii: "-")
            let isHexDigit = byte < 0x80 && Character(Unicode.Scalar(byte)).isHexDigit
            guard [8, 13, 18, 23].contains(index) ? isHyphen : isHexDigit else { return nil }
        }
        return text.lowercased()
    }

    /// A new version 4 UUID (RFC 9562 §5.4).
    static func random() -> String {
        let high = UInt64.random(in: .min ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = high.sixteenHexDigits + low.sixteenHexDigits
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}

extension UInt64 {
    /// The value as exactly sixteen lower-case digits.
    var sixteenHexDigits: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
