import Hummingbird
import Lifecycle
import Logging
import NIOCore

/// One of a peer's HTTP servers: the REST API or the data API.
///
/// *Guarantees:* a port that the system chose is kept for the next start; should it be taken then, another is chosen.
struct PeerHTTPListener<Responder: HTTPResponder>: Sendable
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    /// What listens, for people: "the REST API".
    let title: String
    let wanted: ListenAddress
    let port: KeptPort
    let limits: EmbeddedPeerLimits
    let storage: PeerStorage
    let logger: Logger
    let responder: Responder
    /// Told where it listens, or why it does not.
    let listening: Latch<Result<ListenAddress, any Error>>

    /// Serves until the task is cancelled or a graceful shutdown begins.
    func run() async throws {
        do {
            try await self.serve()
            self.listening.finish(.failure(CancellationError()))
        } catch {
            self.listening.finish(.failure(error))
            throw error
        }
    }

    private func serve() async throws {
        if !self.wanted.isLoopback {
            self.logger.warning(
                "an HTTP server listens beyond this machine without TLS",
                metadata: ["server": "\(self.title)", "address": "\(self.wanted)"]
            )
        }
        if self.wanted.port == 0, let kept = try self.storage.kept(self.port) {
            do {
                return try await self.serve(on: self.wanted.withPort(kept))
            } catch EmbeddedPeerError.cannotListen(let address, let reason) {
                self.logger.warning(
                    "the port of the last start is taken, choosing another",
                    metadata: ["address": "\(address)", "reason": "\(reason)"]
                )
            }
        }
        try await self.serve(on: self.wanted)
    }

    private func serve(on address: ListenAddress) async throws {
        let application = Application(
            responder: self.responder,
            server: .http1OnLoops(self.limits),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: "peerage",
                availableConnectionsDelegate: .maximum(self.limits.connections, logger: self.logger)
            ),
            onServerRunning: { channel in
                self.started(at: address.withPort(channel.localAddress?.port ?? address.port))
            },
            logger: self.logger
        )
        do {
            try await application.runUntilCancelled(logger: self.logger)
        } catch let error as IOError where self.listening.value == nil {
            throw EmbeddedPeerError.cannotListen(address, reason: error.description)
        }
    }

    private func started(at address: ListenAddress) {
        if self.wanted.port == 0 { self.storage.keep(self.port, address.port) }
        self.logger.info("a server listens", metadata: ["server": "\(self.title)", "address": "\(address)"])
        self.listening.finish(.success(address))
    }
}
