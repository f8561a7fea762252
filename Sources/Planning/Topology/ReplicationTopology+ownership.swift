import JSON
import KubernetesModel
import Resources

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
