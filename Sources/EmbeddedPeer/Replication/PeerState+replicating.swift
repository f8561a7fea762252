import PeerModel
import TableReplication

extension PeerState {
    /// What replication is to do: per app, everything that its replications want together.
    ///
    /// Several replications of one app dial the union of their connections and receive the union of their queries; a
    /// collection is dropped from on leaving only when all who subscribe to it want that.
    ///
    /// - Parameters:
    ///   - peerKey: The peer's key.
    ///   - configuration: How the peer replicates.
    /// - Returns: The configuration.
    func replicating(
        peerKey: String,
        _ configuration: EmbeddedPeerConfiguration.Replication
    ) -> NodeConfiguration {
        let isSecure = configuration.clientTLS != nil
        var apps: [String: AppConfiguration] = [:]
        for (name, app) in self.apps where !configuration.isShut(name) {
            apps[name] = AppConfiguration(appId: app.id, appName: name, password: configuration.passwords[name])
        }
        var wishes: [String: [String: Wish]] = [:]
        for (_, stored) in self.replications {
            guard apps[stored.app] != nil, let replication = stored.decoded else { continue }
            for address in replication.connections {
                apps[stored.app]?.connections.insert(PeerAddress(address, isSecure: isSecure))
            }
            for (collection, queries) in replication.queriesByCollection {
                wishes[stored.app, default: [:]][collection, default: Wish()].add(queries, of: replication)
            }
        }
        for (app, wishes) in wishes { apps[app]?.subscriptions = wishes.mapValues(\.subscription) }
        return NodeConfiguration(
            peerKey: peerKey,
            apps: Dictionary(uniqueKeysWithValues: apps.values.map { ($0.appId, $0) })
        )
    }
}

extension EmbeddedPeerConfiguration.Replication {
    /// Whether an app is not replicated for want of a credential: an id that anybody may know does not guard documents
    /// against other machines.
    func isShut(_ appName: String) -> Bool {
        self.listen?.isLoopback == false && self.passwords[appName] == nil
    }
}

/// What the replications of an app want of one collection together.
private struct Wish {
    private var queries: Set<String> = []
    private var onLeave = LeavePolicy.evict

    mutating func add(_ queries: some Sequence<String>, of replication: PeerReplication) {
        self.queries.formUnion(queries)
        if !replication.evictsOnLeave { self.onLeave = .keep }
    }

    /// All of it, in an order that does not depend on who came first.
    var subscription: Subscription { Subscription(queries: self.queries.sorted(), onLeave: self.onLeave) }
}
