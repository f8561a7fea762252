import JSON
import KubernetesModel

/// What of a value can be owned apart from the rest.
///
/// Source: Kubernetes, "Server-Side Apply", "Merge strategy": `x-kubernetes-list-type`, `x-kubernetes-list-map-keys`
/// and `x-kubernetes-map-type`.
package indirect enum FieldShape: Sendable {
    /// Nothing: whoever owns the value owns all of it. Scalars, atomic lists and atomic objects.
    case whole
    /// The known members of an object.
    case fields([String: FieldShape])
    /// The members of an object whose keys users choose.
    case map(FieldShape)
    /// The elements of a list of scalars.
    case set
    /// The elements of a list of objects that these members tell apart.
    case list(keys: [String], FieldShape)
    /// What the value itself shows, where nothing is known: the members of objects, and lists as a whole.
    case deduced
}

extension FieldShape {
    /// The shape of what a schema describes.
    package init(_ schema: Schema) {
        switch schema.form {
        case .object(let form):
            let members = form.properties.map { ($0.name, FieldShape($0.schema)) }
            self = .fields(Dictionary(members) { first, _ in first })
        case .map(let form): self = .map(FieldShape(form.values))
        case .list(let form):
            switch form.sort {
            case .atomic: self = .whole
            case .set: self = .set
            case .map(let keys): self = .list(keys: keys, FieldShape(form.elements))
            }
        case .string, .integer, .boolean: self = .whole
        case .anything: self = .deduced
        }
    }

    /// The shape of whole objects of a kind, whose metadata is like everybody's.
    package static func object(_ schema: Schema) -> FieldShape {
        guard case .fields(var members) = FieldShape(schema) else { return .object([:]) }
        members["metadata"] = .metadata
        return .fields(members)
    }

    /// The shape of whole objects with these members beside `apiVersion`, `kind` and `metadata`.
    package static func object(_ content: [String: FieldShape]) -> FieldShape {
        .fields(content.merging(["apiVersion": .whole, "kind": .whole, "metadata": .metadata]) { $1 })
    }

    /// The `metadata` of any object.
    ///
    /// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`, the markers of `ObjectMeta` and `OwnerReference`.
    static let metadata = FieldShape.fields([
        "labels": .map(.whole),
        "annotations": .map(.whole),
        "finalizers": .set,
        "ownerReferences": .list(keys: ["uid"], .whole),
    ])
}
