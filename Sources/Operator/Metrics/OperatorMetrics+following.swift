import Clocks
import ControllerRuntime
import KubernetesModel
import Metering
import Planning
import Resources

extension OperatorMetrics {
    /// Exposes what gates, caches and check ledgers know anyway.
    func watch(_ gates: HostGates, _ caches: ResourceCaches, apps: CheckLedger, replications: CheckLedger) {
        self.hosts.watch(gates, in: self.registry)
        self.apps.watch(apps, kind: .bigPeerApp, in: self.registry)
        self.replications.watch(replications, kind: .bigPeerReplication, in: self.registry)
        self.watch(.bigPeer) { caches.bigPeers.status }
        self.watch(.bigPeerApp) { caches.apps.status }
        self.watch(.bigPeerReplication) { caches.replications.status }
        self.watch(.replicationTopology) { caches.topologies.status }
        if let secrets = caches.secrets as? Informer<SecretData> { self.watch(.secret) { secrets.status } }
    }

    /// Exposes how well the store is read.
    func watch(_ kind: ResourceKind, _ status: @escaping @Sendable () -> InformerStatus) {
        self.registry.computed(StoreMetrics.silence) { [time] in
            status().lastHeard.map { [MetricPoint([kind.kind], (time.monotonicNow - $0).metricSeconds)] } ?? []
        }
        self.registry.computed(StoreMetrics.lists) { [MetricPoint([kind.kind], Double(status().lists))] }
        self.registry.computed(StoreMetrics.failures) { [MetricPoint([kind.kind], Double(status().failures))] }
    }

    /// Counts resources from now on, those that are there as the first; comes before anything is reconciled.
    func follow(_ caches: ResourceCaches, _ gates: HostGates) {
        // Weakly: what is exposed holds the caches.
        caches.bigPeers.subscribe { [weak self] changes in
            self?.bigPeers.changed(changes) { peer in
                ResourceMetrics.Life(
                    metadata: peer.metadata,
                    observedGeneration: peer.status.observedGeneration,
                    conditions: peer.status.conditions,
                    isThere: peer.status.conditions[.ready]?.status == .true
                )
            }
            for change in changes { self?.forgetHost(after: change, caches, gates) }
        }
        caches.apps.subscribe { [weak self] in self?.apps.changed($0, Self.life) }
        caches.replications.subscribe { [weak self] in self?.replications.changed($0, Self.life) }
        caches.topologies.subscribe { [weak self] changes in
            self?.topologies.changed(changes) { topology in
                ResourceMetrics.Life(
                    metadata: topology.metadata,
                    observedGeneration: topology.status.observedGeneration,
                    conditions: topology.status.conditions,
                    isThere: topology.status.conditions[.synced]?.status == .true
                )
            }
        }
    }

    private static func life(of resource: some RemoteResource) -> ResourceMetrics.Life {
        ResourceMetrics.Life(
            metadata: resource.metadata,
            observedGeneration: resource.status.observedGeneration,
            conditions: resource.conditions,
            isThere: resource.conditions[.synced]?.status == .true
        )
    }

    /// Forgets a host that no BigPeer names any more.
    private func forgetHost(after change: InformerChange<BigPeer>, _ caches: ResourceCaches, _ gates: HostGates) {
        guard let url = change.old?.url, url != change.new?.url else { return }
        let others = caches.bigPeers.all.compactMap(\.url)
        if !others.contains(url) { gates.remove(url) }
        let label = HostMetrics.label(of: url)
        if !others.contains(where: { HostMetrics.label(of: $0) == label }) { self.hosts.forget(url) }
    }
}

extension BigPeer {
    /// Where it is, if that is known.
    fileprivate var url: String? { (try? self.location.get())?.url }
}
