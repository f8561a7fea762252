/// How much the text of a query may demand.
package struct DQLLimits: Sendable, Hashable {
    /// The greatest length of the text in bytes.
    package let textLength: Int
    /// How many expressions may be inside one another.
    package let depth: Int
    /// How many expressions there may be.
    package let nodes: Int

    /// Creates limits.
    package init(textLength: Int = 256 * 1024, depth: Int = 96, nodes: Int = 20_000) {
        self.textLength = textLength
        self.depth = depth
        self.nodes = nodes
    }
}
