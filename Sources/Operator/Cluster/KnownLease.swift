import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import ResourceStore

/// A Lease, as far as it is one of ours.
struct KnownLease: Sendable, Hashable {
    /// That of a host of embedded peers.
    let host: HostLease?
    /// That of controllers.
    let controller: ControllerLease?

    /// Reads a Lease; both are `nil` for one of somebody else.
    init(_ object: Object) {
        self.host = HostLease(object)
        self.controller = ControllerLease(object)
    }
}

extension Informer where Value == KnownLease {
    /// Follows the Leases of a namespace.
    convenience init(leasesIn namespace: String, store: any ResourceStore, time: any Time, logger: Logger) {
        self.init(
            store: store,
            kind: .lease,
            namespaces: [namespace],
            time: time,
            logger: logger,
            decode: { object, _ in KnownLease(object) }
        )
    }
}
