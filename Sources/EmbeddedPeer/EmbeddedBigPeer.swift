import Hummingbird
import Logging
import NIOCore
import PeerModel
import ServiceLifecycle
import Synchronization

/// A Big Peer inside this process: it serves the REST API of a Big Peer operator for itself.
///
/// *Expected flow:* create it (which opens its storage), `run()` it as a service, `waitUntilListening()` for its
/// address.
///
/// *Guarantees:* what it has acknowledged survives `kill -9`. Replication names are unique at the peer. A port that
/// the system chose is kept for the next start.
///
/// *Limits:* it holds the configuration of apps and replications and serves it; no documents flow through it.
package final class EmbeddedBigPeer: Service {
    /// What the peer was told at its start; a later token is not in it.
    package let configuration: EmbeddedPeerConfiguration

    private let storage: PeerStorage
    private let counters = LiveCounters()
    private let token: TokenBox
    private let listening = Announcement<ListenAddress>()
    private let hasRun = Atomic(false)
    private let logger: Logger

    /// Opens the peer's storage; nothing listens yet.
    ///
    /// - Parameters:
    ///   - configuration: What the peer is told.
    ///   - logger: Where it logs.
    /// - Throws: What keeps the peer from starting, and what to do about it.
    package init(configuration: EmbeddedPeerConfiguration, logger: Logger) throws(EmbeddedPeerError) {
        try configuration.validate()
        var logger = logger
        logger[metadataKey: "bigPeer"] = "\(configuration.identity)"
        self.logger = logger
        self.configuration = configuration
        self.token = TokenBox(configuration.token)
        self.storage = try PeerStorage(configuration.storage, counters: self.counters, logger: logger)
    }

    /// Where the REST API listens; `nil` until it does.
    package var apiAddress: ListenAddress? { self.listening.value }

    /// The peer's own mark: 128 random bits in hexadecimal, kept as long as its storage.
    package var peerKey: String { self.storage.peerKey }

    /// What the peer has done so far.
    package var snapshot: PeerCounters { self.counters.snapshot }

    /// The apps that the peer holds, in the order of their names.
    package var apps: [PeerApp] { self.storage.apps }

    /// Waits until the REST API listens.
    ///
    /// - Returns: Where it listens.
    /// - Throws: Why it does not, or `CancellationError`.
    package func waitUntilListening() async throws -> ListenAddress {
        try await self.listening.wait()
    }

    /// Exchanges the token that clients must show; the next request is measured by the new one.
    ///
    /// - Parameter token: The new token; `nil` asks for none, which only a loopback listener may do.
    /// - Throws: `EmbeddedPeerError.tokenRequired` when other machines can reach the peer; the old token stays.
    package func updateToken(_ token: AccessToken?) throws(EmbeddedPeerError) {
        guard token != nil || self.configuration.listen.isLoopback else {
            throw .tokenRequired(self.configuration.listen)
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
            self.listening.make(.failure(CancellationError()))
        } catch {
            self.listening.make(.failure(error))
            throw error
        }
    }
}

extension EmbeddedBigPeer {
    private func serve() async throws {
        let wanted = self.configuration.listen
        if !wanted.isLoopback {
            self.logger.warning(
                "the REST API listens beyond this machine without TLS",
                metadata: ["address": "\(wanted)"]
            )
        }
        if wanted.port == 0, let kept = try self.storage.keptPort() {
            do {
                return try await self.serve(on: wanted.withPort(kept))
            } catch EmbeddedPeerError.cannotListen(let address, let reason) {
                self.logger.warning(
                    "the port of the last start is taken, choosing another",
                    metadata: ["address": "\(address)", "reason": "\(reason)"]
                )
            }
        }
        try await self.serve(on: wanted)
    }

    private func serve(on address: ListenAddress) async throws {
        let limits = self.configuration.limits
        let application = Application(
            responder: PeerRoutes(
                identity: self.configuration.identity,
                limits: limits,
                storage: self.storage,
                token: self.token,
                counters: self.counters
            ),
            server: .http1(
                configuration: .init(
                    idleTimeout: TimeAmount(limits.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytes,
                        maxHeaderListSize: limits.headerBytes,
                        maxHeaderFieldCount: limits.headerFields
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: "peerage",
                availableConnectionsDelegate: .maximum(limits.connections, logger: self.logger)
            ),
            onServerRunning: { channel in
                self.started(at: address.withPort(channel.localAddress?.port ?? address.port))
            },
            logger: self.logger
        )
        do {
            try await Self.runUntilCancelled(application, logger: self.logger)
        } catch let error as IOError where self.apiAddress == nil {
            throw EmbeddedPeerError.cannotListen(address, reason: error.description)
        }
    }

    /// Runs a service in such a way that cancellation ends it gracefully.
    ///
    /// A cancelled NIO server drops connections that it has accepted and not yet served, and NIO traps on those
    /// ("Deinited NIOAsyncWriter without calling finish()"): one stopping peer would end the whole process.
    private static func runUntilCancelled(_ service: some Service, logger: Logger) async throws {
        let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
        // The new task is out of the cancellation's reach; it still sees the graceful shutdown of an outer group.
        let running = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }

    private func started(at address: ListenAddress) {
        if self.configuration.listen.port == 0 {
            do throws(EmbeddedPeerError) {
                try self.storage.keepPort(address.port)
            } catch {
                self.logger.error("the port was not recorded for the next start", metadata: ["error": "\(error)"])
            }
        }
        self.logger.info("the REST API listens", metadata: ["address": "\(address)"])
        self.listening.make(.success(address))
    }
}
