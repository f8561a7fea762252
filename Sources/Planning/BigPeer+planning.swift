import Clocks
import JSON
import KubernetesModel
import PeerModel
import Resources

/// What one look at a Big Peer has shown.
package enum PeerSighting: Sendable, Hashable {
    /// It answered, and holds these apps.
    case answered([PeerApp])
    /// It did not answer as it should.
    case failed(PeerFailure)
    /// It could not be asked.
    case obstructed(Obstacle)
    /// The user has stopped the syncing.
    case suspended
    /// It is on its way out, and these still need it.
    case awaitingDependents([ObjectKey])
    /// It is on its way out and not ours any more; finalizers of others still hold it.
    case leaving

    /// Reads the answer to a listing of apps.
    package init(_ response: PeerResponse, of location: BigPeer.Location) {
        switch response {
        case .apps(let apps): self = .answered(apps)
        case .failed(let failure): self = .failed(failure)
        case .absent(let part):
            let path = PeerRequest.listApps(location.peer).path
            let what =
                part == .bigPeer
                ? "the API at \(location.url) knows no Big Peer \(location.peer)"
                : "\(location.url) answers, and with 404 to GET \(path): that is not where the API is, or not the peer"
            self = .obstructed(
                Obstacle(
                    .bigPeerNotFound,
                    "\(what); check the path in spec.endpoint.url, spec.endpoint.namespace and bigPeerName",
                    isStalled: true
                )
            )
        case .refused(_, let message), .alreadyExists(let message):
            self = .obstructed(Obstacle(.requestRejected, message, isStalled: true))
        case .found, .done, .takenByOtherApp:
            self = .failed(PeerFailure(.invalidResponse, "the list of apps is not one"))
        }
    }

    /// When to look again: often enough that `Reachable` can be relied on, and gently with one that is down.
    package var nextLook: Duration {
        switch self {
        case .answered: .seconds(60)
        case .failed(let failure): max(failure.retryAfter ?? .zero, .seconds(10))
        case .obstructed(let obstacle): obstacle.isStalled ? .seconds(60) : .seconds(10)
        case .suspended: .seconds(300)
        case .awaitingDependents, .leaving: .seconds(30)
        }
    }
}

extension BigPeer {
    /// The status that tells a sighting.
    ///
    /// - Parameters:
    ///   - sighting: What was seen.
    ///   - share: How much of the status is the caller's to write; the rest stays as it is.
    ///   - endpoints: Where the peer can be reached now; `nil` keeps what the status says.
    ///   - peerKey: The key of an embedded peer; `nil` keeps what the status says.
    ///   - now: The time of day.
    /// - Returns: The status, equal to the one there is when nothing new was seen.
    package func status(
        telling sighting: PeerSighting,
        as share: StatusShare = .whole,
        endpoints: BigPeerStatus.Endpoints? = nil,
        peerKey: String? = nil,
        now: Timestamp
    ) -> BigPeerStatus {
        var status = self.status
        status.endpoints = endpoints ?? status.endpoints
        if let endpoint = self.spec.endpoint, self.problem == nil {
            status.endpoints = BigPeerStatus.Endpoints(api: endpoint.url, data: endpoint.dataURL)
        }
        status.peerKey = peerKey ?? status.peerKey
        if case .answered(let apps) = sighting {
            status.apps = AppListing(apps).apps
            status.names = status.names ?? self.spec.endpoint.map(BigPeerStatus.Names.init)
        }
        status.lastHandledReconcileAt = self.metadata.reconcileRequestedAt
        return self.status(status, with: self.conditions(telling: sighting, now: now), of: share, now)
    }

    private func conditions(telling sighting: PeerSighting, now: Timestamp) -> [Condition] {
        let generation = self.metadata.generation
        func both(_ status: Condition.Status, _ reason: Reason, _ message: String) -> [Condition] {
            [
                Condition(.ready, status, reason, message, generation: generation),
                Condition(.reachable, status, reason, message, generation: generation),
            ]
        }
        func failing(_ reason: Reason, _ message: String, isStalled: Bool) -> [Condition] {
            both(.false, reason, message) + [self.impediment(reason, message, isStalled: isStalled)]
        }
        switch sighting {
        case .answered(let apps):
            let remark = AppListing(apps).remark.map { "; \($0)" } ?? ""
            return both(.true, .reachable, self.reachableMessage + remark)
        case .failed(let failure): return failing(failure.reason, failure.message(at: now), isStalled: false)
        case .obstructed(let obstacle) where obstacle.reason == .bigPeerNotFound:
            // It answered: the way to it is right, up to the path.
            return failing(obstacle.reason, obstacle.message, isStalled: obstacle.isStalled).map { condition in
                guard condition.type == ConditionType.reachable.rawValue else { return condition }
                return Condition(.reachable, .true, .reachable, "the API answers, with 404", generation: generation)
            }
        case .obstructed(let obstacle):
            return failing(obstacle.reason, obstacle.message, isStalled: obstacle.isStalled)
        case .suspended: return both(.unknown, .suspended, "spec.suspend is set; the Big Peer is not asked")
        case .leaving:
            let message = "deleted as far as Peerage goes, and not looked at any more; others still hold this object"
            return [
                Condition(.ready, .false, .deleting, message, generation: generation),
                Condition(.reachable, .unknown, .deleting, message, generation: generation),
                Condition(.reconciling, .true, .progressing, message, generation: generation),
            ]
        case .awaitingDependents(let keys):
            return failing(
                .deletionBlocked,
                "deletion waits for \(keys.count) resource(s) on this Big Peer, such as \"\(keys.min() ?? self.key)\"; "
                    + "delete them too, or `peerage delete --force-orphan`",
                isStalled: false
            )
        }
    }

    /// The condition that says why a peer is not ready, and whether that may pass by itself.
    func impediment(_ reason: Reason, _ message: String, isStalled: Bool) -> Condition {
        isStalled
            ? Condition(.stalled, .true, reason, message, generation: self.metadata.generation)
            : Condition(.reconciling, .true, .progressingWithRetry, message, generation: self.metadata.generation)
    }

    private var reachableMessage: String {
        self.spec.embedded == nil ? "the Big Peer answers" : "the embedded peer runs and answers"
    }
}
