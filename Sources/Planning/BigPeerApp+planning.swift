import KubernetesModel
import PeerModel
import Resources

extension BigPeerApp: RemoteResource {
    /// `BigPeerApp`.
    package static var kind: ResourceKind { .bigPeerApp }
    /// The app's name at the Big Peer.
    package var remoteName: String { self.appName }
    /// The spec's policy; an app that exists with the right id is always taken, as its id says that it is the one.
    package var policy: SyncPolicy { self.spec.policy }

    /// The app.
    package func remoteID(at peer: PeerIdentity) -> RemoteID {
        RemoteID(peer: peer, object: .app(self.remoteName))
    }

    /// The app with its id, if the spec has one.
    package func desired(in surroundings: Surroundings) -> Result<PeerObject, Obstacle> {
        .success(.app(PeerApp(name: self.remoteName, appID: self.spec.appID?.description)))
    }

    /// Replications of the app go first: deleting an app deletes them with it.
    package func deletionObstacle(in surroundings: Surroundings) -> Obstacle? {
        let dependents = surroundings.replicationsOfApp(self.bigPeerKey, self.remoteName)
        guard let first = dependents.min() else { return nil }
        return Obstacle(
            .deletionBlocked,
            "waiting for \(dependents.count) BigPeerReplication(s) of the app to go first, such as \"\(first)\""
        )
    }

    /// Apps of the same name, in any namespace.
    package func namesakes(in surroundings: Surroundings) -> [BigPeerApp] {
        surroundings.apps(self.remoteName)
    }

    /// The app's id.
    package func complete(_ status: inout BigPeerAppStatus, telling outcome: Outcome, in surroundings: Surroundings) {
        if case .synced = outcome.standing { status.appID = self.spec.appID ?? status.appID }
    }
}
