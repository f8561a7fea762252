import Lifecycle
import Logging
import NIOCore
import NIOPosix
import PeerSockets
import ServiceLifecycle
import Synchronization
import TableReplication

/// A peer's replication: it opens the documents of the apps, listens for other peers, and keeps the driver told of
/// what is wanted.
///
/// *Guarantees:* what the REST API has acknowledged is what replication does a moment later: a client that logs in
/// before it may be told that there is no such app. A store is told to the driver
/// when it is open and taken from it before it closes.
final class ReplicationService: Sendable {
    private let configuration: EmbeddedPeerConfiguration.Replication
    private let storage: PeerStorage
    private let shelf: DocumentShelf
    private let loop: any EventLoop
    private let logger: Logger
    private let driver = Mutex<NIOLoopBound<ReplicationDriver>?>(nil)
    private let onStatus: @Sendable (_ app: String) -> Void
    private let retryInterval: Duration
    /// Whether documents could not be opened or removed when that was last tried.
    private let hasFailed = Atomic(false)

    /// Where it listens, once it does; `nil` inside when it is switched off.
    let listening = Latch<Result<ListenAddress?, any Error>>()

    init(
        _ configuration: EmbeddedPeerConfiguration.Replication,
        storage: PeerStorage,
        shelf: DocumentShelf,
        logger: Logger,
        retryInterval: Duration = .seconds(10),
        onStatus: @escaping @Sendable (_ app: String) -> Void
    ) {
        self.configuration = configuration
        self.storage = storage
        self.shelf = shelf
        self.loop = MultiThreadedEventLoopGroup.singleton.next()
        self.logger = logger
        self.retryInterval = retryInterval
        self.onStatus = onStatus
    }

    /// How the replication of an app is; `nil` when nothing runs.
    func status(of app: String) async -> ReplicationStatus? {
        guard let driver = self.driver.withLock({ $0 }) else { return nil }
        if let name = self.storage.state.appNames[app], self.configuration.isShut(name) {
            var status = ReplicationStatus()
            status.lacksCredential = true
            return status
        }
        return try? await self.loop.submit { driver.value.status(of: app) }.get()
    }

    /// Replicates until the task is cancelled or a graceful shutdown begins.
    func run() async throws {
        do {
            try await self.replicate()
            self.listening.finish(.failure(CancellationError()))
        } catch {
            self.listening.finish(.failure(error))
            throw error
        }
    }

