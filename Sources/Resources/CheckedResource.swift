import JSON
import KubernetesModel

/// A resource of which the controller checks what an API server may have let pass.
///
/// Servers before Kubernetes 1.25 know no rules in CEL, and no server knows all of ours; whoever acts on a resource
/// looks at it with the same definition as `peerage validate`.
package protocol CheckedResource {
    /// The kind: names, fields, rules.
    static var definition: KindDefinition { get }
    /// Name, generation and so on.
    var metadata: ObjectMeta { get }
    /// Why the spec must not be acted on; `nil` when nothing is known against it.
    var specProblem: String? { get set }
    /// Which fixed field the spec says otherwise than what the status remembers; `nil` when none does.
    var fixedFieldProblem: String? { get }

    /// Reads an object of any shape.
    init(_ object: Object)
}

extension CheckedResource {
    /// Why the spec must not be acted on, for whatever reason.
    package var problem: String? { self.specProblem ?? self.fixedFieldProblem }

    /// Reads an object of any shape, and notes what is wrong with its spec.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - earlier: An earlier version of the same object: a spec that is still the same is not checked again.
    package init(checking object: Object, since earlier: Self? = nil) {
        self.init(object)
        if let earlier, earlier.metadata.generation == self.metadata.generation, self.metadata.generation > 0 {
            self.specProblem = earlier.specProblem
        } else {
            self.specProblem = Self.definition.specProblem(in: object)
        }
    }
}

extension Object {
    /// Which fixed field the spec of an object of ours says otherwise than what its status remembers.
    package var fixedFieldProblem: String? {
        let types: [any CheckedResource.Type] = [
            BigPeer.self, BigPeerApp.self, BigPeerReplication.self, ReplicationTopology.self,
        ]
        return types.first { $0.definition.kind.kind == self.kind }?.init(self).fixedFieldProblem
    }
}

extension BigPeer: CheckedResource {}
extension BigPeerApp: CheckedResource {}
extension BigPeerReplication: CheckedResource {}
extension ReplicationTopology: CheckedResource {}

extension KindDefinition {
    /// The first thing that is wrong with an object's name or spec, with its field; `nil` when nothing is.
    ///
    /// Unknown fields pass: they are those of a later version.
    fileprivate func specProblem(in object: Object) -> String? {
        let metadata = ObjectMeta(name: object.metadata.name, namespace: object.metadata.namespace)
        var content = JSONObject()
        content["spec"] = object.spec
        let problems = self.problems(in: Object(kind: self.kind, metadata: metadata, content: content).json)
            .filter { $0.severity == .error && $0.reason != .unknown }
        guard let first = problems.first else { return nil }
        let others = problems.count - 1
        return "\(first)" + (others > 0 ? "; and \(others) more (`peerage validate` tells all)" : "")
    }
}
