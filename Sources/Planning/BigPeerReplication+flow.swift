import Clocks
import KubernetesModel
import Resources

extension BigPeerReplication {
    /// The part of a status that tells whether data flows.
    struct Flow {
        let condition: Condition
        let sessions: [ReplicationSession]
    }

    /// Whether data flows, as this process knows it; `nil` when that is another's to tell.
    func flow(as sight: ReplicationSight) -> Flow? {
        switch sight {
        case .measured(let measurement):
            Flow(condition: self.replicating(measurement), sessions: self.sessions(measurement))
        case .toldByHost where !self.policy.isSuspended: nil
        case .unmeasured, .toldByHost: Flow(condition: self.replicating(nil), sessions: [])
        }
    }

    /// Whether data flows, as the status says; before anybody has said anything, nothing is claimed.
    var flowAsTold: Flow {
        // The suspension was the controller's own word: the host has not told yet how it is since.
        let told = self.conditions[.replicating].flatMap { $0.reason == Reason.suspended.rawValue ? nil : $0 }
        return Flow(condition: told ?? self.replicating(nil), sessions: self.status.sessions)
    }

    /// The status with what is measured now; `nil` when it says so already, or when it has nothing to say yet.
    package func status(measuring surroundings: Surroundings) -> BigPeerReplicationStatus? {
        self.status(telling: surroundings.sight(self), now: surroundings.now)
    }

    /// The status with what is known now of whether data flows, and nothing else changed.
    ///
    /// - Parameters:
    ///   - sight: What this process knows.
    ///   - now: The time of day.
    /// - Returns: The status; `nil` when it says so already, when it has nothing to say yet, and when another tells.
    package func status(telling sight: ReplicationSight, now: Timestamp) -> BigPeerReplicationStatus? {
        guard !self.metadata.isBeingDeleted, !self.policy.isSuspended, self.status.lastSyncTime != nil,
            let before = self.conditions[.replicating], let flow = self.flow(as: sight)
        else { return nil }
        let condition = flow.condition
        // All else speaks of the new spec already; before that, it is not worth a write of its own.
        let isBehind =
            before.observedGeneration != condition.observedGeneration
            && self.status.observedGeneration == condition.observedGeneration
        guard
            flow.sessions != self.status.sessions || condition.status != before.status
                || condition.reason != before.reason || condition.message != before.message || isBehind
        else { return nil }
        var status = self.status
        status.sessions = flow.sessions
        status.conditions = self.conditions
            .map { $0.type == condition.type ? condition : $0 }
            .timed(since: self.conditions, now: now.rfc3339)
        return status
    }
}
