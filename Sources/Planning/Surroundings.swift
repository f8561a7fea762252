import Clocks
import KubernetesModel
import PeerModel
import Resources
import Spelling

/// What a resource can see of the others: lookups into caches, and the time.
package struct Surroundings: Sendable {
    /// The time of day.
    package var now: Timestamp
    /// A BigPeer by its key.
    package var bigPeer: @Sendable (ObjectKey) -> BigPeer?
    /// The keys of all BigPeers.
    package var bigPeerKeys: @Sendable () -> [ObjectKey]
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
        bigPeerKeys: @escaping @Sendable () -> [ObjectKey],
        accessObstacle: @escaping @Sendable (ObjectKey) -> Obstacle?,
        replications: @escaping @Sendable (_ named: String) -> [BigPeerReplication],
        apps: @escaping @Sendable (_ named: String) -> [BigPeerApp],
        replicationsOfApp: @escaping @Sendable (_ bigPeer: ObjectKey, _ app: String) -> [ObjectKey],
        sight: @escaping @Sendable (BigPeerReplication) -> ReplicationSight
    ) {
        self.now = now
        self.bigPeer = bigPeer
        self.bigPeerKeys = bigPeerKeys
        self.accessObstacle = accessObstacle
        self.replications = replications
        self.apps = apps
        self.replicationsOfApp = replicationsOfApp
        self.sight = sight
    }
}

extension Surroundings {
    /// The BigPeer that somebody probably meant by a key that names none, as the end of a sentence; empty when none is
    /// like it.
    func hint(for missing: ObjectKey) -> String {
        let keys = self.bigPeerKeys()
        let names = keys.filter { $0.namespace == missing.namespace }.map(\.name)
        if let name = nearest(to: missing.name, among: names.sorted()) { return "; did you mean \"\(name)\"?" }
        guard let elsewhere = keys.filter({ $0.name == missing.name }).min() else { return "" }
        return "; did you mean the one of namespace \"\(elsewhere.namespace)\"? Say so in bigPeerRef.namespace"
    }
}
