import Resources

/// Why a resource cannot be acted on now.
package struct Obstacle: Error, Sendable, Hashable {
    /// Why, as one word.
    package let reason: Reason
    /// Why, and what to do, for a person.
    package let message: String
    /// Whether only a change by a person helps.
    package let isStalled: Bool

    /// Creates an obstacle.
    package init(_ reason: Reason, _ message: String, isStalled: Bool = false) {
        self.reason = reason
        self.message = message
        self.isStalled = isStalled
    }
}
