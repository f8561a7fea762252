/// Which documents can match at all, by their `_id`.
///
/// A key is the compact JSON text of an `_id`, with the members of objects sorted by name. Documents outside never match;
/// those inside still have to be asked.
package enum DQLIDConstraint: Sendable, Hashable {
    /// Any document may match.
    case none
    /// Only documents with these keys may: each once, in ascending order. There may be none at all.
    case oneOf([[UInt8]])
    /// Only documents with keys in a range may.
    case range(DQLKeyRange)
}

/// A range of keys in the order of their bytes.
package struct DQLKeyRange: Sendable, Hashable {
    /// The least key.
    package let lower: [UInt8]
    /// The first key behind the range.
    package let upper: [UInt8]

    /// All keys of documents whose `_id` is text.
    static let strings = DQLKeyRange(lower: [UInt8(ascii: "\"")], upper: [UInt8(ascii: "\"") + 1])

    /// Whether a key lies in it.
    package func contains(_ key: [UInt8]) -> Bool {
        !key.lexicographicallyPrecedes(self.lower) && key.lexicographicallyPrecedes(self.upper)
    }
}

/// Bounds of text as bounds of keys. JSON writes some characters with a backslash, which moves them in the order, so the
/// bounds are as wide as that demands.
extension DQLKeyRange {
    /// The range of all texts from one on.
    init(from text: String) {
        self.init(lower: Self.start(text), upper: Self.strings.upper)
    }

    /// The range of all texts up to one.
    init(through text: String) {
        var upper = Self.strings.lower
        for byte in text.utf8 {
            // Here a character with a backslash could stand for one that is less.
            guard byte > UInt8(ascii: "\\") else {
                self.init(lower: Self.strings.lower, upper: upper + [UInt8(ascii: "\\") + 1])
                return
            }
            upper.append(byte)
        }
        self.init(lower: Self.strings.lower, upper: upper + Self.strings.upper)
    }

    /// The range of all texts that start with one.
    init(startingWith text: String) {
        let lower = Self.start(text)
        var upper = lower
        // No byte of UTF-8 is so great that there is none behind it.
        upper[upper.count - 1] += 1
        self.init(lower: lower, upper: upper)
    }

    /// The key's text up to the first character that is written with a backslash.
    private static func start(_ text: String) -> [UInt8] {
        self.strings.lower
            + text.utf8.prefix { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
