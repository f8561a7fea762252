import Clocks
import JSON
import KubernetesModel
import PeerModel
import Resources

/// A resource whose other half is one object at a Big Peer.
package protocol RemoteResource: Sendable {
    /// The kind.
    static var kind: ResourceKind { get }
    /// Reads an object of any shape.
    init(_ object: Object)
    /// Names, generation, finalizers.
    var metadata: ObjectMeta { get set }
    /// The BigPeer that holds the other half.
    var bigPeerKey: ObjectKey { get }
    /// The name of the other half at the Big Peer.
    var remoteName: String { get }
    /// How far Peerage may go.
    var policy: SyncPolicy { get }
    /// What the status remembers of the other half.
    var entry: RemoteEntry? { get }
    /// The conditions as they were.
    var conditions: [Condition] { get }
    /// The status as it was.
    var statusJSON: JSONValue { get }
    /// The generation that the status speaks of.
    var observedGeneration: Int64 { get }

    /// What names the other half at its Big Peer.
    func remoteID(at peer: PeerIdentity) -> RemoteID
    /// What the other half shall be.
    func desired(in surroundings: Surroundings) -> Result<PeerObject, Obstacle>
    /// What must go before the other half may.
    func deletionObstacle(in surroundings: Surroundings) -> Obstacle?
    /// Others of the kind whose other half has the same name.
    func namesakes(in surroundings: Surroundings) -> [Self]
    /// The status that tells an outcome.
    func status(telling outcome: Outcome, in surroundings: Surroundings) -> JSONValue
    /// The status with what is measured now; `nil` when that is what it says.
    func status(measuring surroundings: Surroundings) -> JSONValue?
}

extension RemoteResource {
    /// Nothing: most resources have nothing to measure.
    package func status(measuring surroundings: Surroundings) -> JSONValue? { nil }

    /// Gathers everything that the line of this resource needs to know.
    package func subject(in surroundings: Surroundings) -> RemoteSubject {
        let target = self.target(in: surroundings)
        return RemoteSubject(
            target: target.flatMap { target in
                surroundings.accessObstacle(self.bigPeerKey).map(Result.failure) ?? .success(target)
            },
            desired: self.desired(in: surroundings),
            deletionObstacle: self.deletionObstacle(in: surroundings),
            policy: self.policy,
            isBeingDeleted: self.metadata.isBeingDeleted,
            hasFinalizer: self.metadata.finalizers.contains(PeerageAPI.finalizer),
            record: self.entry.flatMap(RemoteRecord.init),
            isSettled: self.observedGeneration == self.metadata.generation
                && self.conditions[.synced]?.status == .true,
            isRequested: self.reconcileRequestedAt.map { $0 != self.lastHandledReconcileAt } ?? false,
            rival: (try? target.get()).flatMap { self.rival(for: $0, in: surroundings) },
            now: surroundings.now
        )
    }

    /// Where the other half is.
    package func target(in surroundings: Surroundings) -> Result<RemoteSubject.Target, Obstacle> {
        guard let peer = surroundings.bigPeer(self.bigPeerKey) else {
            return .failure(
                Obstacle(.bigPeerNotFound, "there is no BigPeer \"\(self.bigPeerKey)\"; create it, or mend bigPeerRef")
            )
        }
        return peer.location.map { location in
            RemoteSubject.Target(id: self.remoteID(at: location.peer), url: location.url)
        }
    }

    private func rival(for target: RemoteSubject.Target, in surroundings: Surroundings) -> RemoteSubject.Rival? {
        var younger: ObjectKey?
        for other in self.namesakes(in: surroundings) where self.competes(with: other) {
            guard (try? other.target(in: surroundings).get()) == target else { continue }
            if other.isOlder(than: self) { return .older(other.metadata.key) }
            younger = other.metadata.key
        }
        return younger.map(RemoteSubject.Rival.younger)
    }

    /// Whether another resource could lay claim to the same object: it writes, and it is there to stay if this is not.
    private func competes(with other: Self) -> Bool {
        other.metadata.uid != self.metadata.uid && other.policy.management == .full
            && !(self.metadata.isBeingDeleted && other.metadata.isBeingDeleted)
    }

    private func isOlder(than other: Self) -> Bool {
        (self.metadata.creationTimestamp, self.metadata.uid) < (other.metadata.creationTimestamp, other.metadata.uid)
    }

    /// The conditions that tell an outcome, with the times of those that did not change.
    func conditions(telling outcome: Outcome, and more: [Condition] = [], now: Timestamp) -> [Condition] {
        (outcome.standing.conditions(generation: self.metadata.generation) + more)
            .timed(since: self.conditions, now: now.rfc3339)
    }

    /// When the remote was last brought, or first found, in agreement: an unchanged check leaves the time as it was,
    /// so that checks which find nothing write nothing.
    func lastSyncTime(telling outcome: Outcome, before: String?, now: Timestamp) -> String? {
        guard case .synced = outcome.standing else { return before }
        let wasSettled =
            self.observedGeneration == self.metadata.generation && self.conditions[.synced]?.status == .true
        return wasSettled && outcome.notices.isEmpty ? before ?? now.rfc3339 : now.rfc3339
    }

    /// The annotation that asks for a reconciliation now.
    package var reconcileRequestedAt: String? {
        self.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation]
    }

    /// The last such request that was answered.
    private var lastHandledReconcileAt: String? { self.statusJSON["lastHandledReconcileAt"]?.string }
}
