import Clocks
import KubernetesModel
import Resources

/// What is known of the process that should run an embedded peer.
package enum HostStanding: Sendable, Hashable {
    /// It is heard of.
    case present
    /// Nobody has looked for long enough to tell.
    case undecided
    /// It is not heard of.
    case missing
}

extension BigPeer {
    /// What a controller says in place of a host: nothing while the host speaks for itself.
    ///
    /// - Parameters:
    ///   - host: The host's name.
    ///   - standing: What is known of it.
    /// - Returns: What keeps the peer from running, as far as only the controller can know.
    package func absence(of host: String, _ standing: HostStanding) -> Obstacle? {
        switch standing {
        case .missing:
            Obstacle(
                .hostNotFound,
                "nobody has heard of the host \"\(host)\" for a while; run `peerage host --name \(host)`, or name "
                    + "another one in spec.embedded.host"
            )
        case .present, .undecided:
            // The first word on a new peer, and the last one on a host that has come back and not spoken yet.
            self.status.conditions[.ready] == nil
                ? Obstacle(.starting, "waiting for the host \"\(host)\" to run the embedded peer") : nil
        }
    }
}
