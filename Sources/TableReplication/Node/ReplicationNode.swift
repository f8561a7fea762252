/// One peer's whole replication as a pure machine.
///
/// *Expected flow:* the driver configures the node and opens the stores; then it gives every event to `handle` in the
/// order in which it happened and does the actions that come back in their order. All apps of a peer share one node;
/// it is a value without locks, made to live in one actor or on one event loop.
/// *Guarantees:* no I/O, no clock of its own, no waiting; the same inputs and seed give the same actions. Per session
/// at most one `read`, `fetch` or `loadCheckpoint` and one `apply` are unanswered. What waits in memory is bounded by
/// the window of each session. *Assumptions:* each store request is answered once, unless its link was closed; answers
/// for closed links are ignored. Times are those of one steady clock.
package struct ReplicationNode: Sendable {
    /// Creates a node that does nothing until it is configured.
    ///
    /// - Parameter chance: Where challenges and the spread of waits come from.
    package init(chance: Chance = .system) {
        self.chance = chance
    }

    var chance: Chance

    /// Takes note of an event and says what to do.
    ///
    /// - Parameters:
    ///   - input: The event.
    ///   - now: The steady clock's time.
    /// - Returns: The actions, in order.
    package mutating func handle(_ input: NodeInput, at now: Duration) -> [NodeAction] {
        []
    }

    /// How an app's replication is now.
    ///
    /// - Parameters:
    ///   - app: The app's id.
    ///   - now: The steady clock's time.
    /// - Returns: The status; empty for an app that is not configured.
    package func status(of app: String, at now: Duration) -> ReplicationStatus {
        ReplicationStatus()
    }
}
