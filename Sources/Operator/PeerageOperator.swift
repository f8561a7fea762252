import Clocks
import ControllerRuntime
import HTTP
import KubernetesModel
import Logging
import PeerModel
import Planning
import ResourceStore
import Resources
import ServiceLifecycle

/// Keeps Big Peers in agreement with the resources of a store: caches, controllers, and what runs between them.
///
/// *Expected flow:* create one for a store, run it once. *Guarantees:* nothing is reconciled before everything has
/// been read once; stopping ends running reconciles in order within 30 s.
package final class PeerageOperator: Service {
    let caches: ResourceCaches
    private let host: EmbeddedPeerHost
    private let gates: HostGates
    private let events: EventRecorder
    private let caller: PeerCaller
    private let triggers: Triggers
    private let metrics: OperatorMetrics
    let bigPeers: Controller<ObjectKey>
    let apps: Controller<ObjectKey>
    let replications: Controller<ObjectKey>
    let topologies: Controller<ObjectKey>

    /// Creates an operator.
    ///
    /// - Parameters:
    ///   - store: Where the resources live.
    ///   - exchange: What carries requests to Big Peers.
    ///   - hostName: Which embedded peers run here: those whose `spec.embedded.host` is this.
    ///   - peerDirectory: Where embedded peers keep their data.
    ///   - metrics: Where everything is counted.
    ///   - time: The clock.
    ///   - logger: For everything below.
    package init(
        store: any ResourceStore,
        exchange: any HTTPExchange,
        hostName: String = EmbeddedBigPeer.defaultHost,
        peerDirectory: String,
        metrics: OperatorMetrics = OperatorMetrics(),
        time: any Time,
        logger: Logger
    ) {
        let store = MeteredStore(store, in: metrics.registry)
        let hosts = metrics.hosts
        let exchange = MeteredExchange(exchange: exchange, time: time) { request, status, took in
            hosts.answered(request.url, request.method, status: status, took: took)
        }
        let caches = ResourceCaches(store: store, time: time, logger: logger)
        let gates = HostGates(time: time)
        let events = EventRecorder(
            store: store,
            component: PeerageAPI.fieldManager,
            instance: hostName,
            time: time,
            logger: logger
        )
        let triggers = Triggers(caches: caches)
        let host = EmbeddedPeerHost(
            name: hostName,
            dataDirectory: peerDirectory,
            logger: logger,
            onStart: { triggers.bigPeerStarted($0) },
            onStop: { triggers.bigPeerStopped($0) }
        )
        let caller = PeerCaller(
            exchange: exchange,
            gates: gates,
            bigPeer: caches.bigPeers.get,
            secret: caches.secrets.get,
            tokenFiles: TokenFiles(time: time),
            isListening: { peer, embedded in embedded.host != hostName || host.isListening(peer) },
            metrics: hosts,
            time: time
        )
        let surroundings: @Sendable () -> Surroundings = {
            Surroundings(
                now: time.now(),
                bigPeer: caches.bigPeers.get,
                accessObstacle: caller.obstacle,
                replications: caches.replications(named:),
                apps: caches.apps(named:),
                replicationsOfApp: { bigPeer, app in caches.replications(of: app, on: bigPeer) }
            )
        }
        let call: @Sendable (PeerRequest, ObjectKey) async -> PeerResponse = { request, key in
            await caller.call(request, of: key)
        }
        let bigPeerReconciler = BigPeerReconciler(
            store: store,
            cache: caches.bigPeers,
            host: host,
            dependents: { caches.replications(on: $0) + caches.apps(on: $0) },
            secret: caches.secrets.get,
            accessObstacle: caller.obstacle,
            call: call,
            events: events,
            time: time,
            logger: logger
        )
        let (appChecks, replicationChecks) = (CheckLedger(time: time), CheckLedger(time: time))
        let appReconciler = RemoteReconciler(
            store: store,
            cache: caches.apps,
            surroundings: surroundings,
            call: call,
            events: events,
            checks: appChecks,
            metrics: metrics.apps,
            logger: logger
        )
        let replicationReconciler = RemoteReconciler(
            store: store,
            cache: caches.replications,
            surroundings: surroundings,
            call: call,
            events: events,
            checks: replicationChecks,
            metrics: metrics.replications,
            logger: logger
        )
        let topologyReconciler = TopologyReconciler(
            store: store,
            cache: caches.topologies,
            replications: caches.replications,
            surroundings: { topology in
                TopologySurroundings(
                    now: time.now(),
                    bigPeer: caches.bigPeers.get,
                    apps: { name, bigPeer in caches.apps(named: name).filter { $0.bigPeerKey == bigPeer } },
                    owned: caches.replications(of: topology),
                    isTaken: { caches.replications.get($0) != nil }
                )
            },
            events: events,
            time: time,
            logger: logger
        )
        self.bigPeers = Controller(
            Self.configuration("bigpeer"),
            time: time,
            logger: logger,
            partition: \.description,
            metrics: metrics.registry,
            report: { metrics.bigPeers.reconciled($0.key, took: $0.took) },
            reconcile: bigPeerReconciler.reconcile
        )
        self.apps = Controller(
            Self.configuration("bigpeerapp"),
            time: time,
            logger: logger,
            partition: { caches.apps.get($0)?.bigPeerKey.description ?? "" },
            metrics: metrics.registry,
            report: { metrics.apps.reconciled($0.key, took: $0.took) },
            reconcile: appReconciler.reconcile
        )
        self.replications = Controller(
            Self.configuration("bigpeerreplication"),
            time: time,
            logger: logger,
            partition: { caches.replications.get($0)?.bigPeerKey.description ?? "" },
            metrics: metrics.registry,
            report: { metrics.replications.reconciled($0.key, took: $0.took) },
            reconcile: replicationReconciler.reconcile
        )
        self.topologies = Controller(
            Self.configuration("replicationtopology"),
            time: time,
            logger: logger,
            metrics: metrics.registry,
            reconcile: topologyReconciler.reconcile
        )
        self.caches = caches
        self.gates = gates
        self.events = events
        self.host = host
        self.caller = caller
        self.triggers = triggers
        self.metrics = metrics
        metrics.watch(gates, caches, apps: appChecks, replications: replicationChecks)
    }

    private static func configuration(_ name: String) -> ControllerConfiguration {
        var configuration = ControllerConfiguration(name: name)
        configuration.concurrency = 128
        configuration.concurrencyPerPartition = RateLimit.embedded.concurrency
        return configuration
    }

    /// Works until it is asked to stop.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await self.caches.run() }
                group.addTask { await self.events.run() }
                await self.work()
                // Caches and events have no end of their own.
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    /// Tells how resources come along, a line for each change that a person would want to know.
    package func narrate(_ write: @escaping @Sendable (String) -> Void) {
        Narrator(write).follow(self.caches)
    }

    /// Tells the people who look at an object.
    func record(_ note: EventNote) { self.events.record(note) }

    private func work() async {
        guard (try? await self.caches.untilSynced()) != nil else { return }
        self.metrics.follow(self.caches, self.gates)
        self.triggers.connect(
            bigPeers: self.bigPeers,
            apps: self.apps,
            replications: self.replications,
            topologies: self.topologies,
            self.gates
        )
        await withTaskGroup { group in
            group.addTask { await self.bigPeers.run() }
            group.addTask { await self.apps.run() }
            group.addTask { await self.replications.run() }
            group.addTask { await self.topologies.run() }
        }
        await self.host.stopAll()
    }

    private func stop() {
        self.bigPeers.stop()
        self.apps.stop()
        self.replications.stop()
        self.topologies.stop()
    }
}
