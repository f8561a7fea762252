/// What decides how a string must be written so that every reader takes it for that string.
struct TextShape {
    /// How a string is written.
    enum Style: Hashable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// Behind `|`, over several lines.
        case literal(needsIndicator: Bool, chomping: Chomping)
    }

    /// What a literal says about the line feeds at its end.
    enum Chomping: Hashable {
        /// `|-`: there are none.
        case strip
        /// `|`: there is one.
        case clip
        /// `|+`: there are several.
        case keep
    }

    private let text: UnsafeBufferPointer<UInt8>

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// The plainest style that keeps the string a string.
    func style(isKey: Bool) -> Style {
        guard let first = self.text.first, let last = self.text.last else { return .doubleQuoted }
        let content = TextContent(self.text)
        guard !content.hasUnprintable, !content.hasBlankBeforeBreak else { return .doubleQuoted }
        if content.hasBreak {
            guard !isKey, let start = self.text.first(where: { $0 != UInt8(ascii: "\n") }) else { return .doubleQuoted }
            return .literal(needsIndicator: Self.isBlank(start), chomping: self.chomping)
        }
        if content.hasTab || AmbiguousText.contains(self.text) { return .doubleQuoted }
        if Self.isBlank(first) || Self.isBlank(last) || content.hasIndicator || self.startsWithIndicator {
            return .singleQuoted
        }
        return .plain
    }

    private var chomping: Chomping {
        guard self.text.last == UInt8(ascii: "\n") else { return .strip }
        return self.text.dropLast().last == UInt8(ascii: "\n") ? .keep : .clip
    }

    private var startsWithIndicator: Bool {
        if self.text.starts(with: "---".utf8) || self.text.starts(with: "...".utf8) { return true }
        switch self.text[0] {
        case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
            UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
            UInt8(ascii: "`"):
            return true
        case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            return self.text.count == 1 || Self.isBlank(self.text[1])
        default: return false
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Whether readers refuse a character or take it for a line break; tab and line feed have escapes of their own.
    static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

/// What one pass over a string finds inside it.
private struct TextContent {
    var hasUnprintable = false
    var hasBreak = false
    var hasTab = false
    /// Blanks that an editor may strip from the end of a line.
    var hasBlankBeforeBreak = false
    /// `: ` or ` #`, or a colon at the end.
    var hasIndicator = false

    init(_ text: UnsafeBufferPointer<UInt8>) {
        var previous: UInt8 = 0
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"):
                self.hasBreak = true
                if TextShape.isBlank(previous) { self.hasBlankBeforeBreak = true }
            case UInt8(ascii: "\t"): self.hasTab = true
            case 0..<0x20, 0x7F: self.hasUnprintable = true
            case UInt8(ascii: " ") where previous == UInt8(ascii: ":"): self.hasIndicator = true
            case UInt8(ascii: "#") where TextShape.isBlank(previous): self.hasIndicator = true
            case 0xC2 where index + 1 < text.count && text[index + 1] < 0xA0: self.hasUnprintable = true
            case 0xE2, 0xEF:
                guard index + 2 < text.count else { break }
                let code =
                    UInt32(byte & 0xF) << 12 | UInt32(text[index + 1] & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F)
                if let scalar = Unicode.Scalar(code), TextShape.mustEscape(scalar) { self.hasUnprintable = true }
            default: break
            }
            previous = byte
        }
        if previous == UInt8(ascii: ":") { self.hasIndicator = true }
        if self.hasBreak, TextShape.isBlank(previous) { self.hasBlankBeforeBreak = true }
    }
}
