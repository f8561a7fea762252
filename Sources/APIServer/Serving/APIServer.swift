import Clocks
import Hummingbird
import HummingbirdTLS
import KubernetesModel
import Lifecycle
import Logging
import NIOCore
import NIOSSL
import ResourceStore
import ServiceLifecycle

/// The Kubernetes API over a store, for `peerage`, kubectl and everything else that speaks to Kubernetes.
///
/// *Expected flow:* `run()` makes or reads the server's identity, listens, writes the kubeconfig, and returns after a
/// graceful shutdown or throws. *Guarantees:* nothing but health and version is told without the token; bodies,
/// connections and the memory of a watch are bounded, and who does not show the token soon keeps no connection;
/// watches end as soon as a shutdown begins, and whatever still hangs is cut off after
/// ``Configuration/shutdownGrace``. *Errors:* `run()` and `waitUntilListening()` throw when the address is taken or a
/// file cannot be written.
package final class APIServer: Service {
    private let configuration: Configuration
    private let store: any ResourceStore
    private let clock: any WallClock
    private let time: any Time
    private let logger: Logger
    private let endpoint = Latch<Result<Endpoint, any Error>>()

    /// Creates a server; nothing happens before `run()`.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen and what to serve.
    ///   - store: Where the objects are.
    ///   - clock: Tells the age of objects and certificates.
    ///   - time: Tells when a connection has had its time to show the token.
    ///   - logger: Where to log.
    package init(
        configuration: Configuration,
        store: any ResourceStore,
        clock: any WallClock = SystemWallClock(),
        time: any Time = SystemTime(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.clock = clock
        self.time = time
        self.logger = logger
    }

    /// Serves until the task is cancelled or shut down gracefully.
    package func run() async throws {
        do {
            try await self.serve()
            self.endpoint.finish(.failure(CancellationError()))
        } catch {
            self.endpoint.finish(.failure(error))
            throw error
        }
    }

    /// Waits until the server accepts connections and the kubeconfig is written.
    ///
    /// - Returns: Where it listens.
    /// - Throws: The error that `run()` throws when it cannot get there.
    package func waitUntilListening() async throws -> Endpoint {
        try await self.endpoint.wait().get()
    }

    private func serve() async throws {
        let identity = try ServerIdentity(
            folder: "\(self.configuration.dataFolder)/api",
            hosts: self.configuration.certifiedHosts,
            now: self.clock.now()
        )
        let kubeconfigFailure = Latch<any Error>()
        let connections = ConnectionRegistry(time: self.time)
        let certificate = try ServingCertificate(
            identity,
            folder: "\(self.configuration.dataFolder)/api",
            hosts: self.configuration.certifiedHosts,
            clock: self.clock,
            logger: self.logger
        ) { identity in
            do {
                if let port = try? self.endpoint.value?.get().port { try self.announce(port: port, identity) }
            } catch {
                kubeconfigFailure.finish(error)
            }
        }
        let application = try self.application(
            identity,
            certificate.tls,
            connections,
            kubeconfigFailure: kubeconfigFailure
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runUntilCancelled(logger: self.logger) }
            group.addTask {
                // Requests get a moment to end; what hangs in a client that does not read is cut off.
                try await gracefulShutdown()
                try await Task.sleep(for: self.configuration.shutdownGrace)
            }
            group.addTask { throw try await kubeconfigFailure.wait() }
            defer {
                group.cancelAll()
                connections.cutOff()
            }
            try await group.next()
        }
    }

    private func application(
        _ identity: ServerIdentity,
        _ tls: TLSConfiguration,
        _ connections: ConnectionRegistry,
        kubeconfigFailure: Latch<any Error>
    ) throws -> Application<HTTPFront> {
        let front = HTTPFront(
            handler: RequestHandler(
                routes: Routes(ServedKind.core + self.configuration.kinds),
                store: self.store,
                version: self.configuration.version,
                clock: self.clock,
                checks: self.configuration.checks,
                reports: self.configuration.reports
            ),
            token: identity.token,
            connections: connections,
            metrics: self.configuration.metrics,
            clock: self.clock,
            bookmarkInterval: self.configuration.bookmarkInterval,
            logger: self.logger
        )
        // Hummingbird tells of its own life in words; ours is told below.
        var quiet = self.logger
        quiet.logLevel = max(.warning, quiet.logLevel)
        return Application(
            responder: front,
            server: try .tls(
                .http1(
                    configuration: .init(
                        additionalChannelHandlers: [
                            connections.makeHandler(patience: .seconds(self.configuration.idleSeconds))
                        ],
                        idleTimeout: .seconds(self.configuration.idleSeconds)
                    )
                ),
                tlsConfiguration: tls
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(self.configuration.host, port: self.configuration.port),
                availableConnectionsDelegate: .maximum(self.configuration.maximumConnections, logger: quiet)
            ),
            onServerRunning: { channel in
                do {
                    try self.announce(port: channel.localAddress?.port ?? self.configuration.port, identity)
                } catch {
                    kubeconfigFailure.finish(error)
                }
            },
            logger: quiet
        )
    }

    private func announce(port: Int, _ identity: ServerIdentity) throws {
        let endpoint = Endpoint(
            url: self.configuration.url(port: port),
            port: port,
            kubeconfigPath: self.configuration.kubeconfigPath
        )
        let kubeconfig = Kubeconfig(server: endpoint.url, authority: identity.authority, token: identity.token)
        try kubeconfig.write(to: endpoint.kubeconfigPath)
        self.logger.info(
            "Kubernetes API is listening",
            metadata: ["url": "\(endpoint.url)", "kubeconfig": "\(endpoint.kubeconfigPath)"]
        )
        self.endpoint.finish(.success(endpoint))
    }
}
