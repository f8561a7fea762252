extension String {
    /// The longest message of a condition, in characters; a status is no place for more.
    static let maximumMessageLength = 2_048

    /// The text fit for a status: without what moves a terminal's cursor or turns text round, and of a bounded length.
    ///
    /// Messages repeat what servers and users have written.
    package func shown(_ limit: Int = Self.maximumMessageLength) -> String {
        if self.utf8.count <= limit, self.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return self }
        let scalars = self.unicodeScalars
        var text = ""
        for scalar in scalars.prefix(limit) {
            text.unicodeScalars.append(scalar.isUnseen ? " " : scalar)
        }
        if scalars.count > limit, limit > 0 {
            text.unicodeScalars.removeLast()
            text += "…"
        }
        return text
    }
}

extension Unicode.Scalar {
    /// The scalar's number as Unicode writes it: `U+202E`.
    var codePoint: String {
        let digits = String(self.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether the scalar shows nothing and changes how others show (Unicode 16 §23: controls, line and paragraph
    /// separators, directional formatting).
    package var isUnseen: Bool {
        switch self.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x061C, 0x200E...0x200F, 0xFEFF: true
        default: false
        }
    }
}
