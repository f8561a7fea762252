import JSON

/// What owns an object: it goes when its last owner is gone.
package struct OwnerReference: Sendable, Hashable {
    /// The owner's apiVersion.
    package let apiVersion: String
    /// The owner's kind.
    package let kind: String
    /// The owner's name, in the object's namespace or in none.
    package let name: String
    /// The owner's uid: another object of the same name is not the owner.
    package let uid: String
    /// Whether a foreground deletion of the owner waits for the object.
    package let blocksOwnerDeletion: Bool

    /// Reads a reference; `nil` when it names nothing.
    package init?(_ json: JSONValue) {
        guard let apiVersion = json["apiVersion"]?.string, let kind = json["kind"]?.string,
            let name = json["name"]?.string, let uid = json["uid"]?.string
        else { return nil }
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.blocksOwnerDeletion = json["blockOwnerDeletion"]?.bool ?? false
    }
}

extension ObjectMeta {
    /// The owners of the object.
    package var owners: [OwnerReference] { self.ownerReferences.compactMap(OwnerReference.init) }
}
