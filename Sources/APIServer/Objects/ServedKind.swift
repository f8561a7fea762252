import FieldOwnership
import JSON
import KubernetesModel

/// One kind that the server offers, with all that serving it needs.
package struct ServedKind: Sendable {
    /// Finds what is wrong with an object, given how it was before a change.
    typealias Check = @Sendable (_ object: JSONValue, _ old: JSONValue?) -> [FieldProblem]

    /// The kind.
    package let kind: ResourceKind
    /// The columns of its table; the name comes first, but for Events.
    let columns: [TableColumn]
    /// The schema of whole objects, as OpenAPI v3; `nil` when any members are taken.
    let openAPI: JSONValue?
    /// What of an object can be owned apart.
    let shape: FieldShape
    /// Finds what is wrong with an object.
    let problems: Check
    /// Brings members into the form in which they are stored.
    let normalized: @Sendable (JSONObject) -> JSONObject

    /// Serves a kind as it is defined.
    package init(_ definition: KindDefinition) {
        self.kind = definition.kind
        self.columns = [.name] + definition.printerColumns.map(TableColumn.init)
        self.openAPI = definition.schema.openAPI
        self.shape = .object(definition.schema)
        self.problems = { definition.problems(in: $0, old: $1) }
        self.normalized = { $0 }
    }

    /// Serves a kind of the core group, of which any members are taken.
    init(
        core kind: ResourceKind,
        columns: [TableColumn],
        problems: @escaping Check = { _, _ in [] },
        normalized: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
    ) {
        self.kind = kind
        self.columns = columns
        self.openAPI = nil
        self.shape = .core(kind)
        self.problems = { MetadataRules.problems(in: $0, of: kind) + problems($0, $1) }
        self.normalized = normalized
    }
}
