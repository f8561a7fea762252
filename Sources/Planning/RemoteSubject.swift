import KubernetesModel
import PeerModel
import Resources

/// Everything the line of one resource needs to know, gathered before its first step.
package struct RemoteSubject: Sendable {
    /// Where the remote object is, once the Big Peer is known.
    package struct Target: Sendable, Hashable {
        /// What names the object.
        package let id: RemoteID
        /// The server that holds it.
        package let location: BigPeer.Location

        /// Creates a target.
        package init(id: RemoteID, at location: BigPeer.Location) {
            self.id = id
            self.location = location
        }

        /// Whether a record is of this very object, and not of one of the same name at another server.
        func isRecorded(by record: RemoteRecord) -> Bool {
            record.id == self.id && self.location.isServer(at: record.url)
        }

        /// Whether two targets are one object.
        func isSameObject(as other: Target) -> Bool {
            self.id == other.id && self.location.canonicalURL == other.location.canonicalURL
        }
    }

    /// Another resource that names the same remote object.
    package enum Rival: Sendable, Hashable {
        /// It came first, so it wins.
        case older(ObjectKey)
        /// It came later, and waits for this one to go.
        case younger(ObjectKey)
    }

    /// Where the remote object is, or why that cannot be told yet.
    package var target: Result<Target, Obstacle>
    /// What the remote object shall be, or why that cannot be told yet.
    package var desired: Result<PeerObject, Obstacle>
    /// What must be out of the way before the remote object may be deleted.
    package var deletionObstacle: Obstacle?
    /// How far Peerage may go.
    package var policy: SyncPolicy
    /// Whether the resource's deletion was asked for.
    package var isBeingDeleted: Bool
    /// Whether the resource carries our finalizer.
    package var hasFinalizer: Bool
    /// Whether it carries finalizers of others too, so that it stays when ours goes.
    package var isHeldByOthers: Bool
    /// What the status remembers.
    package var record: RemoteRecord?
    /// Whether the status says that this very spec was in agreement: a difference is then drift.
    package var isSettled: Bool
    /// Whether a user has asked for a reconciliation that was not answered yet.
    package var isRequested: Bool
    /// Another resource that names the same remote object.
    package var rival: Rival?

    /// Creates a subject.
    package init(
        target: Result<Target, Obstacle>,
        desired: Result<PeerObject, Obstacle>,
        deletionObstacle: Obstacle? = nil,
        policy: SyncPolicy = SyncPolicy(),
        isBeingDeleted: Bool = false,
        hasFinalizer: Bool = false,
        isHeldByOthers: Bool = false,
        record: RemoteRecord? = nil,
        isSettled: Bool = false,
        isRequested: Bool = false,
        rival: Rival? = nil
    ) {
        self.target = target
        self.desired = desired
        self.deletionObstacle = deletionObstacle
        self.policy = policy
        self.isBeingDeleted = isBeingDeleted
        self.hasFinalizer = hasFinalizer
        self.isHeldByOthers = isHeldByOthers
        self.record = record
        self.isSettled = isSettled
        self.isRequested = isRequested
        self.rival = rival
    }
}
