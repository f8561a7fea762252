import KubernetesModel
import Resources

/// Where a side is: its BigPeer, and the name of its replication there.
package struct DialledSide: Sendable, Hashable {
    /// The key of the BigPeer.
    let bigPeer: ObjectKey
    /// The replication's name.
    let replication: String
}

extension BigPeerReplicationSpec.Target {
    func resolved(from namespace: String) -> DialledSide {
        DialledSide(bigPeer: self.bigPeer.key(from: namespace), replication: self.replication)
    }
}

extension BigPeerReplication {
    /// The sides that this one dials by name.
    var dialledKeys: [DialledSide] { self.spec.connectTo.map { $0.resolved(from: self.metadata.namespace) } }

    /// Where this side is, as others dial it.
    var asDialled: DialledSide { DialledSide(bigPeer: self.bigPeerKey, replication: self.metadata.name) }
}
