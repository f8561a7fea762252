import Clocks
import JSON
import KubernetesModel
import PeerModel
import Resources

/// A resource whose other half is one object at a Big Peer.
package protocol RemoteResource: CheckedResource, Sendable {
    /// How far it is.
    associatedtype Status: RemoteStatus

    /// The kind.
    static var kind: ResourceKind { get }
    /// Names, generation, finalizers.
    var metadata: ObjectMeta { get set }
    /// The BigPeer that holds the other half.
    var bigPeerKey: ObjectKey { get }
    /// The name of the other half at the Big Peer.
    var remoteName: String { get }
    /// How far Peerage may go.
    var policy: SyncPolicy { get }
    /// The status as it was.
    var status: Status { get }

    /// What names the other half at its Big Peer.
    func remoteID(at peer: PeerIdentity) -> RemoteID
    /// What the other half shall be.
    func desired(in surroundings: Surroundings) -> Result<PeerObject, Obstacle>
    /// What must go before the other half may.
    func deletionObstacle(in surroundings: Surroundings) -> Obstacle?
    /// Others of the kind whose other half has the same name.
    func namesakes(in surroundings: Surroundings) -> [Self]
    /// Adds to a status what only resources of this kind tell.
    func complete(_ status: inout Status, telling outcome: Outcome, in surroundings: Surroundings)
    /// What is doubtful about the resource although its other half is as asked for; `nil` when nothing is.
    func doubt(in surroundings: Surroundings) -> String?
    /// The status with what is measured now; `nil` when that is what it says.
    func status(measuring surroundings: Surroundings) -> Status?
}

extension RemoteResource {
    /// Nothing: most resources are complete by themselves.
    package func doubt(in surroundings: Surroundings) -> String? { nil }

    /// Nothing: most resources have nothing to measure.
    package func status(measuring surroundings: Surroundings) -> Status? { nil }

    /// Gathers everything that the line of this resource needs to know.
    package func subject(in surroundings: Surroundings) -> RemoteSubject {
        let target = self.target(in: surroundings)
        return RemoteSubject(
            target: target.flatMap { target in
                surroundings.accessObstacle(self.bigPeerKey).map(Result.failure) ?? .success(target)
            },
            desired: self.problem.map { .failure(Obstacle(.invalidSpec, $0, isStalled: true)) }
                ?? self.desired(in: surroundings),
            deletionObstacle: self.deletionObstacle(in: surroundings),
            policy: self.policy,
            isBeingDeleted: self.metadata.isBeingDeleted,
            hasFinalizer: self.metadata.finalizers.contains(PeerageAPI.finalizer),
            isHeldByOthers: self.metadata.finalizers.contains { $0 != PeerageAPI.finalizer },
            record: self.status.remote.map(RemoteRecord.init),
            isSettled: self.isSettled,
            isRequested: self.reconcileRequestedAt.map { $0 != self.status.lastHandledReconcileAt } ?? false,
            rival: (try? target.get()).flatMap { self.rival(for: $0, in: surroundings) }
        )
    }

    /// Where the other half is.
    package func target(in surroundings: Surroundings) -> Result<RemoteSubject.Target, Obstacle> {
        guard let peer = surroundings.bigPeer(self.bigPeerKey) else {
            return .failure(
                Obstacle(
                    .bigPeerNotFound,
                    "there is no BigPeer \"\(self.bigPeerKey)\"; create it, or mend bigPeerRef"
                        + surroundings.hint(for: self.bigPeerKey)
                )
            )
        }
        let location = self.metadata.isBeingDeleted ? peer.rememberedLocation : peer.location
        return location.map(self.target)
    }

    private func target(at location: BigPeer.Location) -> RemoteSubject.Target {
        RemoteSubject.Target(id: self.remoteID(at: location.peer), at: location)
    }

    private func rival(for target: RemoteSubject.Target, in surroundings: Surroundings) -> RemoteSubject.Rival? {
        var younger: ObjectKey?
        for other in self.namesakes(in: surroundings) where self.competes(with: other) {
            // A deletion cannot be taken back: whatever speaks for an heir is enough.
            let isAfterTheSame =
                self.metadata.isBeingDeleted
                ? other.mayLookAfter(target, in: surroundings) : other.isAfter(target, in: surroundings)
            guard isAfterTheSame else { continue }
            if other.isOlder(than: self) { return .older(other.metadata.key) }
            younger = other.metadata.key
        }
        return younger.map(RemoteSubject.Rival.younger)
    }

    /// Whether another resource could lay claim to the same object: it writes, and it is there to stay if this is not.
    private func competes(with other: Self) -> Bool {
        other.metadata.uid != self.metadata.uid && other.policy.management == .full && !other.metadata.hasParted
            && !(self.metadata.isBeingDeleted && other.metadata.isBeingDeleted)
    }

    /// Whether an object is the other half, under the names by which its BigPeer is remembered.
    private func isAfter(_ target: RemoteSubject.Target, in surroundings: Surroundings) -> Bool {
        guard case .success(let location) = surroundings.bigPeer(self.bigPeerKey)?.rememberedLocation else {
            return false
        }
        return self.target(at: location).isSameObject(as: target)
    }

    /// Whether an object may be the other half, although the BigPeer cannot be spoken to, or leads elsewhere now.
    private func mayLookAfter(_ target: RemoteSubject.Target, in surroundings: Surroundings) -> Bool {
        if let record = self.status.remote.map(RemoteRecord.init), target.isRecorded(by: record) { return true }
        guard let location = surroundings.bigPeer(self.bigPeerKey)?.supposedLocation else { return false }
        return self.target(at: location).isSameObject(as: target)
    }

    private func isOlder(than other: Self) -> Bool {
        (self.metadata.creationTimestamp, self.metadata.uid) < (other.metadata.creationTimestamp, other.metadata.uid)
    }
}
