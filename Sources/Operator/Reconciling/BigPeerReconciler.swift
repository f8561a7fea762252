import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import PeerModel
import Planning
import ResourceStore
import Resources

/// Looks at one Big Peer, runs it when it is ours to run, and tells what it saw.
///
/// A Big Peer carries our finalizer for as long as a resource on it needs its address and credentials, so that a
/// deletion of everything at once deletes what is on the peer first.
struct BigPeerReconciler: Sendable {
    let store: any ResourceStore
    let cache: Informer<BigPeer>
    let host: EmbeddedPeerHost
    let dependents: @Sendable (ObjectKey) -> [ObjectKey]
    let secret: @Sendable (ObjectKey) -> SecretData?
    let accessObstacle: @Sendable (ObjectKey) -> Obstacle?
    let call: @Sendable (PeerRequest, _ bigPeer: ObjectKey) async -> PeerResponse
    let events: EventRecorder
    let time: any Time
    let logger: Logger

    func reconcile(_ key: ObjectKey) async -> Requeue {
        guard let peer = self.cache.get(key) else { return .whenChanged }
        do throws(APIStatus) {
            return peer.metadata.isBeingDeleted ? try await self.remove(peer) : try await self.look(at: peer)
        } catch {
            switch error.reason {
            case .notFound: return .whenChanged
            case .conflict: return .retryAfter(.milliseconds(20))
            case .tooManyRequests,
                .serviceUnavailable where error.retryAfterSeconds != nil:
                return .retryAfter(.seconds(min(error.retryAfterSeconds ?? 1, 120)) * Double.random(in: 1...1.25))
            default:
                self.logger.error("BigPeer could not be written", metadata: ["key": "\(key)", "error": "\(error)"])
                return .retry
            }
        }
    }

    // MARK: - A live peer

    private func look(at peer: BigPeer) async throws(APIStatus) -> Requeue {
        var peer = peer
        if !peer.metadata.finalizers.contains(PeerageAPI.finalizer) {
            peer = try await self.editFinalizers(of: peer) { $0.append(PeerageAPI.finalizer) }
        }
        var endpoints: BigPeerStatus.Endpoints?
        var peerKey: String?
        if let embedded = peer.spec.embedded {
            guard embedded.host == self.host.name else { return .whenChanged }
            switch await self.start(peer, embedded) {
            case .success(let running):
                endpoints = BigPeerStatus.Endpoints(api: running.url)
                peerKey = running.peerKey
            case .failure(let obstacle):
                return try await self.tell(.obstructed(obstacle), of: peer, endpoints: nil, peerKey: nil)
            }
        }
        if let endpoints, endpoints.api != peer.status.endpoints.api {
            // The address must be known before anything can be asked of it, by us or by others.
            var status = peer.status
            status.endpoints = endpoints
            peer = try await self.write(status, of: peer)
        }
        return try await self.tell(await self.sight(peer), of: peer, endpoints: endpoints, peerKey: peerKey)
    }

    private func sight(_ peer: BigPeer) async -> PeerSighting {
        if peer.spec.isSuspended { return .suspended }
        if let obstacle = self.accessObstacle(peer.key) { return .obstructed(obstacle) }
        switch peer.location {
        case .failure(let obstacle): return .obstructed(obstacle)
        case .success(let location):
            return PeerSighting(await self.call(.listApps(location.peer), peer.key), of: location)
        }
    }

    private func start(
        _ peer: BigPeer,
        _ embedded: EmbeddedBigPeer
    ) async -> Result<EmbeddedPeerHost.Running, Obstacle> {
        var token: String?
        if let reference = embedded.tokenSecret {
            let key = ObjectKey(namespace: peer.metadata.namespace, name: reference.name)
            guard let text = self.secret(key)?.text(reference.key) else {
                return .failure(
                    Obstacle(.secretNotFound, "there is no key \"\(reference.key)\" in a Secret \"\(key)\"")
                )
            }
            token = text
        }
        return await self.host.ensure(peer.key, embedded, token: token)
    }

    // MARK: - A peer on its way out

    private func remove(_ peer: BigPeer) async throws(APIStatus) -> Requeue {
        guard peer.metadata.finalizers.contains(PeerageAPI.finalizer) else {
            await self.host.stop(peer.key)
            return .whenChanged
        }
        let dependents = self.dependents(peer.key)
        guard dependents.isEmpty else {
            // Its dependents still need the peer to run.
            if let embedded = peer.spec.embedded, embedded.host == self.host.name {
                _ = await self.start(peer, embedded)
            }
            return try await self.tell(.awaitingDependents(dependents), of: peer, endpoints: nil, peerKey: nil)
        }
        await self.host.stop(peer.key)
        _ = try await self.editFinalizers(of: peer) { $0.removeAll { $0 == PeerageAPI.finalizer } }
        return .whenChanged
    }

    // MARK: - Effects

    private func tell(
        _ sighting: PeerSighting,
        of peer: BigPeer,
        endpoints: BigPeerStatus.Endpoints?,
        peerKey: String?
    ) async throws(APIStatus) -> Requeue {
        let status = peer.status(telling: sighting, endpoints: endpoints, peerKey: peerKey, now: self.time.now())
        if status != peer.status {
            _ = try await self.write(status, of: peer)
            self.announce(status, of: peer)
        }
        switch sighting {
        case .answered, .suspended: return .after(sighting.nextLook)
        case .failed, .obstructed, .awaitingDependents: return .retryAfter(sighting.nextLook)
        }
    }

    /// Tells a change for better or worse as an event.
    private func announce(_ status: BigPeerStatus, of peer: BigPeer) {
        guard let ready = status.conditions[.ready], ready.reason != peer.status.conditions[.ready]?.reason else {
            return
        }
        self.events.record(
            EventNote(
                about: EventNote.subject(.bigPeer, peer.metadata),
                ready.status == .false ? .warning : .normal,
                reason: ready.reason,
                message: ready.message
            )
        )
    }

    private func editFinalizers(
        of peer: BigPeer,
        _ edit: (inout [String]) -> Void
    ) async throws(APIStatus) -> BigPeer {
        var finalizers = peer.metadata.finalizers
        edit(&finalizers)
        let written = try await self.store.updateFinalizers(.bigPeer, of: peer.metadata, to: finalizers)
        self.cache.observe(written)
        return BigPeer(written)
    }

    private func write(_ status: BigPeerStatus, of peer: BigPeer) async throws(APIStatus) -> BigPeer {
        var metadata = ObjectMeta(name: peer.metadata.name, namespace: peer.metadata.namespace)
        metadata.uid = peer.metadata.uid
        metadata.resourceVersion = peer.metadata.resourceVersion
        let object = Object(kind: .bigPeer, metadata: metadata, content: ["status": status.json])
        let written = try await self.store.updateStatus(.bigPeer, object)
        self.cache.observe(written)
        return BigPeer(written)
    }
}
