/// The queries of one session: DQL conditions, of which one must be true; none at all selects everything.
package struct SessionFilter: Hashable, Sendable {
    /// The conditions as text.
    package let queries: [String]

    /// Selects everything.
    package static let everything = SessionFilter(queries: [])

    /// Creates a filter.
    package init(queries: [String]) {
        self.queries = queries
    }
}
