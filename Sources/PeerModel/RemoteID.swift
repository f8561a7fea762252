/// What names one remote object: the peer, and the app or the app's replication.
///
/// Replication names are unique per *namespace*, whatever the app: a read under another app answers
/// `AppNameMismatch` (`spec/big-peer-api.md` §2.3). `claim` is therefore what two resources must not share.
package struct RemoteID: Sendable, Hashable, CustomStringConvertible {
    /// What stands behind the peer in the path.
    package enum Object: Sendable, Hashable {
        /// `…/app/{name}`.
        case app(String)
        /// `…/app/{app}/bigPeerReplication/{name}`.
        case replication(app: String, name: String)
    }

    /// The peer.
    package let peer: PeerIdentity
    /// The app or replication.
    package let object: Object

    /// Creates an identity.
    package init(peer: PeerIdentity, object: Object) {
        self.peer = peer
        self.object = object
    }

    /// The object's own name.
    package var name: String {
        switch self.object {
        case .app(let name), .replication(app: _, let name): name
        }
    }

    /// `replication cars-berlin of app cars at fleet/berlin`.
    package var description: String {
        switch self.object {
        case .app(let name): "app \(name) at \(self.peer)"
        case .replication(let app, let name): "replication \(name) of app \(app) at \(self.peer)"
        }
    }
}
