import Lifecycle
import Logging
import PeerModel
import ServiceLifecycle
import Synchronization
import TableReplication

/// A Big Peer inside this process: it serves the REST API of a Big Peer operator for itself, holds documents, and
/// replicates them.
///
/// *Expected flow:* create it (which opens its storage), `run()` it as a service, `waitUntilListening()` for its
/// addresses.
///
/// *Guarantees:* what it has acknowledged survives `kill -9`. Replication names are unique at the peer. A port that
/// the system chose is kept for the next start.
package final class EmbeddedBigPeer: Service {
    /// What the peer was told at its start; a later token is not in it.
    package let configuration: EmbeddedPeerConfiguration

    let storage: PeerStorage
    let shelf: DocumentShelf
    private let replication: ReplicationService
    private let counters = LiveCounters()
    private let token: TokenBox
    private let listening = Latch<Result<PeerEndpoints, any Error>>()
    private let hasRun = Atomic(false)
    private let logger: Logger

    /// Opens the peer's storage; nothing listens yet.
    ///
    /// - Parameters:
    ///   - configuration: What the peer is told.
    ///   - logger: Where it logs.
    ///   - onReplication: Told of an app whose replication has something new: its id.
    /// - Throws: What keeps the peer from starting, and what to do about it.
    package init(
        configuration: EmbeddedPeerConfiguration,
        logger: Logger,
        onReplication: @escaping @Sendable (_ app: String) -> Void = { _ in }
    ) throws(EmbeddedPeerError) {
        try configuration.validate()
        var logger = logger
        logger[metadataKey: "bigPeer"] = "\(configuration.identity)"
        self.logger = logger
        self.configuration = configuration
        self.token = TokenBox(configuration.token)
        self.storage = try PeerStorage(configuration.storage, counters: self.counters, logger: logger)
        self.shelf = DocumentShelf(configuration.storage, of: self.storage, logger: logger)
        self.replication = ReplicationService(
            configuration.replication,
            storage: self.storage,
            shelf: self.shelf,
            logger: logger,
            onStatus: onReplication
        )
    }

    /// Where the peer can be reached; `nil` until it can.
    package var endpoints: PeerEndpoints? { try? self.listening.value?.get() }

    /// The peer's own mark: 128 random bits in hexadecimal, kept as long as its storage.
    package var peerKey: String { self.storage.peerKey }

    /// What the peer has done so far.
    package var snapshot: PeerCounters { self.counters.snapshot }

    /// The apps that the peer holds, in the order of their names.
    package var apps: [PeerApp] { self.storage.apps }

    /// How the replication of an app is now.
    ///
    /// - Parameter app: The app's id.
    /// - Returns: The status; `nil` when the peer does not run.
    package func replicationStatus(of app: String) async -> ReplicationStatus? {
        await self.replication.status(of: app)
    }

    /// Waits until everything listens.
    ///
    /// - Returns: Where it listens.
    /// - Throws: Why it does not, or `CancellationError`.
    package func waitUntilListening() async throws -> PeerEndpoints {
        try await self.listening.wait().get()
    }

    /// Exchanges the token that clients must show; the next request is measured by the new one.
    ///
    /// - Parameter token: The new token; `nil` asks for none, which only a loopback listener may do.
    /// - Throws: `EmbeddedPeerError.tokenRequired` when other machines can reach the peer; the old token stays.
    package func updateToken(_ token: AccessToken?) throws(EmbeddedPeerError) {
        if token == nil, let address = self.configuration.guarded.first(where: { !$0.isLoopback }) {
            throw .tokenRequired(address)
        }
        self.token.current = token
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, then closes the storage.
    ///
    /// - Throws: `EmbeddedPeerError` when the peer cannot listen.
    package func run() async throws {
        guard !self.hasRun.exchange(true, ordering: .relaxed) else { throw EmbeddedPeerError.alreadyRun }
        defer { self.storage.close() }
        do {
            try await self.serve()
            await self.shelf.closeAll()
            self.listening.finish(.failure(CancellationError()))
        } catch {
            await self.shelf.closeAll()
            self.listening.finish(.failure(error))
            throw error
        }
    }
}

extension EmbeddedBigPeer {
    /// How the parts of a peer end.
    private enum Turn {
        /// All of them listen.
        case listening
        /// One of them is over, and the others with it.
        case over
    }

    private func serve() async throws {
        let api = self.listener(
            "the REST API",
            self.configuration.listen,
            .api,
            PeerRoutes(
                identity: self.configuration.identity,
                limits: self.configuration.limits,
                storage: self.storage,
                token: self.token,
                counters: self.counters
            )
        )
        let data = self.configuration.data.map { address in
            self.listener(
                "the data API",
                address,
                .data,
                DataRoutes(
                    limits: self.configuration.limits,
                    storage: self.storage,
                    shelf: self.shelf,
                    token: self.token,
                    counters: self.counters
                )
            )
        }
        try await withThrowingTaskGroup(of: Turn.self) { group in
            group.addTask {
                try await self.replication.run()
                return .over
            }
            group.addTask {
                try await api.run()
                return .over
            }
            if let data {
                group.addTask {
                    try await data.run()
                    return .over
                }
            }
            group.addTask {
                let endpoints = PeerEndpoints(
                    api: try await api.listening.wait().get(),
                    replication: try await self.replication.listening.wait().get(),
                    data: try await data?.listening.wait().get()
                )
                self.listening.finish(.success(endpoints))
                return .listening
            }
            while let turn = try await group.next() {
                if case .over = turn { group.cancelAll() }
            }
        }
    }

    private func listener<Responder>(
        _ title: String,
        _ address: ListenAddress,
        _ port: KeptPort,
        _ responder: Responder
    ) -> PeerHTTPListener<Responder> {
        PeerHTTPListener(
            title: title,
            wanted: address,
            port: port,
            limits: self.configuration.limits,
            storage: self.storage,
            logger: self.logger,
            responder: responder,
            listening: Latch()
        )
    }
}
