import Clocks
import ControllerRuntime
import EmbeddedPeer
import KubernetesModel
import Logging
import ResourceStore
import Resources
import ServiceLifecycle

/// Runs the embedded peers of one host of a cluster: `peerage host`.
///
/// *Expected flow:* create one, run it once. *Guarantees:* no two processes with one name run peers at the same time
/// as far as the API server can tell; peers run on while the API server is down; stopping stops the peers, and then
/// says that the host is gone.
package final class HostOperator: Service {
    /// What a user may choose.
    package struct Configuration: Sendable {
        /// The values of `spec.embedded.host` that mean this host.
        package var names: [String]
        /// Where peers keep their data; one process at a time may use it.
        package var directory: String
        /// Where peers listen, and how others find them.
        package var addresses: HostAddresses
        /// Where the host's Leases are.
        package var leaseNamespace: String
        /// Where BigPeers are looked for; empty is everywhere.
        package var namespaces: [String]

        /// Creates a configuration.
        package init(
            names: [String],
            directory: String,
            addresses: HostAddresses,
            leaseNamespace: String,
            namespaces: [String] = []
        ) {
            self.names = names
            self.directory = directory
            self.addresses = addresses
            self.leaseNamespace = leaseNamespace
            self.namespaces = namespaces
        }
    }

    private let bigPeers: Informer<BigPeer>
    private let host: EmbeddedPeerHost
    private let events: EventRecorder
    private let presence: HostPresence
    private let controller: Controller<ObjectKey>
    private let replications: HostedReplications
    private let folder: HostFolder

    /// Takes the data folder and puts the parts together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - configuration: What the user chose.
    ///   - store: Where the resources live.
    ///   - metrics: Where everything is counted.
    ///   - time: The clock.
    ///   - logger: For everything below.
    /// - Throws: `EmbeddedPeerError` when the data folder cannot be used.
    package init(
        _ configuration: Configuration,
        store: any ResourceStore,
        metrics: OperatorMetrics = OperatorMetrics(),
        time: any Time,
        logger: Logger
    ) throws {
        let folder = try HostFolder(configuration.directory)
        // The signs of life of a Lease are no news.
        let (leases, store) = (store, MeteredStore(store, in: metrics.registry))
        let bigPeers = Informer(
            store: store,
            kind: .bigPeer,
            namespaces: configuration.namespaces,
            time: time,
            logger: logger,
            decode: { BigPeer(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        let secrets = SecretReader(store: store) { bigPeers.all.secretKeys }
        let events = EventRecorder(
            store: store,
            component: "\(PeerageAPI.fieldManager)-host",
            instance: configuration.names.first ?? "",
            time: time,
            logger: logger
        )
        let restarts = Restarts()
        let news = ReplicationNews()
        let host = EmbeddedPeerHost(
            dataDirectory: "\(configuration.directory)/peers",
            addresses: configuration.addresses,
            logger: logger,
            onStart: { _ in },
            onStop: { restarts.need($0) },
            onReplication: { news.add($0, appID: $1) }
        )
        let replications = HostedReplications(
            of: host,
            news,
            names: Set(configuration.names),
            bigPeers: bigPeers,
            namespaces: configuration.namespaces,
            store: store,
            metrics: metrics.registry,
            time: time,
            logger: logger
        )
        let reconciler = HostedPeerReconciler(
            cache: bigPeers,
            names: Set(configuration.names),
            host: host,
            secrets: secrets,
            writer: BigPeerWriter(store: store, cache: bigPeers, events: events, logger: logger),
            looked: replications.look(at:),
            time: time
        )
        let controller = Controller<ObjectKey>(
            ControllerConfiguration(name: "embeddedpeer"),
            time: time,
            logger: logger,
            partition: \.description,
            metrics: metrics.registry,
            reconcile: reconciler.reconcile
        )
        restarts.connect { controller.enqueue($0, after: .seconds(1)) }
        self.presence = HostPresence(
            hosts: configuration.names,
            identity: folder.identity,
            namespace: configuration.leaseNamespace,
            store: leases,
            time: time,
            logger: logger
        )
        self.bigPeers = bigPeers
        self.host = host
        self.events = events
        self.controller = controller
        self.replications = replications
        self.folder = folder
        metrics.watch(replications.watch)
        metrics.watch(.bigPeer) { bigPeers.status }
        metrics.watch(.bigPeerReplication) { replications.cache.status }
    }

    /// Works until it is asked to stop.
    ///
    /// - Throws: What the API server refuses for good; `HostPresence.Lost` when another process is this host now.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.presence.acquire() }
        } catch is CancellationError {
            // One of two names may have been taken already.
            await self.presence.release()
            return
        }
        let result = await withGracefulShutdownHandler {
            await self.serve()
        } onGracefulShutdown: {
            self.stop()
        }
        await self.host.stopAll()
        await self.presence.release()
        try result.get()
    }

    /// Whether everything is known that decisions are made from.
    package func readiness(now: Duration) -> Readiness {
        let statuses = [("bigpeers", self.bigPeers.status), ("bigpeerreplications", self.replications.cache.status)]
        return Readiness(statuses, now: now)
    }

    private func stop() {
        self.controller.stop()
        self.replications.controller.stop()
    }

    private func serve() async -> Result<Void, HostPresence.Lost> {
        await withTaskGroup(of: Result<Void, HostPresence.Lost>?.self) { group in
            group.addTask {
                await self.bigPeers.run()
                return nil
            }
            group.addTask {
                await self.events.run()
                return nil
            }
            group.addTask {
                await self.replications.run()
                return nil
            }
            group.addTask {
                do throws(HostPresence.Lost) { try await self.presence.keep() } catch { return .failure(error) }
                return nil
            }
            group.addTask {
                let hasSynced: Void? = try? await cancelWhenGracefulShutdown { try await self.bigPeers.untilSynced() }
                guard hasSynced != nil else { return .success(()) }
                // Whatever changes is looked at, also what others write into the status: it may be our part of it.
                self.bigPeers.subscribe { changes in self.controller.enqueue(changes.map(\.key)) }
                await self.controller.run()
                return .success(())
            }
            defer { group.cancelAll() }
            for await case let result? in group {
                self.stop()
                return result
            }
            return .success(())
        }
    }
}
