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
        fields["onFilterLeave"] = .string(self.member.onFilterLeave.rawValue)
        fields["deletionPolicy"] = .string(self.policy.deletion.rawValue)
        fields["adoptionPolicy"] = .string(self.policy.adoption.rawValue)
        fields["managementPolicy"] = .string(self.policy.management.rawValue)
        fields["driftInterval"] = .string(self.policy.driftInterval.text)
        return fields
    }

    /// Whether a live object is of the same app of the same Big Peer: all else can change, that cannot.
    func isSameIdentity(as live: BigPeerReplication) -> Bool {
        live.bigPeerKey == self.bigPeerKey && live.app == self.member.app
    }

    /// Whether a live object is as it shall be, as far as that is the topology's to say.
    ///
    /// A fixed field that somebody has changed is put back like any other.
    func isSatisfied(by live: BigPeerReplication) -> Bool {
        live.fixedFieldProblem == nil && live.spec.connections.isEmpty
            && live.dialledKeys == (self.connectTo.map { [$0.resolved(from: self.key.namespace)] } ?? [])
            && live.spec.queriesByCollection == self.member.queriesByCollection
            && live.spec.onFilterLeave == self.member.onFilterLeave
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
