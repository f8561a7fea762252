import JSON
import KubernetesModel

/// The OpenAPI v3 description of some kinds: what `kubectl explain` shows, and where clients look up what the server
/// takes.
struct OpenAPIDocument: Sendable {
    /// One kind and what can be done with it.
    struct Entry: Sendable {
        let definition: KindDefinition
        let verbs: [String]
    }

    let entries: [Entry]

    /// Describes the kinds of a group and version, or all.
    init(_ routes: Routes, where isWanted: (ResourceKind) -> Bool = { _ in true }) {
        let kinds = routes.kinds.map { Entry(definition: $0.definition, verbs: $0.verbs) }
        let reviews = SelfReview.allCases.map { Entry(definition: $0.definition, verbs: ["create"]) }
        self.entries = (kinds + reviews).filter { isWanted($0.definition.kind) }
    }

    /// `/openapi/v3`: where the descriptions are.
    static func index(of routes: Routes) -> JSONValue {
        var paths = JSONObject()
        for kind in routes.offers.map(\.kind) {
            let path = kind.group.isEmpty ? "api/\(kind.version)" : "apis/\(kind.group)/\(kind.version)"
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)")]
        }
        return ["paths": .object(paths)]
    }

    /// The description.
    var json: JSONValue {
        [
            "openapi": "3.0.0", "info": ["title": "Peerage", "version": "unversioned"],
            "paths": .object(self.paths), "components": ["schemas": .object(self.schemas)],
        ]
    }

    /// The schemas of the kinds and of what they share, by name.
    var schemas: JSONObject {
        var schemas: JSONObject = [
            Self.objectMeta: Schema.sharedObjectMeta, Self.listMeta: Schema.listMeta.openAPI,
            Self.deleteOptions: Schema.deleteOptions.openAPI,
        ]
        for entry in self.entries {
            let kind = entry.definition.kind
            schemas[Self.name(of: kind)] = Self.schema(of: entry.definition)
            if entry.verbs.contains("list") { schemas["\(Self.name(of: kind))List"] = Self.list(of: kind) }
        }
        return schemas
    }

    private static func schema(of definition: KindDefinition) -> JSONValue {
        var schema = definition.schema.openAPI
        schema["properties"]?["apiVersion"] = Self.apiVersion
        schema["properties"]?["kind"] = Self.kind
        schema["properties"]?["metadata"] = [
            "description": "Name, namespace, labels, annotations, and what the server keeps about the object.",
            "allOf": [Self.reference(Self.objectMeta)],
        ]
        schema["x-kubernetes-group-version-kind"] = [Self.groupVersionKind(definition.kind)]
        return schema
    }

    private static func list(of kind: ResourceKind) -> JSONValue {
        var listKind = Self.groupVersionKind(kind)
        listKind["kind"] = .string(kind.listKind)
        return [
            "type": "object", "description": .string("Some objects of kind \(kind.kind)."), "required": ["items"],
            "properties": [
                "apiVersion": Self.apiVersion, "kind": Self.kind,
                "metadata": ["description": "What is known of the list.", "allOf": [Self.reference(Self.listMeta)]],
                "items": [
                    "type": "array", "description": "The objects.",
                    "items": ["allOf": [Self.reference(Self.name(of: kind))]],
                ],
            ],
            "x-kubernetes-group-version-kind": [listKind],
        ]
    }

    private static let apiVersion: JSONValue = ["type": "string", "description": "The group and version of the kind."]
    private static let kind: JSONValue = ["type": "string", "description": "The kind."]

    static let objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
    static let listMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"
    static let deleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"

    /// A reference to a schema.
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    /// How OpenAPI extensions name a kind.
    static func groupVersionKind(_ kind: ResourceKind) -> JSONValue {
        ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
    }

    /// `dev.peerage.v1alpha1.BigPeer`, `io.k8s.api.core.v1.Secret`, `io.k8s.api.coordination.v1.Lease`.
    static func name(of kind: ResourceKind) -> String {
        let parts = kind.group.split(separator: ".")
        let group =
            kind.isBuiltIn ? "io.k8s.api.\(parts.first ?? "core")" : parts.reversed().joined(separator: ".")
        return "\(group).\(kind.version).\(kind.kind)"
    }
}

extension Schema {
    /// The metadata of any object, with what `kubectl` must know to merge the lists in it.
    fileprivate static var sharedObjectMeta: JSONValue {
        var schema = Schema.objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253).openAPI
        schema["description"] = "What every object has."
        for (list, key) in [("finalizers", nil), ("ownerReferences", "uid")] {
            schema["properties"]?[list]?["x-kubernetes-patch-strategy"] = "merge"
            if let key { schema["properties"]?[list]?["x-kubernetes-patch-merge-key"] = .string(key) }
        }
        return schema
    }

    fileprivate static let listMeta = Schema.object(
        "What is known of a list.",
        [
            .optional("continue", .string("What to ask for the next page with.", length: 0...4_096)),
            .optional("remainingItemCount", .integer("How many objects follow.", 0...Int64.max)),
            .optional("resourceVersion", .string("The version to watch from.", length: 0...64)),
            .optional("selfLink", .string("Set by old servers.", length: 0...1_024)),
        ]
    )

    fileprivate static let deleteOptions = Schema.object(
        "How to delete.",
        [
            .optional("apiVersion", .string("v1.")),
            .optional("kind", .string("DeleteOptions.")),
            .optional(
                "dryRun",
                .list("All, when the deletion is only to be tried.", of: .string("All."), maximumCount: 1)
            ),
            .optional("gracePeriodSeconds", .integer("Taken, and without effect.", 0...Int64.max)),
            .optional("orphanDependents", .boolean("What propagationPolicy was before.")),
            .optional(
                "preconditions",
                .object(
                    "What must hold.",
                    [
                        .optional("resourceVersion", .string("The object must not have changed since.")),
                        .optional("uid", .string("The object must be this very one.")),
                    ]
                )
            ),
            .optional(
                "propagationPolicy",
                .word("What becomes of owned objects.", ["Background", "Foreground", "Orphan"])
            ),
        ]
    )
}
