import APIServer
import CPlatform
import Clocks
import ControllerRuntime
import HTTP
import KubernetesModel
import Logging
import Resources
import SQLiteStore
import ServiceLifecycle
import UnixSignals

/// Everything of `peerage run` in one process: store, API, controllers, embedded peers, and the folder of manifests.
package struct Standalone: Sendable {
    /// What a user may choose.
    package struct Configuration: Sendable {
        /// The folder of manifests; `nil` watches none.
        package var manifests: String?
        /// Where databases, certificates and the kubeconfig are.
        package var data: String
        /// Where the API listens.
        package var host: String
        /// The API's port; 0 takes any free one.
        package var port: Int
        /// Where the kubeconfig goes; `nil` puts it into the data folder.
        package var kubeconfig: String?
        /// How many objects one pass over the manifests may delete.
        package var maximumDeletes: Int?
        /// What the API says its version is.
        package var version: ServerVersion
        /// Where metrics are served in plain HTTP beside the API; `nil` for nowhere.
        package var metricsAddress: (host: String, port: Int)?

        /// Creates a configuration.
        package init(
            manifests: String?,
            data: String,
            host: String = "127.0.0.1",
            port: Int = 7_410,
            kubeconfig: String? = nil,
            maximumDeletes: Int? = nil,
            version: ServerVersion
        ) {
            self.manifests = manifests
            self.data = data
            self.host = host
            self.port = port
            self.kubeconfig = kubeconfig
            self.maximumDeletes = maximumDeletes
            self.version = version
        }
    }

    private let configuration: Configuration
    private let store: SQLiteStore
    private let exchange: HTTPClient
    private let time: any Time
    private let logger: Logger
    private let metrics: OperatorMetrics
    private let controllers: PeerageOperator
    private let manifests: ManifestSource?
    private let collector: GarbageCollector

    /// Opens the store and puts the parts together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - configuration: What the user chose.
    ///   - time: The clock.
    ///   - logger: For everything below.
    /// - Throws: `StoreError` when the data folder cannot be used.
    package init(_ configuration: Configuration, time: any Time = SystemTime(), logger: Logger) throws {
        self.configuration = configuration
        self.store = try SQLiteStore(folder: configuration.data) { time.now().rfc3339 }
        self.exchange = HTTPClient()
        self.time = time
        self.logger = logger
        self.metrics = OperatorMetrics(version: configuration.version.peerage, time: time)
        self.controllers = PeerageOperator(
            store: self.store,
            exchange: self.exchange,
            peerDirectory: "\(configuration.data)/peers",
            metrics: self.metrics,
            time: time,
            logger: logger
        )
        self.collector = GarbageCollector(
            store: self.store,
            kinds: PeerageAPI.definitions.map(\.kind) + [.secret, .configMap, .lease, .namespace],
            time: time,
            logger: logger
        )
        self.manifests = configuration.manifests.map { [store, controllers, metrics] folder in
            ManifestSource(
                folder: folder,
                store: store,
                maximumDeletes: configuration.maximumDeletes,
                metrics: metrics,
                logger: logger,
                tell: { controllers.record($0) }
            )
        }
    }

    /// What a person on the other side of the screen is told.
    package struct Audience: Sendable {
        /// Told where the API listens, once it does.
        package var ready: @Sendable (APIServer.Endpoint) -> Void
        /// Told one line whenever a resource becomes ready, or says why not.
        package var line: @Sendable (String) -> Void
        /// Told once, when everything is settled, what is not as its spec says.
        package var settled: @Sendable ([String]) -> Void

        /// Creates an audience.
        package init(
            ready: @escaping @Sendable (APIServer.Endpoint) -> Void,
            line: @escaping @Sendable (String) -> Void,
            settled: @escaping @Sendable ([String]) -> Void
        ) {
            self.ready = ready
            self.line = line
            self.settled = settled
        }
    }

    /// How long the first run may take to settle before it is told how far it is.
    private static let patience = Duration.seconds(60)

    /// Works until `SIGTERM` or `SIGINT`.
    ///
    /// - Parameter audience: Who is told how it goes.
    /// - Throws: What a part could not go on without, such as a port that is taken.
    package func run(_ audience: Audience) async throws {
        var configuration = APIServer.Configuration(
            host: self.configuration.host,
            port: self.configuration.port,
            dataFolder: self.configuration.data,
            kubeconfigPath: self.configuration.kubeconfig,
            kinds: PeerageAPI.definitions.map { ServedKind($0) },
            version: self.configuration.version
        )
        configuration.bookmarkInterval = .seconds(30)
        configuration.metrics = self.metrics.page
        if let manifests = self.manifests {
            configuration.reports[FolderStanding.reportName] = { manifests.standing.json }
        }
        let server = APIServer(configuration: configuration, store: self.store, clock: self.time, logger: self.logger)
        // A group stops its last service first: no new wishes, then no new work, then no more questions.
        var services: [any Service] = [server, UntilShutdown(self.collector.run), self.controllers]
        let listener = self.metricsListener
        if let listener { services.insert(listener, at: 1) }
        if let manifests = self.manifests { services.append(manifests) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: self.logger
            )
        )
        try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                guard let endpoint = try? await server.waitUntilListening() else { return }
                audience.ready(endpoint)
                if let url = try? await listener?.waitUntilListening() { audience.line("metrics at \(url)") }
                self.controllers.narrate(audience.line)
                var problems: [String] = []
                if let manifests = self.manifests {
                    guard let found = try? await manifests.untilFirstPass() else { return }
                    problems = found
                }
                if let unsettled = try? await self.controllers.settle(within: Self.patience, time: self.time) {
                    // The first run needs much more than what follows.
                    platform_return_memory()
                    audience.settled(problems + unsettled)
                }
            }
            try await group.run()
            tasks.cancelAll()
        }
        await self.close()
    }

    /// Applies the manifests once, works until everything is settled, and stops.
    ///
    /// - Parameter timeout: How long to try.
    /// - Returns: What is not settled, a line each; none when everything is.
    /// - Throws: What a part could not go on without.
    package func runOnce(timeout: Duration) async throws -> [String] {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [self.controllers], logger: self.logger)
        )
        let problems = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let report = await self.manifests?.pass() ?? ManifestSource.Report()
            let unsettled = try await self.controllers.settle(within: timeout, time: self.time)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return report.problems + unsettled
        }
        await self.close()
        return problems
    }

    private var metricsListener: MetricsListener? {
        self.configuration.metricsAddress.map { address in
            MetricsListener(host: address.host, port: address.port, page: self.metrics.page, logger: self.logger)
        }
    }

    private func close() async {
        await self.store.close()
        self.exchange.shutdown()
    }
}
