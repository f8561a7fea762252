extension Substring {
    /// The text without spaces and tabs at its ends.
    package var trimmedSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// The trimmed texts before and behind the first occurrence of a separator of ASCII characters.
    package func divided(by separator: String) -> (Substring, Substring)? {
        var start = self.startIndex
        while start < self.endIndex {
            if self[start...].hasPrefix(separator) {
                let end = self.index(start, offsetBy: separator.count)
                return (self[..<start].trimmedSpaces, self[end...].trimmedSpaces)
            }
            start = self.index(after: start)
        }
        return nil
    }
}
