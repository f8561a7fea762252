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
        let isOpen = configuration.listen?.isLoopback == false
        let isSecure = configuration.clientTLS != nil
        var apps: [String: AppConfiguration] = [:]
        for (name, app) in self.apps {
            let password = configuration.passwords[name]
            // An id that anybody may know does not guard documents against other machines.
            guard password != nil || !isOpen else { continue }
            apps[name] = AppConfiguration(appId: app.id, appName: name, password: password)
        }
        for (_, stored) in self.replications {
            guard let replication = stored.decoded else { continue }
            apps[stored.app]?.connections.formUnion(
                replication.connections.map { PeerAddress($0, isSecure: isSecure) }
            )
            for (collection, queries) in replication.queriesByCollection {
                apps[stored.app]?.subscribe(
                    to: collection,
                    queries,
                    onLeave: replication.evictsOnLeave ? .evict : .keep
                )
            }
        }
        return NodeConfiguration(
            peerKey: peerKey,
            apps: Dictionary(uniqueKeysWithValues: apps.values.map { ($0.appId, $0) })
        )
    }
}

extension AppConfiguration {
    fileprivate mutating func subscribe(to collection: String, _ queries: [String], onLeave: LeavePolicy) {
        guard var subscription = self.subscriptions[collection] else {
            self.subscriptions[collection] = Subscription(queries: queries.sorted(), onLeave: onLeave)
            return
        }
        subscription.queries = Set(subscription.queries).union(queries).sorted()
        if onLeave == .keep { subscription.onLeave = .keep }
        self.subscriptions[collection] = subscription
    }
}
