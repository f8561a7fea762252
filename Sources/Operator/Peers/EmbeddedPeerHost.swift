import EmbeddedPeer
import KubernetesModel
import Logging
import PeerModel
import Planning
import Resources
import Synchronization

/// Runs the embedded peers of one process.
///
/// *Guarantees:* a peer runs once, whoever asks; a changed configuration restarts it, a changed token does not; a peer
/// that stops by itself is told to `onStop`, and starts again with the next `ensure`.
package actor EmbeddedPeerHost {
    /// A peer that listens.
    package struct Running: Sendable, Hashable {
        /// The base URL of its REST API.
        package let url: String
        /// The key by which other peers know it.
        package let peerKey: String
    }

    /// What a change of means a restart.
    private struct Shape: Hashable {
        let listen: EmbeddedPeer.ListenAddress
        let isEphemeral: Bool
    }

    private struct Tenant {
        let peer: EmbeddedPeer.EmbeddedBigPeer
        let shape: Shape
        let task: Task<Void, Never>
        var token: String?
    }

    /// What runs, for those who cannot wait for the actor.
    private nonisolated let listening = Mutex<Set<ObjectKey>>([])

    private let dataDirectory: String
    private let addresses: HostAddresses
    private let logger: Logger
    private let onStart: @Sendable (ObjectKey) -> Void
    private let onStop: @Sendable (ObjectKey) -> Void
    private var tenants: [ObjectKey: Tenant] = [:]
    private var isStopping = false

    /// Creates a host without peers.
    ///
    /// - Parameters:
    ///   - dataDirectory: Each peer gets a folder of its own below it: `{namespace}/{name}`.
    ///   - addresses: Where peers listen, and how others find them.
    ///   - logger: For the peers.
    ///   - onStart: Told when a peer has begun to listen.
    ///   - onStop: Told when a peer has stopped by itself.
    package init(
        dataDirectory: String,
        addresses: HostAddresses = .asDeclared,
        logger: Logger,
        onStart: @escaping @Sendable (ObjectKey) -> Void,
        onStop: @escaping @Sendable (ObjectKey) -> Void
    ) {
        self.onStart = onStart
        self.dataDirectory = dataDirectory
        self.addresses = addresses
        self.logger = logger
        self.onStop = onStop
    }

    /// Whether a peer listens now.
    package nonisolated func isListening(_ key: ObjectKey) -> Bool { self.listening.withLock { $0.contains(key) } }

    /// Makes sure that a peer runs as configured, and waits until it listens.
    package func ensure(
        _ key: ObjectKey,
        _ embedded: Resources.EmbeddedBigPeer,
        token: String?
    ) async -> Result<Running, Obstacle> {
        guard !self.isStopping else { return .failure(Obstacle(.stopped, "this process is stopping")) }
        let api = embedded.listen.api
        let shape = Shape(
            listen: EmbeddedPeer.ListenAddress(
                host: api.isLoopback ? self.addresses.listen ?? api.host : api.host,
                port: Int(api.port)
            ),
            isEphemeral: embedded.storage.isEphemeral
        )
        do throws(EmbeddedPeerError) {
            if let tenant = self.tenants[key], tenant.shape != shape {
                self.logger.info("embedded peer restarts with a new configuration", metadata: ["key": "\(key)"])
                await self.stop(key)
            }
            let tenant: Tenant
            if let running = self.tenants[key] {
                tenant = running
            } else {
                tenant = try self.start(key, shape, token: token)
            }
            if tenant.token != token {
                try tenant.peer.updateToken(try token.map { text throws(EmbeddedPeerError) in try AccessToken(text) })
                self.tenants[key]?.token = token
            }
            return await self.running(key, tenant.peer)
        } catch {
            return .failure(Self.obstacle(error))
        }
    }

    /// Stops a peer, and waits until it has; its data stays.
    package func stop(_ key: ObjectKey) async {
        self.listening.withLock { _ = $0.remove(key) }
        guard let tenant = self.tenants.removeValue(forKey: key) else { return }
        tenant.task.cancel()
        await tenant.task.value
    }

    /// Stops all peers for good.
    package func stopAll() async {
        self.isStopping = true
        for tenant in self.tenants.values { tenant.task.cancel() }
        for key in Array(self.tenants.keys) { await self.stop(key) }
    }

    private func start(_ key: ObjectKey, _ shape: Shape, token: String?) throws(EmbeddedPeerError) -> Tenant {
        let configuration = EmbeddedPeerConfiguration(
            identity: PeerIdentity(namespace: key.namespace, name: key.name),
            storage: shape.isEphemeral
                ? .ephemeral : .directory("\(self.dataDirectory)/\(key.namespace)/\(key.name)"),
            listen: shape.listen,
            token: try token.map { text throws(EmbeddedPeerError) in try AccessToken(text) }
        )
        let peer = try EmbeddedPeer.EmbeddedBigPeer(configuration: configuration, logger: self.logger)
        let task = Task { [logger] in
            do {
                try await peer.run()
            } catch {
                logger.error("embedded peer stopped", metadata: ["key": "\(key)", "error": "\(error)"])
            }
            self.stopped(key, peer)
        }
        let tenant = Tenant(peer: peer, shape: shape, task: task, token: token)
        self.tenants[key] = tenant
        return tenant
    }

    /// Forgets a peer that ended by itself; one that was stopped is forgotten already.
    private func stopped(_ key: ObjectKey, _ peer: EmbeddedPeer.EmbeddedBigPeer) {
        guard let tenant = self.tenants[key], tenant.peer === peer else { return }
        self.tenants[key] = nil
        self.listening.withLock { _ = $0.remove(key) }
        self.onStop(key)
    }

    private func running(_ key: ObjectKey, _ peer: EmbeddedPeer.EmbeddedBigPeer) async -> Result<Running, Obstacle> {
        do {
            let address = try await peer.waitUntilListening()
            if self.listening.withLock({ $0.insert(key).inserted }) { self.onStart(key) }
            return .success(Running(url: self.url(of: address), peerKey: peer.peerKey))
        } catch let error as EmbeddedPeerError {
            return .failure(Self.obstacle(error))
        } catch {
            return .failure(Obstacle(.stopped, "the embedded peer stopped before it listened"))
        }
    }

    /// How others find a listener: what only this machine reaches has no other address.
    private func url(of address: EmbeddedPeer.ListenAddress) -> String {
        guard let host = self.addresses.advertise, !address.isLoopback else { return "http://\(address)" }
        return "http://\(EmbeddedPeer.ListenAddress(host: host, port: address.port))"
    }

    private static func obstacle(_ error: EmbeddedPeerError) -> Obstacle {
        switch error {
        case .cannotListen: Obstacle(.addressInUse, error.description)
        case .directoryUnusable, .directoryInUse, .storageDamaged, .storageNewer, .storageForeign, .storageFailed:
            Obstacle(.storageFailed, error.description)
        case .tokenRequired(let address):
            Obstacle(
                .invalidSpec,
                "other machines can reach \(address), so the peer needs a token: name a Secret in "
                    + "spec.embedded.auth.tokenSecretRef",
                isStalled: true
            )
        case .invalidName, .invalidAddress, .unusableToken:
            Obstacle(.invalidSpec, error.description, isStalled: true)
        case .alreadyRun: Obstacle(.internalError, error.description)
        }
    }
}

extension EmbeddedPeerHost {
    /// Makes sure that a peer runs as its BigPeer says, with the token of its Secret.
    func ensure(_ peer: BigPeer, _ embedded: Resources.EmbeddedBigPeer, _ secrets: any SecretSource) async
        -> Result<Running, Obstacle>
    {
        var token: String?
        if let reference = embedded.tokenSecret {
            let key = ObjectKey(namespace: peer.metadata.namespace, name: reference.name)
            guard let text = secrets.get(key)?.text(reference.key) else {
                let problem = secrets.problem(key).map { Obstacle(.secretUnreadable, "Secret \"\(key)\": \($0)") }
                return .failure(
                    problem
                        ?? Obstacle(.secretNotFound, "there is no key \"\(reference.key)\" in a Secret \"\(key)\"")
                )
            }
            token = text
        }
        return await self.ensure(peer.key, embedded, token: token)
    }
}
