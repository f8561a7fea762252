import EmbeddedPeer
import KubernetesModel
import Logging
import PeerModel
import Planning
import Resources
import Synchronization
import TableReplication

/// Runs the embedded peers of one process.
///
/// *Guarantees:* a peer runs once, whoever asks; a changed configuration restarts it, a changed token does not; a peer
/// that stops by itself is told to `onStop`, and starts again with the next `ensure`.
package actor EmbeddedPeerHost {
    /// A peer that listens.
    package struct Running: Sendable, Hashable {
        /// Where others find its listeners.
        package let endpoints: BigPeerStatus.Endpoints
        /// The key by which other peers know it.
        package let peerKey: String
    }

    /// What a change of means a restart.
    private struct Shape: Hashable {
        let api: EmbeddedPeer.ListenAddress
        let replication: EmbeddedPeer.ListenAddress?
        let data: EmbeddedPeer.ListenAddress?
        let isEphemeral: Bool
        let tombstoneRetention: Duration
        let guards: ReplicationGuards
    }

    /// What a peer asks of others.
    package struct Credentials: Sendable {
        /// Of REST and data clients; `nil` is nothing.
        package var token: String?
        /// Of other peers.
        package var replication = ReplicationGuards()

        /// Creates credentials.
        package init(token: String? = nil) {
            self.token = token
        }
    }

    /// What guards replication.
    package struct ReplicationGuards: Sendable, Hashable {
        /// The certificate in PEM, if it is encrypted.
        package var certificate: [UInt8]?
        /// The certificate's key.
        package var key: [UInt8]?
        /// Who must have signed the others' certificates.
        package var authority: [UInt8]?
        /// The passwords by the app's name.
        package var passwords: [String: String] = [:]

        /// Creates guards that guard nothing.
        package init() {}

        /// Whether other machines may be let near.
        var isComplete: Bool { self.certificate != nil && self.key != nil && !self.passwords.isEmpty }
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
    private let onReplication: @Sendable (ObjectKey, _ appID: String) -> Void
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
    ///   - onReplication: Told of an app whose replication has something new.
    package init(
        dataDirectory: String,
        addresses: HostAddresses = .asDeclared,
        logger: Logger,
        onStart: @escaping @Sendable (ObjectKey) -> Void,
        onStop: @escaping @Sendable (ObjectKey) -> Void,
        onReplication: @escaping @Sendable (ObjectKey, _ appID: String) -> Void = { _, _ in }
    ) {
        self.onReplication = onReplication
        self.onStart = onStart
        self.dataDirectory = dataDirectory
        self.addresses = addresses
        self.logger = logger
        self.onStop = onStop
    }

    /// Whether a peer listens now.
    package nonisolated func isListening(_ key: ObjectKey) -> Bool { self.listening.withLock { $0.contains(key) } }

    /// How many peers listen now.
    nonisolated var listeningCount: Int { self.listening.withLock(\.count) }

    /// Makes sure that a peer runs as configured, and waits until it listens.
    package func ensure(
        _ key: ObjectKey,
        _ embedded: Resources.EmbeddedBigPeer,
        _ credentials: Credentials
    ) async -> Result<Running, Obstacle> {
        guard !self.isStopping else { return .failure(Obstacle(.stopped, "this process is stopping")) }
        let shape = self.shape(of: embedded, credentials.replication)
        let token = credentials.token
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

    /// How the replication of an app is at a peer, and what the app is called there; `nil` when it is not there.
    func replication(of appID: String, at key: ObjectKey) async -> (app: String, status: ReplicationStatus)? {
        guard let peer = self.tenants[key]?.peer, let app = peer.apps.first(where: { $0.appID == appID }),
            let status = await peer.replicationStatus(of: appID)
        else { return nil }
        return (app.name, status)
    }

    /// The names of the apps at a peer; none when it does not run.
    func apps(at key: ObjectKey) -> Set<String> { Set((self.tenants[key]?.peer.apps ?? []).map(\.name)) }

    private func start(_ key: ObjectKey, _ shape: Shape, token: String?) throws(EmbeddedPeerError) -> Tenant {
        var replication = EmbeddedPeerConfiguration.Replication(listen: shape.replication)
        replication.passwords = shape.guards.passwords
        if let certificate = shape.guards.certificate, let key = shape.guards.key {
            try replication.secure(certificatePEM: certificate, keyPEM: key, authorityPEM: shape.guards.authority)
        }
        replication.tombstoneRetention = shape.tombstoneRetention
        let configuration = EmbeddedPeerConfiguration(
            identity: PeerModel.PeerIdentity(namespace: key.namespace, name: key.name),
            storage: shape.isEphemeral
                ? .ephemeral : .directory("\(self.dataDirectory)/\(key.namespace)/\(key.name)"),
            listen: shape.api,
            data: shape.data,
            replication: replication,
            token: try token.map { text throws(EmbeddedPeerError) in try AccessToken(text) }
        )
        let peer = try EmbeddedPeer.EmbeddedBigPeer(
            configuration: configuration,
            logger: self.logger,
            onReplication: { [onReplication] app in onReplication(key, app) }
        )
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
            let endpoints = try await peer.waitUntilListening()
            if self.listening.withLock({ $0.insert(key).inserted }) { self.onStart(key) }
            return .success(Running(endpoints: self.told(endpoints), peerKey: peer.peerKey))
        } catch let error as EmbeddedPeerError {
            return .failure(Self.obstacle(error))
        } catch {
            return .failure(Obstacle(.stopped, "the embedded peer stopped before it listened"))
        }
    }

    /// Where a peer listens: a loopback address gives way to one that other machines reach, if there is one and the
    /// peer asks for credentials there.
    private func shape(of embedded: Resources.EmbeddedBigPeer, _ guards: ReplicationGuards) -> Shape {
        func address(_ declared: Resources.ListenAddress, isOpened: Bool = true) -> EmbeddedPeer.ListenAddress {
            let host = declared.isLoopback && isOpened ? self.addresses.listen ?? declared.host : declared.host
            return EmbeddedPeer.ListenAddress(host: host, port: Int(declared.port))
        }
        return Shape(
            api: address(embedded.listen.api),
            replication: embedded.listen.replication.map { address($0, isOpened: guards.isComplete) },
            data: embedded.listen.data.map { address($0) },
            isEphemeral: embedded.storage.isEphemeral,
            tombstoneRetention: embedded.storage.tombstoneRetention,
            guards: guards
        )
    }

    /// How others find the listeners: what only this machine reaches has no other address.
    private func told(_ endpoints: PeerEndpoints) -> BigPeerStatus.Endpoints {
        func told(_ address: EmbeddedPeer.ListenAddress) -> EmbeddedPeer.ListenAddress {
            guard let host = self.addresses.advertise, !address.isLoopback else { return address }
            return EmbeddedPeer.ListenAddress(host: host, port: address.port)
        }
        return BigPeerStatus.Endpoints(
            api: "http://\(told(endpoints.api))",
            replication: endpoints.replication.map { told($0).description },
            data: endpoints.data.map { "http://\(told($0))" }
        )
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
        case .invalidName, .invalidAddress, .unusableToken, .replicationUnguarded, .unusableCertificate:
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
        do throws(Obstacle) {
            var credentials = Credentials()
            func bytes(_ reference: SecretKeyRef) throws(Obstacle) -> [UInt8] {
                try Self.secret(reference, beside: peer, secrets)
            }
            func text(_ reference: SecretKeyRef) throws(Obstacle) -> String {
                let text = String(decoding: try bytes(reference), as: UTF8.self)
                return String(text.reversed().drop { $0.isWhitespace }.reversed())
            }
            if let token = embedded.tokenSecret { credentials.token = try text(token) }
            if let name = embedded.replication.certificateSecretName {
                credentials.replication.certificate = try bytes(SecretKeyRef(name: name, key: "tls.crt"))
                credentials.replication.key = try bytes(SecretKeyRef(name: name, key: "tls.key"))
            }
            if let authority = embedded.replication.authority {
                credentials.replication.authority = try bytes(authority)
            }
            for (app, reference) in embedded.replication.passwords {
                credentials.replication.passwords[app] = try text(reference)
            }
            return await self.ensure(peer.key, embedded, credentials)
        } catch {
            return .failure(error)
        }
    }

    private static func secret(
        _ reference: SecretKeyRef,
        beside peer: BigPeer,
        _ secrets: any SecretSource
    ) throws(Obstacle) -> [UInt8] {
        let key = ObjectKey(namespace: peer.metadata.namespace, name: reference.name)
        guard let secret = secrets.get(key) else {
            if let problem = secrets.problem(key) { throw Obstacle(.secretUnreadable, "Secret \"\(key)\": \(problem)") }
            throw Obstacle(.secretNotFound, "there is no Secret \"\(key)\", which BigPeer \"\(peer.key)\" names")
        }
        guard let value = secret.bytes(reference.key) else {
            throw Obstacle(.secretInvalid, "Secret \"\(key)\" has no value under \"\(reference.key)\"")
        }
        return value
    }
}
