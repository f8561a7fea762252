import JSON
import KubernetesModel

/// The rules about policies, which all managed kinds share.
enum PolicyRules {
    static func problems(in object: JSONValue) -> [FieldProblem] {
        guard object[["spec", "managementPolicy"]]?.string == ManagementPolicy.observe.rawValue,
            object[["spec", "deletionPolicy"]]?.string == DeletionPolicy.delete.rawValue
        else { return [] }
        return [
            .warning(
                .discouraged,
                at: .spec("deletionPolicy"),
                "has no effect: managementPolicy Observe never deletes anything at the Big Peer"
            )
        ]
    }
}
