/// How much the run of a statement may take.
package struct DQLRunLimits: Sendable, Hashable {
    /// How many bytes of rows may be held at one time.
    package let heldBytes: Int

    /// Creates limits.
    package init(heldBytes: Int = 64 * 1024 * 1024) {
        self.heldBytes = heldBytes
    }
}
