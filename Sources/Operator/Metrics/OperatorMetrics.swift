import Clocks
import ControllerRuntime
import Metering
import PeerModel
import Resources

/// All metrics of a process that runs controllers.
///
/// *Expected flow:* create one, hand it to the parts of the process, and serve its `page`.
package final class OperatorMetrics: Sendable {
    /// Where everything is registered.
    package let registry = MetricsRegistry()

    let time: any Time
    let hosts: HostMetrics
    let manifests: ManifestMetrics
    let bigPeers: ResourceMetrics
    let apps: ResourceMetrics
    let replications: ResourceMetrics
    let topologies: ResourceMetrics

    /// Registers what does not depend on which parts run.
    ///
    /// - Parameters:
    ///   - version: The program's version.
    ///   - time: The clock.
    package init(version: String = "", time: any Time = SystemTime()) {
        let registry = self.registry
        self.time = time
        self.hosts = HostMetrics(in: registry)
        self.manifests = ManifestMetrics(in: registry, time: time)
        self.bigPeers = ResourceMetrics(.bigPeer, in: registry, time: time)
        self.apps = ResourceMetrics(.bigPeerApp, in: registry, time: time)
        self.replications = ResourceMetrics(.bigPeerReplication, in: registry, time: time)
        self.topologies = ResourceMetrics(.replicationTopology, in: registry, time: time)
        ProcessMetrics.register(in: registry)
        registry.computed(Self.build) { [MetricPoint([version], 1)] }
    }

    /// `/metrics`, for any server.
    package var page: MetricsPage { MetricsPage(self.registry) }

    private static let build = MetricDefinition(
        "peerage_build_info",
        .gauge,
        labels: [MetricLabel("version", .limited(1))],
        help: "Always 1; the label tells which version runs."
    )

    /// Every metric that any part of Peerage exposes, ordered by name.
    package static let definitions: [MetricDefinition] = [
        [build], ProcessMetrics.definitions, ControllerMetrics.definitions, LeaderMetrics.definitions,
        ResourceMetrics.definitions, HostMetrics.definitions, ManifestMetrics.definitions, StoreMetrics.definitions,
        APIClientMetrics.definitions, PeerMetrics.definitions, RivalControllers.definitions,
    ].flatMap { $0 }.sorted { $0.name < $1.name }
}
