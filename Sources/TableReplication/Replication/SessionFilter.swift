import DQL

/// The queries of one session: DQL conditions, of which one must be true; none at all selects everything.
package struct SessionFilter: Sendable {
    /// The conditions as text.
    package let queries: [String]
    /// The conditions, ready to be asked; `nil` selects everything.
    package let compiled: DQLFilter?

    /// Selects everything.
    package static let everything = SessionFilter()

    private init() {
        self.queries = []
        self.compiled = nil
    }

    /// Creates a filter.
    ///
    /// - Parameter queries: The conditions.
    /// - Throws: What is wrong with which of them.
    package init(queries: [String]) throws(DQLFilterError) {
        let filter = queries.isEmpty ? nil : try DQLFilter(parsing: queries)
        self.queries = queries
        self.compiled = filter?.matchesEverything == true ? nil : filter
    }

    /// Whether a document, as the text of a JSON object, is selected.
    package func selects(_ document: UnsafeBufferPointer<UInt8>) -> Bool {
        self.compiled?.matches(document) ?? true
    }
}

extension SessionFilter: Hashable {
    /// Whether two filters have the same conditions.
    package static func == (first: SessionFilter, second: SessionFilter) -> Bool { first.queries == second.queries }

    /// Hashes the conditions.
    package func hash(into hasher: inout Hasher) { hasher.combine(self.queries) }
}
