import JSON

/// The `metadata` of an object, as Kubernetes defines it.
///
/// Fields that Peerage does not read are kept in `other` and written back unchanged.
package struct ObjectMeta: Sendable, Hashable {
    /// The name, unique within kind and namespace.
    package var name: String
    /// The namespace; empty for kinds without one.
    package var namespace: String
    /// The prefix from which the server makes a name.
    package var generateName: String?
    /// Set by the server at creation; tells two objects of one name apart.
    package var uid: String
    /// Opaque; changes with every write.
    package var resourceVersion: String
    /// Counts changes of the desired state.
    package var generation: Int64
    /// RFC 3339, set by the server at creation.
    package var creationTimestamp: String
    /// RFC 3339, set when deletion was asked for and finalizers remain.
    package var deletionTimestamp: String?
    /// User's labels.
    package var labels: [String: String]
    /// User's annotations.
    package var annotations: [String: String]
    /// Who must act before the object may go.
    package var finalizers: [String]
    /// What owns this object.
    package var ownerReferences: [JSONValue]
    /// All other members, such as `managedFields`.
    package var other: JSONObject

    /// Creates metadata for an object that no server has seen.
    package init(
        name: String,
        namespace: String = "",
        labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) {
        self.name = name
        self.namespace = namespace
        self.uid = ""
        self.resourceVersion = ""
        self.generation = 0
        self.creationTimestamp = ""
        self.labels = labels
        self.annotations = annotations
        self.finalizers = []
        self.ownerReferences = []
        self.other = JSONObject()
    }

    /// The key of the object.
    package var key: ObjectKey { ObjectKey(namespace: self.namespace, name: self.name) }

    /// Whether deletion was asked for.
    package var isBeingDeleted: Bool { self.deletionTimestamp != nil }
}

extension ObjectMeta {
    /// Reads metadata leniently: members of another type than expected are kept in `other`.
    package init(_ json: JSONValue?) {
        self.init(name: "")
        for member in json?.object?.members ?? [] {
            switch (member.key, member.value) {
            case ("name", .string(let text)): self.name = text
            case ("namespace", .string(let text)): self.namespace = text
            case ("generateName", .string(let text)): self.generateName = text
            case ("uid", .string(let text)): self.uid = text
            case ("resourceVersion", .string(let text)): self.resourceVersion = text
            case ("generation", .integer(let value)): self.generation = value
            case ("creationTimestamp", .string(let text)): self.creationTimestamp = text
            case ("creationTimestamp", .null): break
            case ("deletionTimestamp", .string(let text)): self.deletionTimestamp = text
            case ("labels", .object(let object)): self.labels = object.strings
            case ("annotations", .object(let object)): self.annotations = object.strings
            case ("finalizers", .array(let elements)): self.finalizers = elements.compactMap(\.string)
            case ("ownerReferences", .array(let elements)): self.ownerReferences = elements
            default: self.other[member.key] = member.value
            }
        }
    }

    /// The metadata as JSON, without what is empty.
    package var json: JSONValue {
        guard self.other.isEmpty else {
            var object = self.other
            for field in self.fields { object[field.key] = field.value }
            return .object(object)
        }
        return .object(
            JSONObject(
                self.fields.compactMap { field in
                    field.value.map { JSONObject.Member(key: field.key, value: $0) }
                }
            )
        )
    }

    /// The fields that have a type here, in the order of their keys, so that they need not be sorted.
    private var fields: [(key: String, value: JSONValue?)] {
        [
            ("annotations", self.annotations.jsonUnlessEmpty),
            ("creationTimestamp", self.creationTimestamp.jsonUnlessEmpty),
            ("deletionTimestamp", self.deletionTimestamp.map(JSONValue.string)),
            ("finalizers", self.finalizers.isEmpty ? nil : .array(self.finalizers.map(JSONValue.string))),
            ("generateName", self.generateName.map(JSONValue.string)),
            ("generation", self.generation == 0 ? nil : .integer(self.generation)),
            ("labels", self.labels.jsonUnlessEmpty),
            ("name", self.name.jsonUnlessEmpty),
            ("namespace", self.namespace.jsonUnlessEmpty),
            ("ownerReferences", self.ownerReferences.isEmpty ? nil : .array(self.ownerReferences)),
            ("resourceVersion", self.resourceVersion.jsonUnlessEmpty),
            ("uid", self.uid.jsonUnlessEmpty),
        ]
    }
}

extension String {
    fileprivate var jsonUnlessEmpty: JSONValue? { self.isEmpty ? nil : .string(self) }
}

extension JSONObject {
    fileprivate var strings: [String: String] {
        var result: [String: String] = [:]
        for member in self.members {
            if let text = member.value.string { result[member.key] = text }
        }
        return result
    }
}

extension [String: String] {
    fileprivate var jsonUnlessEmpty: JSONValue? {
        self.isEmpty ? nil : .object(JSONObject(self.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    }
}
