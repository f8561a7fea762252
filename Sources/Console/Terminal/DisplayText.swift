extension Character {
    /// How many columns of a screen the character takes: two for East Asian wide ones and emoji, else one.
    ///
    /// Source: Unicode Standard Annex #11; the ranges are its blocks of wide characters.
    package var displayWidth: Int {
        guard let scalar = self.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }
}

extension StringProtocol {
    /// How many columns of a screen the text takes.
    package var displayWidth: Int {
        if self.utf8.allSatisfy({ $0 < 0x80 }) { return self.utf8.count }
        return self.reduce(0) { $0 + $1.displayWidth }
    }

    /// The text in at most so many columns, with an ellipsis where something was cut.
    package func cut(to width: Int) -> String {
        guard self.displayWidth > width else { return String(self) }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in self {
            used += character.displayWidth
            if used > width - 1 { break }
            result.append(character)
        }
        return result + "…"
    }

    /// The text with spaces behind it to fill so many columns.
    package func padded(to width: Int) -> String {
        String(self) + String(repeating: " ", count: Swift.max(0, width - self.displayWidth))
    }
}

extension String {
    /// The text in one line in which nothing can move a cursor or change a colour.
    ///
    /// Messages come from servers; a control character in them must not reach a terminal.
    package var oneLine: String {
        guard self.unicodeScalars.contains(where: \.isControl) else { return self }
        var result = ""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t":
                if result.last != " " { result.append(" ") }
            case let scalar where scalar.isControl: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text broken between words into lines of at most so many columns; longer words stand alone.
    package func wrapped(to width: Int?) -> [String] {
        guard let width, self.displayWidth > width else { return [self] }
        var lines: [String] = []
        var line = ""
        for word in self.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if line.displayWidth + 1 + word.displayWidth <= width {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is a control character (C0, DEL, C1) or turns the direction of text around.
    fileprivate var isControl: Bool {
        switch self.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
