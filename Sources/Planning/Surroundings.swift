import Clocks
import KubernetesModel
import PeerModel
import Resources

/// What a resource can see of the others: lookups into caches, and the time.
package struct Surroundings: Sendable {
    /// The time of day.
    package var now: Timestamp
    /// A BigPeer by its key.
    package var bigPeer: @Sendable (ObjectKey) -> BigPeer?
    /// Why a BigPeer that is there cannot be spoken to, such as a missing Secret.
    package var accessObstacle: @Sendable (ObjectKey) -> Obstacle?
    /// The BigPeerReplications of a name, in all namespaces.
    package var replications: @Sendable (_ named: String) -> [BigPeerReplication]
    /// The BigPeerApps of an app name, in all namespaces.
    package var apps: @Sendable (_ named: String) -> [BigPeerApp]
    /// The BigPeerReplications that an app must outlive.
    package var replicationsOfApp: @Sendable (_ bigPeer: ObjectKey, _ app: String) -> [ObjectKey]
    /// What is known of whether the data of a replication flows.
    package var sight: @Sendable (BigPeerReplication) -> ReplicationSight

    /// Creates surroundings.
    package init(
        now: Timestamp,
        bigPeer: @escaping @Sendable (ObjectKey) -> BigPeer?,
        accessObstacle: @escaping @Sendable (ObjectKey) -> Obstacle?,
        replications: @escaping @Sendable (_ named: String) -> [BigPeerReplication],
        apps: @escaping @Sendable (_ named: String) -> [BigPeerApp],
        replicationsOfApp: @escaping @Sendable (_ bigPeer: ObjectKey, _ app: String) -> [ObjectKey],
        sight: @escaping @Sendable (BigPeerReplication) -> ReplicationSight
    ) {
        self.now = now
        self.bigPeer = bigPeer
        self.accessObstacle = accessObstacle
        self.replications = replications
        self.apps = apps
        self.replicationsOfApp = replicationsOfApp
        self.sight = sight
    }
}