    private func replicate() async throws {
        let driver = try await self.makeDriver()
        self.driver.withLock { $0 = driver }
        let server = try await self.listen(driver)
        self.listening.finish(.success(server?.address))
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.follow(driver) }
                group.addTask { await self.sweep(driver) }
                group.addTask { await self.retry() }
            }
        }
        self.driver.withLock { $0 = nil }
        try? await server?.socket.stop().get()
        await self.tell(driver) { $0.stop() }
    }

    private func makeDriver() async throws -> NIOLoopBound<ReplicationDriver> {
        let (loop, logger, onStatus, tls) = (self.loop, self.logger, self.onStatus, self.configuration.clientTLS)
        return try await loop.submit {
            NIOLoopBound(
                ReplicationDriver(
                    loop: loop,
                    limits: SocketLimits(),
                    tls: tls,
                    logger: logger,
                    onStatus: { onStatus($0) }
                ),
                eventLoop: loop
            )
        }.get()
    }

    // MARK: - The listener

    private func listen(
        _ driver: NIOLoopBound<ReplicationDriver>
    ) async throws -> (socket: SocketServer, address: ListenAddress)? {
        guard let wanted = self.configuration.listen else { return nil }
        if wanted.port == 0, let kept = try self.storage.kept(.replication) {
            do {
                return try await self.listen(on: wanted.withPort(kept), driver)
            } catch EmbeddedPeerError.cannotListen(let address, let reason) {
                self.logger.warning(
                    "the port of the last start is taken, choosing another",
                    metadata: ["address": "\(address)", "reason": "\(reason)"]
                )
            }
        }
        let server = try await self.listen(on: wanted, driver)
        if wanted.port == 0 { self.storage.keep(.replication, server.address.port) }
        return server
    }

    private func listen(
        on address: ListenAddress,
        _ driver: NIOLoopBound<ReplicationDriver>
    ) async throws -> (socket: SocketServer, address: ListenAddress) {
        do {
            let server = try await self.loop.flatSubmit { [loop, configuration] in
                SocketServer.listen(
                    host: address.host,
                    port: address.port,
                    tls: configuration.serverTLS,
                    limits: SocketLimits(),
                    on: loop,
                    owner: driver.value
                )
            }.get()
            let found = address.withPort(server.port)
            self.logger.info("replication listens", metadata: ["address": "\(found)"])
            return (server, found)
        } catch let error as IOError {
            throw EmbeddedPeerError.cannotListen(address, reason: error.description)
        }
    }

    // MARK: - What is wanted

    /// Keeps stores and driver in step with what the peer holds.
    private func follow(_ driver: NIOLoopBound<ReplicationDriver>) async {
        var told: Set<String> = []
        var shut: Set<String> = []
        for await _ in self.storage.changes() {
            let began = ContinuousClock.now
            let state = self.storage.state
            let deleted = self.storage.deletedApps
            for app in told.intersection(deleted) {
                await self.tell(driver) { $0.closeStore(of: app) }
                told.remove(app)
            }
            let configuration = state.replicating(peerKey: self.storage.peerKey, self.configuration)
            await self.tell(driver) { $0.configure(configuration) }
            self.hasFailed.store(false, ordering: .relaxed)
            // The driver knows nothing of these.
            let nowShut = Set(state.appNames.filter { self.configuration.isShut($0.value) }.keys)
            for app in nowShut.subtracting(shut).sorted() { self.onStatus(app) }
            shut = nowShut
            for app in deleted { await self.remove(app) }
            for app in state.appNames.keys.filter({ !told.contains($0) }).sorted() {
                guard let documents = await self.open(app, driver) else { continue }
                await self.tell(driver) { $0.open(documents, of: app) }
                told.insert(app)
            }
            // Each look costs with all that the peer holds: many changes take a twentieth of a processor, and no more.
            try? await Task.sleep(for: min(.seconds(2), (ContinuousClock.now - began) * 19))
        }
    }

    /// Lets `follow` look again while something could not be opened or removed: a full disk does not tell when there
    /// is room.
    private func retry() async {
        while (try? await Task.sleep(for: self.retryInterval)) != nil {
            if self.hasFailed.load(ordering: .relaxed) { self.storage.remind() }
        }
    }

    /// Does something with the driver, on its loop.
    private func tell(
        _ driver: NIOLoopBound<ReplicationDriver>,
        _ body: @escaping @Sendable (ReplicationDriver) -> Void
    ) async {
        // A loop of the process's own group never ends, so that this cannot fail.
        try? await self.loop.submit { body(driver.value) }.get()
    }

    private func remove(_ app: String) async {
        do throws(EmbeddedPeerError) {
            try await self.shelf.remove(app)
            try self.storage.forgetDeletedApp(app)
        } catch {
            self.hasFailed.store(true, ordering: .relaxed)
            self.logger.error(
                "the documents of a deleted app are still there",
                metadata: ["app": "\(app)", "error": "\(error)"]
            )
        }
    }

    private func open(
        _ app: String,
        _ driver: NIOLoopBound<ReplicationDriver>
    ) async -> (any AppDocuments)? {
        do throws(ShelfError) {
            let store = try await self.shelf.documents(of: app)
            store.whenDurable { [loop] usn in loop.execute { driver.value.durable(usn, of: app) } }
            return store
        } catch {
            // Of an app that has gone meanwhile there will be other news.
            guard case .unusable(let error) = error else { return nil }
            self.hasFailed.store(true, ordering: .relaxed)
            self.logger.error(
                "the documents of an app cannot be opened",
                metadata: ["app": "\(app)", "error": "\(error)"]
            )
            return nil
        }
    }

    // MARK: - Tombstones

    /// How often tombstones are looked through that nobody needs any more.
    private var sweepInterval: Duration {
        min(.seconds(3_600), max(.seconds(1), self.configuration.tombstoneRetention / 10))
    }

    private func sweep(_ driver: NIOLoopBound<ReplicationDriver>) async {
        while (try? await Task.sleep(for: self.sweepInterval)) != nil {
            for (app, store) in self.shelf.open { await self.sweep(app, store, driver) }
        }
    }

    /// Forgets tombstones that everybody who is connected has seen, and much older ones in any case.
    private func sweep(_ app: String, _ store: any AppDocuments, _ driver: NIOLoopBound<ReplicationDriver>) async {
        let retention = self.configuration.tombstoneRetention
        let seen = try? await self.loop.submit { driver.value.purgeLimit(of: app) }.get()
        for (age, limit) in [(retention, seen ?? 0), (retention * 2, .max)] {
            // Told before they go: a session that begins meanwhile must not count on them.
            await store.purgeTombstones(olderThan: age, upTo: limit) { usn in
                await self.tell(driver) { $0.purged(usn, of: app) }
            }
        }
    }
}
