/// A pattern of LIKE or ILIKE: `%` stands for any text, `_` for one character, and all else for itself.
///
/// Matching never takes more than the length of the text times that of the pattern.
struct LikePattern: Sendable {
    private enum Element: Sendable, Equatable {
        case byte(UInt8)
        case anyCharacter
        case anyText
    }

    private let elements: [Element]
    private let isCaseless: Bool

    /// Reads a pattern; `nil` when it ends in the escape character.
    init?(_ text: String, escape: Unicode.Scalar?, isCaseless: Bool) {
        var elements: [Element] = []
        var isEscaped = false
        for scalar in (isCaseless ? text.lowercased() : text).unicodeScalars {
            if !isEscaped, scalar == escape {
                isEscaped = true
                continue
            }
            switch scalar {
            case "%" where !isEscaped: if elements.last != .anyText { elements.append(.anyText) }
            case "_" where !isEscaped: elements.append(.anyCharacter)
            default: elements += (UTF8.encode(scalar).map(Array.init) ?? []).map(Element.byte)
            }
            isEscaped = false
        }
        guard !isEscaped else { return nil }
        self.elements = elements
        self.isCaseless = isCaseless
    }

    /// Whether the pattern is the whole of a text.
    func matches(_ text: Bytes) -> Bool {
        guard self.isCaseless, !text.allSatisfy({ $0 < 0x80 }) else { return self.match(text) }
        // Letters beyond ASCII change their length with their case.
        return Array(text.string.lowercased().utf8).withUnsafeBufferPointer(self.match)
    }

    /// Goes on greedily, and comes back only to the last `%`: what stood before it need not be tried again.
    private func match(_ text: Bytes) -> Bool {
        var position = 0
        var index = 0
        var retry: (index: Int, position: Int)?
        while position < text.count || index < self.elements.count {
            if index < self.elements.count, let length = self.step(self.elements[index], text, position) {
                if self.elements[index] == .anyText { retry = (index + 1, position) }
                index += 1
                position += length
            } else if let last = retry, last.position < text.count {
                let next = last.position + Self.characterLength(text, last.position)
                retry = (last.index, next)
                (index, position) = (last.index, next)
            } else {
                return false
            }
        }
        return true
    }

    /// How many bytes an element takes at a position; `nil` when it does not match there.
    private func step(_ element: Element, _ text: Bytes, _ position: Int) -> Int? {
        switch element {
        case .anyText: return 0
        case .anyCharacter: return position < text.count ? Self.characterLength(text, position) : nil
        case .byte(let wanted):
            guard position < text.count else { return nil }
            let byte = text[position]
            let isCapital = self.isCaseless && byte &- UInt8(ascii: "A") < 26
            return (isCapital ? byte | 0x20 : byte) == wanted ? 1 : nil
        }
    }

    private static func characterLength(_ text: Bytes, _ position: Int) -> Int {
        var end = position + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end - position
    }
}
