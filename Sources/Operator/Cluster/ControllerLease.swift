import JSON
import KubernetesModel
import Resources

/// What the Lease of a controller says.
struct ControllerLease: Sendable, Hashable {
    /// Who leads; empty is nobody.
    let holder: String
    /// The last sign of life, by the holder's own clock; only told apart from others, never compared with a clock.
    let renewTime: String
    /// Where the holder looks after resources.
    let scope: ControllerScope

    /// Reads a Lease; `nil` when it is none of a controller, or of one of an earlier version that does not say so.
    init?(_ object: Object) {
        guard let scope = object.metadata.annotations[PeerageAPI.scopeAnnotation] else { return nil }
        self.holder = object.spec?["holderIdentity"]?.string ?? ""
        self.renewTime = object.spec?["renewTime"]?.string ?? ""
        self.scope = ControllerScope(annotation: scope)
    }
}
