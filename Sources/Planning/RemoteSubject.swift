import Clocks
import KubernetesModel
import PeerModel
import Resources

/// Everything the line of one resource needs to know, gathered before its first step.
package struct RemoteSubject: Sendable {
    /// Where the remote object is, once the Big Peer is known.
    package struct Target: Sendable, Hashable {
        /// What names the object.
        package let id: RemoteID
        /// The API's base URL.
        package let url: String

        /// Creates a target.
        package init(id: RemoteID, url: String) {
            self.id = id
            self.url = url
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
    /// What the status remembers.
    package var record: RemoteRecord?
    /// Whether the status says that this very spec was in agreement: a difference is then drift.
    package var isSettled: Bool
    /// Whether a user has asked for a reconciliation that was not answered yet.
    package var isRequested: Bool
    /// Another resource that names the same remote object.
    package var rival: Rival?
    /// The time of day.
    package var now: Timestamp

    /// Creates a subject.
    package init(
        target: Result<Target, Obstacle>,
        desired: Result<PeerObject, Obstacle>,
        deletionObstacle: Obstacle? = nil,
        policy: SyncPolicy = SyncPolicy(),
        isBeingDeleted: Bool = false,
        hasFinalizer: Bool = false,
        record: RemoteRecord? = nil,
        isSettled: Bool = false,
        isRequested: Bool = false,
        rival: Rival? = nil,
        now: Timestamp
    ) {
        self.target = target
        self.desired = desired
        self.deletionObstacle = deletionObstacle
        self.policy = policy
        self.isBeingDeleted = isBeingDeleted
        self.hasFinalizer = hasFinalizer
        self.record = record
        self.isSettled = isSettled
        self.isRequested = isRequested
        self.rival = rival
        self.now = now
    }
}

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
