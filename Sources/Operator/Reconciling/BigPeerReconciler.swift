import Clocks
import ControllerRuntime
import KubernetesModel
import PeerModel
import Planning
import ResourceStore
import Resources

/// Looks at one Big Peer, runs it when it is ours to run, and tells what it saw.
///
/// A Big Peer carries our finalizer for as long as a resource on it needs its address and credentials, so that a
/// deletion of everything at once deletes what is on the peer first.
struct BigPeerReconciler: Sendable {
    /// Where embedded peers run.
    enum Hosting: Sendable {
        /// In this process, under this name.
        case here(EmbeddedPeerHost, name: String)
        /// In other processes, of which this is known.
        case elsewhere(@Sendable (_ host: String) -> HostStanding)

        /// Whether a peer is one that runs in this process.
        func isHere(_ peer: BigPeer) -> Bool {
            guard case .here(_, let name) = self else { return false }
            return peer.spec.embedded?.host == name
        }
    }

    let store: any ResourceStore
    let cache: Informer<BigPeer>
    let hosting: Hosting
    let dependents: @Sendable (ObjectKey) -> [ObjectKey]
    let secrets: any SecretSource
    let accessObstacle: @Sendable (ObjectKey) -> Obstacle?
    let call: @Sendable (PeerRequest, _ bigPeer: ObjectKey) async -> PeerResponse
    let writer: BigPeerWriter
    let time: any Time

    func reconcile(_ key: ObjectKey) async -> Requeue {
        guard let peer = self.cache.get(key) else {
            // Gone without us, as by a forced deletion: nobody else would stop it.
            await self.stop(key)
            return .whenChanged
        }
        await self.secrets.refresh(peer.secretKeys)
        do throws(APIStatus) {
            return peer.metadata.isBeingDeleted ? try await self.remove(peer) : try await self.look(at: peer)
        } catch {
            return self.writer.requeue(after: error, key)
        }
    }

    // MARK: - A live peer

    private func look(at peer: BigPeer) async throws(APIStatus) -> Requeue {
        // What is not as it must be is not spoken to, and a peer that runs goes on as it was.
        if let problem = peer.problem {
            return try await self.tell(.obstructed(Obstacle(.invalidSpec, problem, isStalled: true)), of: peer)
        }
        var peer = peer
        if !peer.metadata.finalizers.contains(PeerageAPI.finalizer) {
            peer = try await self.editFinalizers(of: peer) { $0.append(PeerageAPI.finalizer) }
        }
        guard let embedded = peer.spec.embedded else { return try await self.tell(await self.sight(peer), of: peer) }
        switch self.hosting {
        case .here(let host, let name): return try await self.run(peer, embedded, host, name)
        case .elsewhere(let standing):
            if let obstacle = peer.absence(of: embedded.host, standing(embedded.host)) {
                return try await self.tell(.obstructed(obstacle), of: peer)
            }
            return try await self.tell(await self.sight(peer), as: .onlooker, of: peer)
        }
    }

    private func run(
        _ peer: BigPeer,
        _ embedded: EmbeddedBigPeer,
        _ host: EmbeddedPeerHost,
        _ name: String
    ) async throws(APIStatus) -> Requeue {
        guard embedded.host == name else {
            let obstacle = Obstacle(
                .hostNotFound,
                "this process runs the embedded peers of the host \"\(name)\" and of no other",
                isStalled: true
            )
            await host.stop(peer.key)
            return try await self.tell(.obstructed(obstacle), of: peer)
        }
        switch await host.ensure(peer, embedded, self.secrets) {
        case .failure(let obstacle): return try await self.tell(.obstructed(obstacle), of: peer)
        case .success(let running):
            let endpoints = running.endpoints
            var peer = peer
            if endpoints != peer.status.endpoints {
                // The address must be known before anything can be asked of it, by us or by others.
                var status = peer.status
                status.endpoints = endpoints
                peer = try await self.writer.write(status, of: peer)
            }
            return try await self.tell(
                await self.sight(peer),
                of: peer,
                endpoints: endpoints,
                peerKey: running.peerKey
            )
        }
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

    // MARK: - A peer on its way out

    private func remove(_ peer: BigPeer) async throws(APIStatus) -> Requeue {
        guard peer.metadata.finalizers.contains(PeerageAPI.finalizer) else {
            await self.stop(peer.key)
            return .whenChanged
        }
        let dependents = self.dependents(peer.key)
        guard dependents.isEmpty else {
            // Its dependents still need the peer to run.
            if case .here(let host, let name) = self.hosting, let embedded = peer.spec.embedded, embedded.host == name {
                _ = await host.ensure(peer, embedded, self.secrets)
            }
            return try await self.tell(.awaitingDependents(dependents), of: peer)
        }
        await self.stop(peer.key)
        var peer = peer
        if peer.metadata.finalizers.contains(where: { $0 != PeerageAPI.finalizer }) {
            // Others keep it when we let go, and will read what was told last.
            peer = try await self.writer.write(peer.status(telling: .leaving, now: self.time.now()), of: peer)
        }
        _ = try await self.editFinalizers(of: peer) { $0.removeAll { $0 == PeerageAPI.finalizer } }
        return .whenChanged
    }

    private func stop(_ key: ObjectKey) async {
        if case .here(let host, _) = self.hosting { await host.stop(key) }
    }

    // MARK: - Effects

    private func tell(
        _ sighting: PeerSighting,
        as share: StatusShare = .whole,
        of peer: BigPeer,
        endpoints: BigPeerStatus.Endpoints? = nil,
        peerKey: String? = nil
    ) async throws(APIStatus) -> Requeue {
        let status = peer.status(
            telling: sighting,
            as: share,
            endpoints: endpoints,
            peerKey: peerKey,
            now: self.time.now()
        )
        try await self.writer.update(status, of: peer)
        switch sighting {
        case .answered, .suspended: return .after(sighting.nextLook)
        case .failed, .obstructed, .awaitingDependents, .leaving: return .retryAfter(sighting.nextLook)
        }
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
}
