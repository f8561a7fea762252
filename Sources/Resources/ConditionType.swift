import KubernetesModel

/// The conditions that our kinds carry.
package enum ConditionType: String, Sendable, Hashable, CaseIterable {
    /// All that the resource asks for is so.
    case ready = "Ready"
    /// The Big Peer holds what the spec says.
    case synced = "Synced"
    /// Data flows; `Unknown` unless measured.
    case replicating = "Replicating"
    /// The Big Peer answers.
    case reachable = "Reachable"
    /// Present only while true: work is under way.
    case reconciling = "Reconciling"
    /// Present only while true: nothing will happen until a person acts.
    case stalled = "Stalled"
}

extension Condition {
    /// Creates a condition of our vocabulary, whose message is fit to be stored whatever it repeats.
    ///
    /// - Parameters:
    ///   - type: What the condition is about.
    ///   - status: Whether it holds.
    ///   - reason: Why.
    ///   - message: Why, for a person; the reason's sentence when left out.
    ///   - generation: The generation of the spec that was looked at.
    package init(
        _ type: ConditionType,
        _ status: Status,
        _ reason: Reason,
        _ message: String? = nil,
        generation: Int64
    ) {
        self.init(
            type: type.rawValue,
            status: status,
            reason: reason.rawValue,
            message: (message ?? reason.sentence).shown(),
            observedGeneration: generation
        )
    }
}

extension [Condition] {
    /// The condition of one of our types.
    package subscript(type: ConditionType) -> Condition? { self[type.rawValue] }
}
