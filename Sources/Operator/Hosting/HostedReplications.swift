import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import Metering
import Planning
import ResourceStore
import Resources

/// What the embedded peers of one host of a cluster measure, on its way into the status of replications.
///
/// *Expected flow:* create one, `run()` it beside the host's peers, and `look(at:)` a peer whose running has changed.
/// *Guarantees:* as little is written as `ReplicationWatch` tells, and only where the status says something else.
final class HostedReplications: Sendable {
    let cache: Informer<BigPeerReplication>
    let controller: Controller<ObjectKey>

    private let byBigPeer: InformerIndex<BigPeerReplication>
    let watch: ReplicationWatch

    /// Creates the way; nothing goes it yet.
    ///
    /// - Parameters:
    ///   - peers: The peers that run here.
    ///   - news: What they tell.
    ///   - names: The values of `spec.embedded.host` that mean this host.
    ///   - bigPeers: The BigPeers of all hosts.
    ///   - namespaces: Where replications are looked for; empty is everywhere.
    ///   - store: Where they live.
    ///   - metrics: Where the work is counted.
    ///   - time: The clock.
    ///   - logger: For everything below.
    init(
        of peers: EmbeddedPeerHost,
        _ news: ReplicationNews,
        names: Set<String>,
        bigPeers: Informer<BigPeer>,
        namespaces: [String],
        store: any ResourceStore,
        metrics: MetricsRegistry,
        time: any Time,
        logger: Logger
    ) {
        let byBigPeer = InformerIndex<BigPeerReplication>("bigPeer") { [$0.bigPeerKey.description] }
        let cache = Informer(
            store: store,
            kind: .bigPeerReplication,
            namespaces: namespaces,
            time: time,
            logger: logger,
            indexes: [byBigPeer],
            decode: { BigPeerReplication(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        let watch = ReplicationWatch(news, host: peers, names: PeerNames(bigPeers), time: time)
        let reconciler = HostedReplicationReconciler(
            store: store,
            cache: cache,
            bigPeer: bigPeers.get,
            names: names,
            measurement: watch.measurement(of:at:),
            time: time,
            logger: logger
        )
        self.cache = cache
        self.controller = Controller(
            ControllerConfiguration(name: "hostedreplication"),
            time: time,
            logger: logger,
            partition: { cache.look(at: $0, \.bigPeerKey.description) ?? "" },
            metrics: metrics,
            reconcile: reconciler.reconcile
        )
        self.byBigPeer = byBigPeer
        self.watch = watch
    }

    /// Works until the task is cancelled or the controller is stopped.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.cache.run() }
            group.addTask {
                await self.watch.run { bigPeer, app, changes in
                    self.controller.enqueue(
                        self.on(bigPeer).filter { key in
                            self.cache.look(at: key) { $0.app == app && changes.concern($0) } ?? false
                        }
                    )
                }
            }
            group.addTask {
                guard (try? await self.cache.untilSynced()) != nil else { return }
                // Also what others write into the status: it may be our part of it.
                self.cache.subscribe { changes in self.controller.enqueue(changes.map(\.key)) }
                await self.controller.run()
            }
        }
    }

    /// Looks at the replications of a peer that runs, or does not any more.
    func look(at bigPeer: ObjectKey) { self.controller.enqueue(self.on(bigPeer)) }

    private func on(_ bigPeer: ObjectKey) -> [ObjectKey] {
        self.cache.keys(index: self.byBigPeer, value: bigPeer.description)
    }
}
