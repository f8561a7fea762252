import Clocks
import KubernetesModel
import Resources

/// How an embedded peer is, as the process knows that should run it.
package enum PeerHosting: Sendable, Hashable {
    /// It runs, and others can reach it here.
    case running(BigPeerStatus.Endpoints, peerKey: String)
    /// It could not be started.
    case obstructed(Obstacle)
}

extension BigPeer {
    /// The status that the host of an embedded peer writes.
    ///
    /// A peer that is on its way out only gets its endpoints: why it is still there is for the controller to say.
    ///
    /// - Parameters:
    ///   - hosting: How the peer is.
    ///   - now: The time of day.
    /// - Returns: The status, equal to the one there is when nothing is new.
    package func status(hosting: PeerHosting, now: Timestamp) -> BigPeerStatus {
        var status = self.status
        if case .running(let endpoints, let peerKey) = hosting {
            status.endpoints = endpoints
            status.peerKey = peerKey
        }
        guard !self.metadata.isBeingDeleted else { return status }
        return self.status(status, with: self.conditions(telling: hosting), of: .host, now)
    }

    private func conditions(telling hosting: PeerHosting) -> [Condition] {
        func ready(_ status: Condition.Status, _ reason: Reason, _ message: String) -> Condition {
            Condition(.ready, status, reason, message, generation: self.metadata.generation)
        }
        switch hosting {
        case .running where self.spec.isSuspended:
            return [
                ready(.unknown, .suspended, "spec.suspend is set; the embedded peer runs on, and nothing is synced")
            ]
        case .running(let endpoints, _):
            return [ready(.true, .running, "the embedded peer runs at \(endpoints.api ?? "no address")")]
        case .obstructed(let obstacle):
            return [
                ready(.false, obstacle.reason, obstacle.message),
                self.impediment(obstacle.reason, obstacle.message, isStalled: obstacle.isStalled),
            ]
        }
    }
}
