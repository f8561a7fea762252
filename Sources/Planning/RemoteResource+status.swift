import Clocks
import KubernetesModel
import Resources

extension RemoteResource {
    /// The conditions as they were.
    package var conditions: [Condition] { self.status.conditions }

    /// Whether the status says that this very spec was in agreement.
    var isSettled: Bool {
        self.status.observedGeneration == self.metadata.generation && self.conditions[.synced]?.status == .true
    }

    /// The annotation that asks for a reconciliation now.
    package var reconcileRequestedAt: String? {
        self.metadata.reconcileRequestedAt
    }

    /// The status that tells an outcome.
    package func status(telling outcome: Outcome, in surroundings: Surroundings) -> Status {
        var status = self.status
        status.observedGeneration = self.metadata.generation
        status.remote = outcome.record.map { RemoteEntry($0, by: self.bigPeerKey) }
        status.lastSyncTime = self.lastSyncTime(telling: outcome, now: surroundings.now)
        // The record before a creation is no answer yet to whoever asked for a reconciliation.
        if !outcome.standing.isUnderWay { status.lastHandledReconcileAt = self.reconcileRequestedAt }
        status.conditions = outcome.standing.conditions(generation: self.metadata.generation)
        if case .synced = outcome.standing, let doubt = self.doubt(in: surroundings) {
            for index in status.conditions.indices where status.conditions[index].type == ConditionType.ready.rawValue {
                status.conditions[index].message += "; \(doubt)"
            }
        }
        self.complete(&status, telling: outcome, in: surroundings)
        status.conditions = status.conditions.timed(since: self.conditions, now: surroundings.now.rfc3339)
        return status
    }

    /// When the remote was last brought, or first found, in agreement: an unchanged check leaves the time as it was,
    /// so that checks which find nothing write nothing.
    private func lastSyncTime(telling outcome: Outcome, now: Timestamp) -> String? {
        guard case .synced = outcome.standing else { return self.status.lastSyncTime }
        return self.isSettled && outcome.notices.isEmpty ? self.status.lastSyncTime ?? now.rfc3339 : now.rfc3339
    }
}
