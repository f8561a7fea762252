import JSON
import KubernetesModel

extension OpenAPIDocument {
    /// The paths of all kinds with their methods.
    var paths: JSONObject {
        var paths = JSONObject()
        for entry in self.entries {
            let kind = entry.definition.kind
            let path = Self.path(of: kind)
            func item(_ methods: [(method: String, verb: String)]) -> JSONValue? {
                let offered = methods.filter { entry.verbs.contains($0.verb) }
                return offered.isEmpty ? nil : Self.item(kind, offered)
            }
            paths[path] = item([("get", "list"), ("post", "create"), ("delete", "deletecollection")])
            paths["\(path)/{name}"] = item([
                ("get", "get"), ("put", "update"), ("patch", "patch"), ("delete", "delete"),
            ])
            guard kind.hasStatus else { continue }
            paths["\(path)/{name}/status"] = item([("get", "get"), ("put", "update"), ("patch", "patch")])
        }
        return paths
    }

    private static func item(_ kind: ResourceKind, _ methods: [(method: String, verb: String)]) -> JSONValue {
        var item = JSONObject()
        for (method, verb) in methods { item[method] = .object(Self.operation(kind, method, verb)) }
        let path = Self.path(of: kind)
        if path.contains("{namespace}") { item["parameters"] = [Self.parameter("namespace", in: "path")] }
        return .object(item)
    }

    private static func operation(_ kind: ResourceKind, _ method: String, _ verb: String) -> JSONObject {
        let schema = Self.reference(Self.name(of: kind))
        let shown = verb == "list" ? Self.reference("\(Self.name(of: kind))List") : schema
        var operation: JSONObject = [
            "x-kubernetes-action": .string(Self.actions[verb] ?? verb),
            "x-kubernetes-group-version-kind": Self.groupVersionKind(kind),
            "responses": ["200": ["description": "OK", "content": ["application/json": ["schema": shown]]]],
            "parameters": .array((Self.parameters[verb] ?? []).map { Self.parameter($0, in: "query") }),
        ]
        switch method {
        case "post", "put": operation["requestBody"] = ["content": ["application/json": ["schema": schema]]]
        case "patch":
            var content = JSONObject()
            for type in Patch.types(for: kind) { content[type] = ["schema": ["type": "object"]] }
            operation["requestBody"] = ["content": .object(content)]
        case "delete":
            operation["requestBody"] = [
                "content": ["application/json": ["schema": Self.reference(Self.deleteOptions)]]
            ]
        default: break
        }
        return operation
    }

    private static func parameter(_ name: String, in place: String) -> JSONValue {
        var parameter: JSONObject = [
            "name": .string(name), "in": .string(place), "schema": ["type": "string", "uniqueItems": true],
        ]
        if place == "path" { parameter["required"] = true }
        return .object(parameter)
    }

    /// How OpenAPI extensions call the verbs of discovery.
    private static let actions = ["create": "post", "update": "put"]

    private static let parameters = [
        "create": ["dryRun", "fieldManager", "fieldValidation"],
        "update": ["dryRun", "fieldManager", "fieldValidation"],
        "patch": ["dryRun", "fieldManager", "fieldValidation", "force"],
        "delete": ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"],
        "deletecollection": ["dryRun", "fieldSelector", "labelSelector", "propagationPolicy"],
        "list": [
            "allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion",
            "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch",
        ],
    ]

    /// The path of a kind's collection.
    static func path(of kind: ResourceKind) -> String {
        let root = kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)/\(kind.version)"
        return kind.isNamespaced ? "\(root)/namespaces/{namespace}/\(kind.plural)" : "\(root)/\(kind.plural)"
    }
}
