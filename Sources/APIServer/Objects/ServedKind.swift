import FieldOwnership
import JSON
import KubernetesModel

/// One kind that the server offers, with all that serving it needs.
package struct ServedKind: Sendable {
    /// What may be done with the objects of a kind.
    enum Access: Sendable, Hashable {
        /// Everything.
        case full
        /// They can be looked at, if there are any.
        case readOnly
    }

    /// Brings a whole object into the form in which it is stored, given how it was before a change.
    typealias Normalization = @Sendable (_ object: JSONObject, _ old: JSONValue?) -> JSONObject

    /// All that there is to know about the kind.
    let definition: KindDefinition
    /// The columns of its table; the name comes first, but for Events.
    let columns: [TableColumn]
    /// What of an object can be owned apart.
    let shape: FieldShape
    /// What may be done with it.
    let access: Access
    /// The stored objects that this kind shows in other words; `nil` when objects are stored as they are shown.
    let view: ObjectView?
    /// Brings objects into the form in which they are stored.
    let normalized: Normalization
    /// Keeps what a problem says fit for other eyes.
    let told: @Sendable (FieldProblem) -> FieldProblem

    /// Serves a kind as it is defined.
    package init(_ definition: KindDefinition) {
        self.init(definition, columns: [.name] + definition.printerColumns.map(TableColumn.init))
    }

    /// Serves a kind that Kubernetes brings.
    init(
        _ definition: KindDefinition,
        columns: [TableColumn],
        access: Access = .full,
        view: ObjectView? = nil,
        normalized: @escaping Normalization = { object, _ in object },
        told: @escaping @Sendable (FieldProblem) -> FieldProblem = { $0 }
    ) {
        self.definition = definition
        self.columns = columns
        self.shape = definition.kind.isBuiltIn ? .core(definition.kind) : .object(definition.schema)
        self.access = access
        self.view = view
        self.normalized = normalized
        self.told = told
    }

    /// The kind.
    package var kind: ResourceKind { self.definition.kind }

    /// Finds what is wrong with what a request may change, given how the object was before.
    ///
    /// A kind with a status has two paths, and neither judges what belongs to the other. Nor does a request answer for
    /// what it leaves as it was, such as a spec from before its rules grew stricter (Kubernetes, KEP-4008).
    ///
    /// - Parameters:
    ///   - object: The object as it should become.
    ///   - old: The object as it is, when there is one.
    ///   - isOfStatus: Whether the request is about the status.
    /// - Returns: The problems, in words for everybody.
    func problems(_ object: JSONValue, _ old: JSONValue?, ofStatus isOfStatus: Bool) -> [FieldProblem] {
        self.definition.problems(in: object, old: old).map(self.told).filter { problem in
            guard case .key(let part)? = problem.path.components.first else { return true }
            if self.kind.hasStatus, (part == "status") != isOfStatus { return false }
            let isStanding = old.map { $0[part] == object[part] } ?? false
            return !isStanding || problem.severity == .warning || problem.reason == .unknown
        }
    }

    /// What discovery says can be done.
    var verbs: [String] {
        switch self.access {
        case .readOnly: ["get", "list", "watch"]
        case .full where self.kind == .namespace: ["create", "delete", "get", "list", "patch", "update", "watch"]
        case .full: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        }
    }
}
