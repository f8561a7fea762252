import JSON
import KubernetesModel

extension Object {
    /// The conditions of the status; those without a type are passed over.
    var conditions: [Condition] { (self.status?["conditions"]?.array ?? []).compactMap { Condition($0) } }

    /// The generation of the spec that the status speaks of; `nil` when it does not say.
    var observedGeneration: Int64? { self.status?["observedGeneration"]?.integer }
}
