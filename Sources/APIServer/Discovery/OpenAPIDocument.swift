import JSON
import KubernetesModel

/// The OpenAPI v3 description of one group and version: what `kubectl explain` shows, and where `kubectl create` looks
/// up that the server validates fields itself.
struct OpenAPIDocument: Sendable {
    let kinds: [ServedKind]

    /// `/openapi/v3`: where the descriptions are.
    static func index(of kinds: [ServedKind]) -> JSONValue {
        var paths = JSONObject()
        for kind in kinds.map(\.kind) {
            let path = kind.group.isEmpty ? "api/\(kind.version)" : "apis/\(kind.group)/\(kind.version)"
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)")]
        }
        return ["paths": .object(paths)]
    }

    /// The description.
    var json: JSONValue {
        var schemas = JSONObject()
        var paths = JSONObject()
        for served in self.kinds {
            schemas[Self.name(of: served.kind)] = .object(Self.schema(of: served))
            for (path, item) in Self.paths(of: served.kind) { paths[path] = item }
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Peerage", "version": "unversioned"],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
    }

    private static func schema(of served: ServedKind) -> JSONObject {
        let kind = served.kind
        var schema = served.openAPI?.object ?? ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        var properties = schema["properties"]?.object ?? JSONObject()
        properties["apiVersion"] = ["type": "string", "description": "The group and version of the kind."]
        properties["kind"] = ["type": "string", "description": "The kind."]
        properties["metadata"] = [
            "type": "object", "x-kubernetes-preserve-unknown-fields": true,
            "description": "Name, namespace, labels, annotations, and what the server keeps about the object.",
        ]
        schema["properties"] = .object(properties)
        schema["x-kubernetes-group-version-kind"] = [Self.groupVersionKind(kind)]
        return schema
    }

    private static func paths(of kind: ResourceKind) -> [(String, JSONValue)] {
        let path = Self.path(of: kind)
        let collection = Self.item(kind, ["get": "list", "post": "post"])
        let object = Self.item(kind, ["get": "get", "put": "put", "patch": "patch", "delete": "delete"])
        return [(path, collection), ("\(path)/{name}", object)]
    }

    private static func item(_ kind: ResourceKind, _ actions: [String: String]) -> JSONValue {
        var item = JSONObject()
        for (method, action) in actions {
            var operation: JSONObject = [
                "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": Self.groupVersionKind(kind),
                "responses": ["200": ["description": "OK"]],
            ]
            if ["post", "put", "patch"].contains(method) {
                operation["parameters"] = .array(Self.writeParameters.map(Self.parameter))
                let reference: JSONValue = ["$ref": .string("#/components/schemas/\(Self.name(of: kind))")]
                operation["requestBody"] = ["content": ["application/json": ["schema": reference]]]
            }
            item[method] = .object(operation)
        }
        return .object(item)
    }

    private static func parameter(_ name: String) -> JSONValue {
        ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
    }

    /// What the query of a write may say.
    static let writeParameters = ["dryRun", "fieldManager", "fieldValidation"]

    /// The path of a kind's collection.
    static func path(of kind: ResourceKind) -> String {
        let root = kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)/\(kind.version)"
        return kind.isNamespaced ? "\(root)/namespaces/{namespace}/\(kind.plural)" : "\(root)/\(kind.plural)"
    }

    /// How OpenAPI extensions name a kind.
    static func groupVersionKind(_ kind: ResourceKind) -> JSONValue {
        ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
    }

    /// `dev.peerage.v1alpha1.BigPeer`, `io.k8s.api.core.v1.Secret`.
    private static func name(of kind: ResourceKind) -> String {
        let group =
            kind.group.isEmpty ? "io.k8s.api.core" : kind.group.split(separator: ".").reversed().joined(separator: ".")
        return "\(group).\(kind.version).\(kind.kind)"
    }
}
