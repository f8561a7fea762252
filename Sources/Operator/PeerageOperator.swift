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
import Synchronization

/// Keeps Big Peers in agreement with the resources of a store: caches, controllers, and what runs between them.
///
/// *Expected flow:* create one for a store, run it once. *Guarantees:* nothing is reconciled before everything has
/// been read once; stopping ends running reconciles in order within 30 s.
package final class PeerageOperator: Service {
    let caches: ResourceCaches
    private let host: EmbeddedPeerHost?
    private let leases: Informer<KnownLease>?
    private let roster: HostRoster?
    private let watch: ReplicationWatch?
    private let gates: HostGates
    private let events: EventRecorder
    private let triggers: Triggers
    private let metrics: OperatorMetrics
    private let election: LeaderElection?
    /// Starts the peers that run here, and tells where they listen.
    private let startPeers: @Sendable () async -> Void
    /// Whether changes are being turned into work.
    private let isWorking = Atomic(false)
    let bigPeers: Controller<ObjectKey>
    let apps: Controller<ObjectKey>
    let replications: Controller<ObjectKey>
    let topologies: Controller<ObjectKey>

    /// Creates an operator.
    ///
    /// - Parameters:
    ///   - store: Where the resources live.
    ///   - exchange: What carries requests to Big Peers.
    ///   - peers: Where embedded peers run.
    ///   - tokenFiles: Which files BigPeers may name for their tokens.
    ///   - namespaces: Where resources are looked for; empty is everywhere.
    ///   - election: Decides which of several processes works; without one this process does.
    ///   - metrics: Where everything is counted.
    ///   - time: The clock.
    ///   - logger: For everything below.
    package init(
        store: any ResourceStore,
        exchange: any HTTPExchange,
        peers: PeerHostingPlace,
        tokenFiles: TokenFileAccess,
        namespaces: [String] = [],
        election: LeaderElection? = nil,
        metrics: OperatorMetrics = OperatorMetrics(),
        time: any Time,
        logger: Logger
    ) {
        // Whoever waits for leadership reads, so that it can go on at once; it writes nothing.
        let leadership = election?.leadership
        let fenced: any ResourceStore = leadership.map { FencedStore(store, leadership: $0) } ?? store
        let store = MeteredStore(fenced, in: metrics.registry)
        let hosts = metrics.hosts
        let exchange = MeteredExchange(exchange: exchange, time: time) { request, status, took in
            hosts.answered(request.url, request.method, status: status, took: took)
        }
        let caches = ResourceCaches(
            store: store,
            namespaces: namespaces,
            readsSecretsByName: peers.isElsewhere,
            time: time,
            logger: logger
        )
        let gates = HostGates(time: time)
        let events = EventRecorder(
            store: store,
            component: PeerageAPI.fieldManager,
            instance: peers.instance,
            time: time,
            logger: logger
        )
        let triggers = Triggers(caches: caches, hostsAreElsewhere: peers.isElsewhere)
        let host: EmbeddedPeerHost?
        let leases: Informer<KnownLease>?
        let roster: HostRoster?
        let watch: ReplicationWatch?
        let hosting: BigPeerReconciler.Hosting
        let isListening: @Sendable (ObjectKey, Resources.EmbeddedBigPeer) -> Bool
        let sight: @Sendable (BigPeerReplication) -> ReplicationSight
        switch peers {
        case .here(let name, let directory):
            let news = ReplicationNews()
            let local = EmbeddedPeerHost(
                dataDirectory: directory,
                logger: logger,
                onStart: { triggers.bigPeerStarted($0) },
                onStop: { triggers.bigPeerStopped($0) },
                onReplication: { news.add($0, appID: $1) }
            )
            (host, leases, roster, hosting) = (local, nil, nil, .here(local, name: name))
            let measured = ReplicationWatch(news, host: local, names: PeerNames(caches.bigPeers), time: time)
            watch = measured
            sight = { replication in
                measured.measurement(of: replication.app, at: replication.bigPeerKey)
                    .map(ReplicationSight.measured) ?? .unmeasured
            }
            isListening = { peer, embedded in embedded.host != name || local.isListening(peer) }
        case .elsewhere(let namespace):
            let known = Informer<KnownLease>(leasesIn: namespace, store: store, time: time, logger: logger)
            let hosts = HostRoster(known, time: time)
            (host, leases, roster, hosting) = (nil, known, hosts, .elsewhere(hosts.standing(of:)))
            watch = nil
            isListening = { _, _ in true }
            sight = { replication in
                guard let embedded = caches.bigPeers.get(replication.bigPeerKey)?.spec.embedded else {
                    return .unmeasured
                }
                // What a host said that is gone holds no more.
                return hosts.standing(of: embedded.host) == .missing ? .unmeasured : .toldByHost
            }
        }
        let caller = PeerCaller(
            exchange: exchange,
            gates: gates,
            bigPeer: caches.bigPeers.get,
            secret: caches.secrets.get,
            secretProblem: caches.secrets.problem,
            tokenFiles: TokenFiles(tokenFiles, time: time),
            isListening: isListening,
            mayAct: { leadership?.isHeld ?? true },
            metrics: hosts,
            time: time
        )
        let surroundings: @Sendable () -> Surroundings = {
            Surroundings(
                now: time.now(),
                bigPeer: caches.bigPeers.get,
                bigPeerKeys: { caches.bigPeers.keys },
                accessObstacle: caller.obstacle,
                replications: caches.replications(named:),
                apps: caches.apps(named:),
                replicationsOfApp: { bigPeer, app in caches.replications(needing: app, on: bigPeer) },
                sight: sight
            )
        }
        let call: @Sendable (PeerRequest, ObjectKey) async -> PeerResponse = { request, key in
            await caller.call(request, of: key)
        }
        let bigPeerReconciler = BigPeerReconciler(
            store: store,
            cache: caches.bigPeers,
            hosting: hosting,
            dependents: caches.dependents,
            secrets: caches.secrets,
            accessObstacle: caller.obstacle,
            call: call,
            writer: BigPeerWriter(store: store, cache: caches.bigPeers, events: events, logger: logger),
            time: time
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
            time: time,
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
            time: time,
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
                    isTaken: { caches.replications.look(at: $0) { _ in true } ?? false }
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
            partition: { caches.apps.look(at: $0, \.bigPeerKey.description) ?? "" },
            metrics: metrics.registry,
            report: { metrics.apps.reconciled($0.key, took: $0.took) },
            reconcile: { key in
                await caches.requireSecrets(of: caches.apps.look(at: key, \.bigPeerKey))
                return await appReconciler.reconcile(key)
            }
        )
        self.replications = Controller(
            Self.configuration("bigpeerreplication"),
            time: time,
            logger: logger,
            partition: { caches.replications.look(at: $0, \.bigPeerKey.description) ?? "" },
            metrics: metrics.registry,
            report: { metrics.replications.reconciled($0.key, took: $0.took) },
            reconcile: { key in
                await caches.requireSecrets(of: caches.replications.look(at: key, \.bigPeerKey))
                return await replicationReconciler.reconcile(key)
            }
        )
        self.topologies = Controller(
            Self.configuration("replicationtopology"),
            time: time,
            logger: logger,
            metrics: metrics.registry,
            report: { metrics.topologies.reconciled($0.key, took: $0.took) },
            reconcile: topologyReconciler.reconcile
        )
        self.startPeers = {
            await withTaskGroup { group in
                for peer in caches.bigPeers.all where hosting.isHere(peer) {
                    group.addTask { _ = await bigPeerReconciler.reconcile(peer.key) }
                }
            }
        }
        self.election = election
        self.caches = caches
        self.gates = gates
        self.events = events
        self.host = host
        self.leases = leases
        self.roster = roster
        self.watch = watch
        self.triggers = triggers
        self.metrics = metrics
        metrics.watch(gates, caches, apps: appChecks, replications: replicationChecks)
        if let measured = watch { metrics.watch(measured) }
        if let leases, let election {
            let scope = ControllerScope(namespaces)
            let rivals = RivalControllers(own: election.lease, scope: scope, time: time, logger: logger)
            rivals.expose(in: metrics.registry)
            leases.subscribe(rivals.heard)
        }
    }

    private static func configuration(_ name: String) -> ControllerConfiguration {
        var configuration = ControllerConfiguration(name: name)
        configuration.concurrency = 128
        configuration.concurrencyPerPartition = RateLimit.embedded.concurrency
        return configuration
    }

    /// Works until it is asked to stop.
    ///
    /// - Throws: `LeadershipLoss` when another process works now, or may do so.
    package func run() async throws {
        let result = await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await self.caches.run() }
                group.addTask { await self.events.run() }
                if let watch = self.watch {
                    group.addTask { await watch.run(self.triggers.replicationMeasured) }
                }
                if let leases = self.leases { group.addTask { await leases.run() } }
                if let roster = self.roster {
                    group.addTask { await roster.run { self.triggers.hostsChanged() } }
                }
                let result = await self.untilDone()
                // Caches and events have no end of their own.
                group.cancelAll()
                return result
            }
        } onGracefulShutdown: {
            self.stop()
        }
        try result.get()
    }

    /// Whether nothing is being done, nor about to be.
    var isIdle: Bool {
        self.isWorking.load(ordering: .acquiring)
            && [self.bigPeers, self.apps, self.replications, self.topologies].allSatisfy { controller in
                let snapshot = controller.snapshot
                return snapshot.ready == 0 && snapshot.running == 0
            }
    }

    /// Tells how resources come along, a line for each change that a person would want to know.
    package func narrate(_ write: @escaping @Sendable (String) -> Void) {
        Narrator(write).follow(self.caches)
    }

    /// Tells the people who look at an object.
    func record(_ note: EventNote) { self.events.record(note) }

    /// Whether everything is known that decisions are made from.
    package func readiness(now: Duration) -> Readiness {
        let statuses = [
            ("bigpeers", self.caches.bigPeers.status), ("bigpeerapps", self.caches.apps.status),
            ("bigpeerreplications", self.caches.replications.status),
            ("replicationtopologies", self.caches.topologies.status),
        ]
        return Readiness(statuses, now: now)
    }

    private func untilDone() async -> Result<Void, any Error> {
        let hasSynced: Void? = try? await cancelWhenGracefulShutdown { try await self.caches.untilSynced() }
        guard hasSynced != nil else { return .success(()) }
        guard let election = self.election else {
            await self.work()
            return .success(())
        }
        do {
            try await election.run { await self.work() }
            return .success(())
        } catch is CancellationError {
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func work() async {
        self.metrics.follow(self.caches, self.gates)
        // What is on them would else be found unreachable, at the addresses of an earlier process.
        await self.startPeers()
        self.triggers.connect(
            bigPeers: self.bigPeers,
            apps: self.apps,
            replications: self.replications,
            topologies: self.topologies,
            self.gates
        )
        self.isWorking.store(true, ordering: .releasing)
        await withTaskGroup { group in
            group.addTask { await self.bigPeers.run() }
            group.addTask { await self.apps.run() }
            group.addTask { await self.replications.run() }
            group.addTask { await self.topologies.run() }
        }
        await self.host?.stopAll()
        // While this process may still write: events are told by the leader alone.
        await self.events.finish()
    }

    private func stop() {
        self.bigPeers.stop()
        self.apps.stop()
        self.replications.stop()
        self.topologies.stop()
        self.election?.stop()
    }
}
