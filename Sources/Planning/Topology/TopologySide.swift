import JSON
import KubernetesModel
import Resources

/// One side of a pair as it shall be: a BigPeerReplication that belongs to a topology.
package struct TopologySide: Sendable, Hashable {
    /// What the object is called.
    package let key: ObjectKey
    /// The member on this side.
    package let member: ReplicationTopologySpec.Member
    /// The key of its BigPeer.
    package let bigPeerKey: ObjectKey
    /// The side that this one dials; `nil` when it is dialled.
    package var connectTo: BigPeerReplicationSpec.Target?
    /// How the object and its other half are kept together.
    package let policy: SyncPolicy

    /// The fields of the spec that are the topology's; all others are left as people set them.
    ///
    /// A `null` takes the field away.
    package var fields: JSONObject {
        var fields: JSONObject = [
            "bigPeerRef": self.member.bigPeer.json,
            "app": .string(self.member.app),
            "connections": .null,
        ]
        fields["connectTo"] =
            self.connectTo.map { target in
                [["bigPeerRef": target.bigPeer.json, "replication": .string(target.replication)]]
            } ?? .null
        let queries = self.member.queriesByCollection.sorted { $0.key < $1.key }.map { collection, queries in
            JSONObject.Member(key: collection, value: .array(queries.map(JSONValue.string)))
        }
        fields["queriesByCollection"] = queries.isEmpty ? .null : .object(JSONObject(queries))
        fields["deletionPolicy"] = .string(self.policy.deletion.rawValue)
        fields["adoptionPolicy"] = .string(self.policy.adoption.rawValue)
        fields["managementPolicy"] = .string(self.policy.management.rawValue)
        fields["driftInterval"] = .string(self.policy.driftInterval.text)
        return fields
    }

    /// Whether a live object is of the same app of the same Big Peer: all else can change, that cannot.
    func isSameIdentity(as live: BigPeerReplication) -> Bool {
        live.bigPeerKey == self.bigPeerKey && live.spec.app == self.member.app
    }

    /// Whether a live object is as it shall be, as far as that is the topology's to say.
    func isSatisfied(by live: BigPeerReplication) -> Bool {
        live.spec.connections.isEmpty
            && live.dialledKeys == (self.connectTo.map { [$0.resolved(from: self.key.namespace)] } ?? [])
            && live.spec.queriesByCollection == self.member.queriesByCollection
            && live.spec.policy.deletion == self.policy.deletion
            && live.spec.policy.adoption == self.policy.adoption
            && live.spec.policy.management == self.policy.management
            && live.spec.policy.driftInterval == self.policy.driftInterval
    }

    /// The object as it is created.
    package func object(of topology: ReplicationTopology) -> Object {
        var metadata = ObjectMeta(
            name: self.key.name,
            namespace: self.key.namespace,
            labels: [PeerageAPI.topologyLabel: topology.metadata.name]
        )
        metadata.ownerReferences = [topology.ownerReference]
        var spec = JSONObject()
        for member in self.fields.members where !member.value.isNull { spec[member.key] = member.value }
        return Object(kind: .bigPeerReplication, metadata: metadata, content: ["spec": .object(spec)])
    }
}

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

    /// Whether the Big Peer is known to hold what this very spec says.
    var isReadyNow: Bool {
        self.status.observedGeneration == self.metadata.generation && !self.metadata.isBeingDeleted
            && self.status.conditions[.ready]?.status == .true
    }

    /// Whether it has ever been at its Big Peer, or never will because it only looks.
    var isEstablished: Bool {
        !self.metadata.isBeingDeleted && (self.status.lastSyncTime != nil || self.spec.policy.management == .observe)
    }
}

extension ReplicationTopology {
    /// The reference by which what belongs to the topology is known.
    ///
    /// It does not block the owner's deletion: the topology's finalizer does, and in the right order.
    package var ownerReference: JSONValue {
        [
            "apiVersion": .string(ResourceKind.replicationTopology.apiVersion),
            "kind": .string(ResourceKind.replicationTopology.kind),
            "name": .string(self.metadata.name),
            "uid": .string(self.metadata.uid),
            "controller": true,
        ]
    }
}

extension ObjectMeta {
    /// The uid and name of the topology that the object belongs to.
    package var owningTopology: (uid: String, name: String)? {
        for owner in self.ownerReferences where owner["controller"]?.bool == true {
            guard owner["kind"]?.string == ResourceKind.replicationTopology.kind,
                owner["apiVersion"]?.string == ResourceKind.replicationTopology.apiVersion,
                let uid = owner["uid"]?.string, let name = owner["name"]?.string
            else { continue }
            return (uid, name)
        }
        return nil
    }
}

extension ObjectReference {
    var json: JSONValue {
        var object: JSONObject = ["name": .string(self.name)]
        object["namespace"] = self.namespace.map(JSONValue.string)
        return .object(object)
    }
}
