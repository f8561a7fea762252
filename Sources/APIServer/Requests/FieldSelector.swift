import JSON
import KubernetesModel

/// Which values fields of an object must have: `metadata.name=berlin,type!=Warning`.
struct FieldSelector: Sendable, Hashable {
    /// One demand.
    struct Requirement: Sendable, Hashable {
        let path: [String]
        let value: String
        let isEqual: Bool
    }

    /// All demands; none selects everything.
    let requirements: [Requirement]

    /// Reads a selector.
    ///
    /// - Parameters:
    ///   - text: As in the query of a request.
    ///   - kind: The kind, which decides the fields that can be selected by.
    /// - Throws: `BadRequest` with what cannot be read or selected by.
    init(_ text: String, for kind: ResourceKind) throws(APIStatus) {
        var requirements: [Requirement] = []
        for part in text.split(separator: ",").map(\.trimmedSpaces) where !part.isEmpty {
            let notEqual = part.divided(by: "!=")
            guard let (field, value) = notEqual ?? part.divided(by: "==") ?? part.divided(by: "=") else {
                throw APIStatus(.badRequest, "invalid field selector \"\(part)\"; expected FIELD=VALUE or FIELD!=VALUE")
            }
            guard Self.fields(of: kind).contains(String(field)) else {
                throw APIStatus(.badRequest, "field label not supported: \(field)")
            }
            let path = field == "source" ? ["source", "component"] : field.split(separator: ".").map(String.init)
            requirements.append(Requirement(path: path, value: String(value), isEqual: notEqual == nil))
        }
        self.requirements = requirements
    }

    /// Whether everything is selected.
    var isEverything: Bool { self.requirements.isEmpty }

    /// The only name that is selected, if there is one.
    var name: String? {
        self.requirements.first { $0.path == ["metadata", "name"] && $0.isEqual }?.value
    }

    /// Whether an object is selected.
    func matches(_ object: Object) -> Bool {
        self.requirements.allSatisfy { (Self.value(at: $0.path, of: object) == $0.value) == $0.isEqual }
    }

    private static func value(at path: [String], of object: Object) -> String {
        switch path {
        case ["metadata", "name"]: object.metadata.name
        case ["metadata", "namespace"]: object.metadata.namespace
        default: path.reduce(.some(JSONValue.object(object.content))) { $0?[$1] }?.string ?? ""
        }
    }

    /// Source: `k8s.io/kubernetes/pkg/registry/core/{event,secret,namespace}/strategy.go`.
    private static func fields(of kind: ResourceKind) -> Set<String> {
        let common: Set<String> = kind.isNamespaced ? ["metadata.name", "metadata.namespace"] : ["metadata.name"]
        if kind == .reportedEvent {
            let parts = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]
            return common.union(parts.map { "regarding.\($0)" }).union(["reason", "reportingController", "type"])
        }
        guard kind.group.isEmpty else { return common }
        switch kind.kind {
        case "Event":
            return common.union([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        case "Secret": return common.union(["type"])
        case "Namespace": return common.union(["status.phase"])
        default: return common
        }
    }
}
