import KubernetesModel

/// What the rules about objects together need to know of a replication.
///
/// Who follows a folder keeps one of these for each, and not the whole resource, which takes five times as much.
struct DeclaredReplication: Sendable {
    /// Namespace and name.
    let key: ObjectKey
    /// The BigPeer on this side, as it is written.
    let bigPeer: ObjectReference
    /// The app's name at that Big Peer.
    let app: String
    /// Other replications to dial, by name.
    let connectTo: [BigPeerReplicationSpec.Target]
    /// Whether this side receives anything.
    let hasQueries: Bool

    init(_ replication: BigPeerReplication) {
        self.key = replication.key
        self.bigPeer = replication.spec.bigPeer
        self.app = replication.spec.app
        self.connectTo = replication.spec.connectTo
        self.hasQueries = !replication.spec.queriesByCollection.isEmpty
    }

    /// The key of the BigPeer on this side.
    var bigPeerKey: ObjectKey { self.bigPeer.key(from: self.key.namespace) }
}
