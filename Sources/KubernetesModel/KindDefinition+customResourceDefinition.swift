import JSON

extension KindDefinition {
    /// The kind as a CustomResourceDefinition (`apiextensions.k8s.io/v1`), for Kubernetes 1.20 and newer.
    ///
    /// Older servers ignore `x-kubernetes-validations`; what these rules say is checked by the controller as well.
    package var customResourceDefinition: JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": [
                "name": .string(self.kind.qualifiedPlural),
                "labels": ["app.kubernetes.io/name": .string(self.kind.categories.first ?? self.kind.group)],
            ],
            "spec": [
                "group": .string(self.kind.group),
                "scope": self.kind.isNamespaced ? "Namespaced" : "Cluster",
                "names": .object(self.names),
                "versions": [.object(self.version)],
            ],
        ]
    }

    private var names: JSONObject {
        var names: JSONObject = [
            "kind": .string(self.kind.kind),
            "listKind": .string(self.kind.listKind),
            "plural": .string(self.kind.plural),
            "singular": .string(self.kind.singular),
        ]
        if !self.kind.shortNames.isEmpty { names["shortNames"] = .array(self.kind.shortNames.map(JSONValue.string)) }
        if !self.kind.categories.isEmpty { names["categories"] = .array(self.kind.categories.map(JSONValue.string)) }
        return names
    }

    private var version: JSONObject {
        var schema = self.schema.openAPI
        // A CRD may constrain nothing of the metadata but the name; apiVersion and kind are the server's to check.
        schema["properties"]?["metadata"] = [
            "type": "object",
            "properties": ["name": ["type": "string", "maxLength": 63, "pattern": .string(DNSLabel.regex)]],
        ]
        for name in ["apiVersion", "kind"] {
            schema["properties"]?[name]?["enum"] = nil
        }
        var version: JSONObject = [
            "name": .string(self.kind.version),
            "served": true,
            "storage": true,
            "schema": ["openAPIV3Schema": schema],
        ]
        if !self.printerColumns.isEmpty {
            version["additionalPrinterColumns"] = .array(self.printerColumns.map(\.json))
        }
        if self.kind.hasStatus { version["subresources"] = ["status": [:]] }
        return version
    }

    /// The kind as a JSON Schema (draft 2020-12) for editors.
    package var jsonSchema: JSONValue {
        var schema = self.schema.jsonSchema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = .string(self.kind.kind)
        return schema
    }
}

extension ResourceKind {
    /// The kind of lists: `BigPeerList`.
    package var listKind: String { "\(self.kind)List" }
}
