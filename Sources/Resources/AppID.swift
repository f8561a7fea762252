import KubernetesModel

/// The id of an app: a UUID, compared without regard to case and printed in lower case.
package struct AppID: CheckedText {
    private let high: UInt64
    private let low: UInt64

    /// Reads `2164bef3-37c0-489c-9ac6-c94b034525d7`, in either case.
    package init?(_ text: String) {
        guard let (high, low) = Self.halves(of: text) else { return nil }
        self.high = high
        self.low = low
    }

    /// The id in lower case.
    package var description: String {
        var text = ""
        text.reserveCapacity(36)
        for index in 0..<32 {
            if Self.groupStarts.contains(index) { text.append("-") }
            let half = index < 16 ? self.high : self.low
            let digit = Int(truncatingIfNeeded: half >> UInt64((15 - index % 16) * 4)) & 0xF
            text.unicodeScalars.append(Unicode.Scalar(Self.digits[digit]))
        }
        return text
    }

    /// The rule in a few words.
    package static let meaning = "a UUID such as \"2164bef3-37c0-489c-9ac6-c94b034525d7\""

    /// The rule as a regular expression.
    package static let regex = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"

    /// Says whether text is a UUID.
    package static func problem(in text: String) -> String? {
        self.halves(of: text) == nil ? "is not a UUID" : nil
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let groupStarts = [8, 12, 16, 20]
    private static let hyphens = [8, 13, 18, 23]

    private static func halves(of text: String) -> (UInt64, UInt64)? {
        guard text.utf8.count == 36 else { return nil }
        var halves: [UInt64] = [0, 0]
        var count = 0
        for (index, byte) in text.utf8.enumerated() {
            if self.hyphens.contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            halves[count / 16] = halves[count / 16] << 4 | UInt64(digit)
            count += 1
        }
        return (halves[0], halves[1])
    }
}
