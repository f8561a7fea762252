import JSON

/// One object of any kind: typed metadata, and everything else as JSON.
package struct Object: Sendable, Hashable {
    /// The `apiVersion`.
    package var apiVersion: String
    /// The `kind`.
    package var kind: String
    /// The `metadata`.
    package var metadata: ObjectMeta
    /// All other members, such as `spec`, `status` and `data`.
    package var content: JSONObject

    /// Creates an object.
    package init(kind: ResourceKind, metadata: ObjectMeta, content: JSONObject = JSONObject()) {
        self.apiVersion = kind.apiVersion
        self.kind = kind.kind
        self.metadata = metadata
        self.content = content
    }

    /// Reads an object; anything but a JSON object becomes an empty one.
    package init(_ json: JSONValue) {
        var content = json.object ?? JSONObject()
        self.apiVersion = content["apiVersion"]?.string ?? ""
        self.kind = content["kind"]?.string ?? ""
        self.metadata = ObjectMeta(content["metadata"])
        content["apiVersion"] = nil
        content["kind"] = nil
        content["metadata"] = nil
        self.content = content
    }

    /// The object as JSON.
    package var json: JSONValue {
        var object = self.content
        object["apiVersion"] = .string(self.apiVersion)
        object["kind"] = .string(self.kind)
        object["metadata"] = self.metadata.json
        return .object(object)
    }

    /// The key of the object.
    package var key: ObjectKey { self.metadata.key }

    /// The desired state.
    package var spec: JSONValue? {
        get { self.content["spec"] }
        set { self.content["spec"] = newValue }
    }

    /// The observed state.
    package var status: JSONValue? {
        get { self.content["status"] }
        set { self.content["status"] = newValue }
    }
}
