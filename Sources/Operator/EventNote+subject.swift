import ControllerRuntime
import KubernetesModel
import Resources

extension EventNote {
    /// Creates a note with a reason of ours.
    init(about: ControllerRuntime.ObjectReference, _ severity: Severity, reason: Reason, _ message: String) {
        self.init(about: about, severity, reason: reason.rawValue, message: message)
    }

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
