import FieldOwnership
import KubernetesModel

extension APIStatus {
    /// The answer to an apply that others' fields stand in the way of, as `kubectl apply --server-side` reads it.
    init(_ conflicts: FieldConflicts) {
        self.init(
            .conflict,
            conflicts.message,
            causes: conflicts.conflicts.map {
                Cause(reason: "FieldManagerConflict", message: "conflict with \($0.owner)", field: $0.path.fieldPath)
            }
        )
    }
}
