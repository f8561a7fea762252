import Clocks
import ControllerRuntime
import KubernetesModel
import Planning
import Resources

/// Runs the embedded peers of one host of a cluster, and tells where they are; all else about them is the controller's.
struct HostedPeerReconciler: Sendable {
    /// How often a Secret is read anew that a running peer asks its clients for.
    private static let secretInterval = Duration.seconds(60)

    let cache: Informer<BigPeer>
    /// The values of `spec.embedded.host` that mean this host.
    let names: Set<String>
    let host: EmbeddedPeerHost
    let secrets: any SecretSource
    let writer: BigPeerWriter
    /// Told when a peer has been looked at: whether it runs, or runs no more, is known.
    let looked: @Sendable (ObjectKey) -> Void
    let time: any Time

    func reconcile(_ key: ObjectKey) async -> Requeue {
        defer { self.looked(key) }
        // A peer on its way out runs for as long as anybody needs it: until its resource is gone.
        guard let peer = self.cache.get(key), let embedded = peer.spec.embedded, self.names.contains(embedded.host)
        else {
            await self.host.stop(key)
            return .whenChanged
        }
        await self.secrets.refresh(peer.secretKeys)
        let hosting: PeerHosting
        let next: Requeue
        switch await self.start(peer, embedded) {
        case .success(let running):
            hosting = .running(running.endpoints, peerKey: running.peerKey)
            next = embedded.secrets.isEmpty ? .whenChanged : .after(Self.secretInterval)
        case .failure(let obstacle):
            hosting = .obstructed(obstacle)
            next = .retryAfter(obstacle.isStalled ? .seconds(60) : .seconds(10))
        }
        do throws(APIStatus) {
            try await self.writer.update(peer.status(hosting: hosting, now: self.time.now()), of: peer)
            return next
        } catch {
            return self.writer.requeue(after: error, key)
        }
    }

    /// Starts a peer, or sees that it runs; one whose spec must not be acted on goes on as it was.
    private func start(
        _ peer: BigPeer,
        _ embedded: EmbeddedBigPeer
    ) async -> Result<EmbeddedPeerHost.Running, Obstacle> {
        if let problem = peer.problem {
            return .failure(Obstacle(.invalidSpec, problem, isStalled: true))
        }
        return await self.host.ensure(peer, embedded, self.secrets)
    }
}
