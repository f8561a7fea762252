import Logging
import Metering
import ServiceLifecycle
import UnixSignals

/// A process of a cluster: its work, and the probes that watch over it.
package struct ClusterProcess: Sendable {
    /// Where the probes are answered.
    package struct HealthAddress: Sendable, Hashable {
        /// The address to listen on.
        package let host: String
        /// The port; 0 takes any free one.
        package let port: Int

        /// Creates an address.
        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// How long the work may take to come to rest.
    ///
    /// Below 30 s, after which kubelet kills unless told otherwise; our
    /// manifests say 45 s, so that what is slow beside the work does not turn an orderly end into a kill.
    private static let grace = Duration.seconds(28)

    private let work: any Service
    private let health: HealthServer?
    private let logger: Logger

    /// Puts work and probes together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - work: What the process is for.
    ///   - readiness: Whether it can do its work.
    ///   - health: Where the probes are answered; `nil` answers none.
    ///   - metrics: What `/metrics` tells there, if anything.
    ///   - logger: For everything below.
    package init(
        _ work: any Service,
        readiness: @escaping @Sendable () -> Readiness,
        health: HealthAddress?,
        metrics: MetricsPage? = nil,
        logger: Logger
    ) {
        self.work = work
        self.logger = logger
        let alive: @Sendable () -> HealthServer.Page = { HealthServer.Page(text: "ok\n") }
        var pages: [String: @Sendable () -> HealthServer.Page] = [
            "/livez": alive, "/healthz": alive, "/readyz": { readiness().page },
        ]
        if let metrics {
            pages["/metrics"] = {
                HealthServer.Page(
                    text: String(decoding: metrics.body, as: UTF8.self),
                    mediaType: MetricsPage.contentType
                )
            }
        }
        self.health = health.map { [pages] address in
            HealthServer(host: address.host, port: address.port, pages: pages, logger: logger)
        }
    }

    /// Works until `SIGTERM` or `SIGINT`, and then in order to an end.
    ///
    /// - Throws: What the work could not go on without.
    package func run() async throws {
        // A group stops its last service first: probes are answered until the work has ended.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let health = self.health { services.append(.init(service: health)) }
        services.append(
            .init(
                service: self.work,
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .cancelGroup
            )
        )
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = Self.grace
        try await ServiceGroup(configuration: configuration).run()
    }
}
