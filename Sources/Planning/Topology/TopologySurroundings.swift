import Clocks
import KubernetesModel
import Resources

/// What a topology can see of the others: lookups into caches, and the time.
package struct TopologySurroundings: Sendable {
    /// The time of day.
    package var now: Timestamp
    /// A BigPeer by its key.
    package var bigPeer: @Sendable (ObjectKey) -> BigPeer?
    /// The BigPeerApps of a BigPeer that declare an app of a name.
    package var apps: @Sendable (_ named: String, _ bigPeer: ObjectKey) -> [BigPeerApp]
    /// The BigPeerReplications that belong to the topology.
    package var owned: [BigPeerReplication]
    /// Whether a BigPeerReplication of a key exists, whoever it belongs to.
    package var isTaken: @Sendable (ObjectKey) -> Bool

    /// Creates surroundings.
    package init(
        now: Timestamp,
        bigPeer: @escaping @Sendable (ObjectKey) -> BigPeer?,
        apps: @escaping @Sendable (_ named: String, _ bigPeer: ObjectKey) -> [BigPeerApp],
        owned: [BigPeerReplication],
        isTaken: @escaping @Sendable (ObjectKey) -> Bool
    ) {
        self.now = now
        self.bigPeer = bigPeer
        self.apps = apps
        self.owned = owned
        self.isTaken = isTaken
    }
}

extension TopologySurroundings {
    /// The id of an app as its Big Peer is known to hold it, or why that is not known.
    func appID(of name: String, on peer: BigPeer) -> Result<AppID, Obstacle> {
        let declared = self.apps(name, peer.key).filter { !$0.metadata.isBeingDeleted }
        if let stalled = declared.first(where: { $0.conditions[.stalled]?.status == .true }) {
            let ready = stalled.conditions[.ready]
            return .failure(
                Obstacle(
                    ready.flatMap { Reason(rawValue: $0.reason) } ?? .appNotFound,
                    "BigPeerApp \"\(stalled.key)\" cannot go on: \(ready?.message ?? "it does not say why")",
                    isStalled: true
                )
            )
        }
        for app in declared where app.status.lastSyncTime != nil {
            if let id = app.status.appID ?? app.spec.appID { return .success(id) }
        }
        if let id = peer.status.apps.first(where: { $0.name == name })?.appID { return .success(id) }
        if let app = declared.first {
            return .failure(Obstacle(.awaitingApp, "waiting for BigPeerApp \"\(app.key)\" to be at the Big Peer"))
        }
        guard peer.status.conditions[.reachable]?.status == .true else {
            return .failure(
                Obstacle(.bigPeerNotReady, "BigPeer \"\(peer.key)\" has not told yet which apps it holds")
            )
        }
        return .failure(
            Obstacle(.appNotFound, "BigPeer \"\(peer.key)\" has no app \"\(name)\"; declare a BigPeerApp with its id")
        )
    }
}
