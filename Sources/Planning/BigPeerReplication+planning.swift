import KubernetesModel
import PeerModel
import Resources

extension BigPeerReplication: RemoteResource {
    /// `BigPeerReplication`.
    package static var kind: ResourceKind { .bigPeerReplication }
    /// The resource's own name.
    package var remoteName: String { self.metadata.name }
    /// The spec's policy.
    package var policy: SyncPolicy { self.spec.policy }

    /// The replication of the spec's app.
    package func remoteID(at peer: PeerIdentity) -> RemoteID {
        RemoteID(peer: peer, object: .replication(app: self.app, name: self.remoteName))
    }

    /// The replication with all its addresses.
    package func desired(in surroundings: Surroundings) -> Result<PeerObject, Obstacle> {
        if let app = self.pendingApp(in: surroundings) {
            return .failure(Obstacle(.awaitingApp, "waiting for BigPeerApp \"\(app)\" to be at the Big Peer"))
        }
        // Others do not know the property.
        let isEmbedded = surroundings.bigPeer(self.bigPeerKey)?.spec.embedded != nil
        return self.resolvedConnections(in: surroundings).map { connections in
            .replication(
                PeerReplication(
                    name: self.remoteName,
                    connections: connections,
                    queriesByCollection: self.spec.queriesByCollection,
                    evictsOnLeave: isEmbedded && self.spec.onFilterLeave == .evict
                )
            )
        }
    }

    /// The resource that is about to bring the app to the Big Peer; until it has, there is no use in asking.
    private func pendingApp(in surroundings: Surroundings) -> ObjectKey? {
        surroundings.apps(self.app).first { app in
            app.bigPeerKey == self.bigPeerKey && !app.metadata.isBeingDeleted && app.status.lastSyncTime == nil
                && app.conditions[.stalled]?.status != .true && !app.policy.isSuspended
        }?.key
    }

    /// The addresses of the spec, and those that `connectTo` stands for.
    func resolvedConnections(in surroundings: Surroundings) -> Result<[String], Obstacle> {
        var addresses = self.spec.connections.map(\.description)
        for target in self.spec.connectTo {
            switch self.address(of: target, in: surroundings) {
            case .success(let address): addresses.append(address)
            case .failure(let obstacle): return .failure(obstacle)
            }
        }
        return .success(addresses)
    }

    private func address(
        of target: BigPeerReplicationSpec.Target,
        in surroundings: Surroundings
    ) -> Result<String, Obstacle> {
        let key = target.bigPeer.key(from: self.metadata.namespace)
        guard let other = surroundings.bigPeer(key) else {
            return .failure(
                Obstacle(
                    .awaitingConnectTo,
                    "connectTo names BigPeer \"\(key)\", which does not exist (yet)\(surroundings.hint(for: key))"
                )
            )
        }
        if let obstacle = surroundings.bigPeer(self.bigPeerKey)?.incompatibility(with: other) {
            return .failure(obstacle)
        }
        return other.replicationAddress(of: target.replication)
    }

    /// That the other side of `connectTo` is declared nowhere.
    ///
    /// It may well be there: made by hand, or by the controller of another cluster. So it is told and stands in nobody's
    /// way. Of an embedded peer it is known whether somebody answers, and `Replicating` tells.
    package func doubt(in surroundings: Surroundings) -> String? {
        guard surroundings.bigPeer(self.bigPeerKey)?.spec.endpoint != nil else { return nil }
        for target in self.spec.connectTo {
            let key = target.bigPeer.key(from: self.metadata.namespace)
            let isDeclared = surroundings.replications(target.replication).contains { $0.bigPeerKey == key }
            if isDeclared { continue }
            return "connectTo names \"\(target.replication)\" on BigPeer \"\(key)\", and no BigPeerReplication "
                + "declares that: no data flows unless it is made by others"
        }
        return nil
    }

    /// Nothing: a replication may always go.
    package func deletionObstacle(in surroundings: Surroundings) -> Obstacle? { nil }

    /// Replications of the same name, in any namespace.
    package func namesakes(in surroundings: Surroundings) -> [BigPeerReplication] {
        surroundings.replications(self.remoteName)
    }

    /// The resolved addresses, and whether data flows.
    package func complete(
        _ status: inout BigPeerReplicationStatus,
        telling outcome: Outcome,
        in surroundings: Surroundings
    ) {
        if let connections = try? self.resolvedConnections(in: surroundings).get() {
            status.connections = connections.sorted()
        }
        // Links are told apart by the addresses that are dialled now.
        var current = self
        current.status = status
        let flow = current.flow(as: surroundings.sight(self)) ?? self.flowAsTold
        status.sessions = flow.sessions
        status.conditions.append(flow.condition)
    }
}
