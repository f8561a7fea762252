import Documents

/// Ids from here to there, in their order: strings by their UTF-8, then objects by their canonical text.
package struct IDRange: Hashable, Sendable {
    /// One end.
    package struct Bound: Hashable, Sendable {
        /// The string.
        package let text: String
        /// Whether it belongs to the range.
        package let isIncluded: Bool

        /// Creates an end.
        package init(_ text: String, isIncluded: Bool) {
            self.text = text
            self.isIncluded = isIncluded
        }
    }

    /// The lower end; `nil`: none.
    package var lower: Bound?
    /// The upper end; `nil`: none.
    package var upper: Bound?
    /// Only ids that are strings.
    package var onlyStrings: Bool
    /// From the last to the first.
    package var isDescending: Bool
    /// The id to go on behind.
    package var after: DocumentID?

    /// Creates a range.
    ///
    /// - Parameters:
    ///   - lower: The lower end; `nil`: none.
    ///   - upper: The upper end; `nil`: none.
    ///   - onlyStrings: Only ids that are strings; always so when there is an end.
    ///   - isDescending: From the last to the first.
    package init(lower: Bound? = nil, upper: Bound? = nil, onlyStrings: Bool = false, isDescending: Bool = false) {
        self.lower = lower
        self.upper = upper
        self.onlyStrings = onlyStrings || lower != nil || upper != nil
        self.isDescending = isDescending
    }

    /// The lowest key, and whether it is in the range.
    var lowest: (key: [UInt8], isIncluded: Bool) {
        if !self.isDescending, let after = self.after { return (StoredKey.make(after.bytes), false) }
        return self.lower.map { (Self.key($0.text), $0.isIncluded) } ?? ([], true)
    }

    /// The highest key, and whether it is in the range.
    var highest: (key: [UInt8], isIncluded: Bool) {
        if self.isDescending, let after = self.after { return (StoredKey.make(after.bytes), false) }
        if let upper = self.upper { return (Self.key(upper.text), upper.isIncluded) }
        // The byte behind the quote of strings, and one behind the brace of objects.
        return (self.onlyStrings ? [UInt8(ascii: "\"") + 1] : [UInt8(ascii: "{") + 1], false)
    }

    private static func key(_ text: String) -> [UInt8] {
        [UInt8(ascii: "\"")] + Array(text.utf8)
    }
}
