import DQL
import Documents

/// Documents in the order of their canonical ids, from here to there.
package struct IDRange: Hashable, Sendable {
    /// Which keys; `nil`: all.
    package var keys: DQLKeyRange?
    /// From the last to the first.
    package var isDescending: Bool
    /// The document to go on behind.
    package var after: DocumentID?

    /// Creates a range.
    ///
    /// - Parameters:
    ///   - keys: Which keys; `nil`: all.
    ///   - isDescending: From the last to the first.
    package init(_ keys: DQLKeyRange? = nil, isDescending: Bool = false) {
        self.keys = keys
        self.isDescending = isDescending
    }

    /// The least key, and whether it is in the range.
    var lowest: (key: [UInt8], isIncluded: Bool) {
        if !self.isDescending, let after = self.after { return (after.bytes, false) }
        // Every key starts with a quote or a brace.
        return (self.keys?.lower ?? [0], true)
    }

    /// The first key behind the range.
    var highest: [UInt8] {
        if self.isDescending, let after = self.after { return after.bytes }
        return self.keys?.upper ?? [UInt8.max]
    }
}
