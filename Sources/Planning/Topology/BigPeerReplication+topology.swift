import KubernetesModel
import Resources

/// How far one side of a pair is, as its topology sees it.
extension BigPeerReplication {
    /// Whether the Big Peer is known to hold what this very spec says.
    var isReadyNow: Bool {
        self.status.observedGeneration == self.metadata.generation && !self.metadata.isBeingDeleted
            && self.status.conditions[.ready]?.status == .true
    }

    /// Whether it has ever been at its Big Peer, or never will because it only looks.
    var isEstablished: Bool {
        !self.metadata.isBeingDeleted && (self.status.lastSyncTime != nil || self.spec.policy.management == .observe)
    }

    /// Whether dialling this side finds something, as far as anybody can tell.
    var canBeDialled: Bool {
        self.isReadyNow || (self.isEstablished && self.spec.policy.management == .observe)
    }

    /// Why this one is not ready.
    var standing: TopologyPlan.Standing {
        let name = self.metadata.name
        if self.metadata.isBeingDeleted { return .waiting(.deleting, "\"\(name)\" is being deleted") }
        guard self.status.observedGeneration == self.metadata.generation, let ready = self.status.conditions[.ready]
        else { return .waiting(.progressing, "\"\(name)\" has not been looked at yet") }
        let reason = Reason(rawValue: ready.reason) ?? .progressing
        let message = "\"\(name)\": \(ready.message)"
        let isStalled = self.status.conditions[.stalled]?.status == .true
        return isStalled ? .stalled(reason, message) : .waiting(reason, message)
    }
}
