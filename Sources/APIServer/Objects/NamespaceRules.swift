import JSON

/// What is special about Namespaces.
enum NamespaceRules {
    /// Fills in what every namespace has, and leaves to the server what is the server's.
    static func normalized(_ content: JSONObject, old: JSONValue?) -> JSONObject {
        var content = content
        content["spec"] = old?["spec"] ?? ["finalizers": ["kubernetes"]]
        content["status"] = old?["status"] ?? ["phase": "Active"]
        guard var metadata = content["metadata"]?.object, let name = metadata["name"]?.string else { return content }
        var labels = metadata["labels"]?.object ?? JSONObject()
        labels["kubernetes.io/metadata.name"] = .string(name)
        metadata["labels"] = .object(labels)
        content["metadata"] = .object(metadata)
        return content
    }
}
