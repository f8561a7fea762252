import ControllerRuntime
import KubernetesModel

extension EventNote {
    /// Refers to an object of which only the metadata is at hand.
    static func subject(_ kind: ResourceKind, _ metadata: ObjectMeta) -> ControllerRuntime.ObjectReference {
        ControllerRuntime.ObjectReference(
            apiVersion: kind.apiVersion,
            kind: kind.kind,
            key: metadata.key,
            uid: metadata.uid
        )
    }
}
