import JSON
import KubernetesModel

/// The name of another object, in the namespace of the object that names it unless it says otherwise.
package struct ObjectReference: Sendable, Hashable {
    /// The name.
    package let name: String
    /// The namespace, if the reference carries one.
    package let namespace: String?

    /// Creates a reference.
    package init(name: String, namespace: String? = nil) {
        self.name = name
        self.namespace = namespace
    }

    /// Reads `{name, namespace}`; what is missing becomes an empty name.
    init(_ json: JSONValue?) {
        self.init(name: json?["name"]?.string ?? "", namespace: json?["namespace"]?.text)
    }

    /// The reference as it is written.
    package var json: JSONValue {
        var object: JSONObject = ["name": .string(self.name)]
        object["namespace"] = self.namespace.map(JSONValue.string)
        return .object(object)
    }

    /// The key of the object meant, as seen from a namespace.
    package func key(from namespace: String) -> ObjectKey {
        ObjectKey(namespace: self.namespace ?? namespace, name: self.name)
    }
}

/// One value inside a Secret of the same namespace.
package struct SecretKeyRef: Sendable, Hashable {
    /// The Secret's name.
    package let name: String
    /// The key inside the Secret.
    package let key: String

    /// Creates a reference.
    package init(name: String, key: String) {
        self.name = name
        self.key = key
    }

    /// Reads `{name, key}`; `nil` when no Secret is named.
    init?(_ json: JSONValue?, defaultKey: String) {
        guard let name = json?["name"]?.text else { return nil }
        self.init(name: name, key: json?["key"]?.text ?? defaultKey)
    }
}

extension JSONValue {
    /// The string, if this is one that is not empty.
    var text: String? { self.string.flatMap { $0.isEmpty ? nil : $0 } }

    /// A duration written as text.
    var duration: Duration? { self.string.flatMap(Duration.init(durationText:)) }
}
