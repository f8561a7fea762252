import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources

/// Live copies of all resources that reconcilers read, with the lookups that they need.
struct ResourceCaches: Sendable {
    /// Apps and replications by the BigPeer that holds them.
    private static let byBigPeer = "bigPeer"
    /// Apps and replications by their name at the Big Peer.
    private static let byName = "name"
    /// Replications by the BigPeers that they dial by name.
    private static let byConnectTo = "connectTo"
    /// Replications by the names of the replications that they dial.
    private static let byTarget = "target"
    /// Replications by the uid of the topology that they belong to.
    private static let byTopology = "topology"

    let bigPeers: Informer<BigPeer>
    let apps: Informer<BigPeerApp>
    let replications: Informer<BigPeerReplication>
    let topologies: Informer<ReplicationTopology>
    let secrets: any SecretSource

    private let appsByBigPeer: InformerIndex<BigPeerApp>
    private let appsByName: InformerIndex<BigPeerApp>
    private let replicationsByBigPeer: InformerIndex<BigPeerReplication>
    private let replicationsByName: InformerIndex<BigPeerReplication>
    private let replicationsByConnectTo: InformerIndex<BigPeerReplication>
    private let replicationsByTarget: InformerIndex<BigPeerReplication>
    private let replicationsByTopology: InformerIndex<BigPeerReplication>
    private let topologiesByBigPeer: InformerIndex<ReplicationTopology>

    /// Creates empty caches.
    ///
    /// - Parameters:
    ///   - store: Where the resources live.
    ///   - namespaces: Where resources are looked for; empty is everywhere.
    ///   - readsSecretsByName: Whether Secrets are read one by one, which takes fewer rights than to watch them all.
    ///   - time: The clock.
    ///   - logger: Told when the store fails and when it is back.
    init(
        store: any ResourceStore,
        namespaces: [String],
        readsSecretsByName: Bool,
        time: any Time,
        logger: Logger
    ) {
        self.appsByBigPeer = InformerIndex(Self.byBigPeer) { [$0.bigPeerKey.description] }
        self.appsByName = InformerIndex(Self.byName) { [$0.remoteName] }
        self.replicationsByBigPeer = InformerIndex(Self.byBigPeer) { [$0.bigPeerKey.description] }
        self.replicationsByName = InformerIndex(Self.byName) { [$0.remoteName] }
        self.replicationsByConnectTo = InformerIndex(Self.byConnectTo) { replication in
            replication.spec.connectTo.map { $0.bigPeer.key(from: replication.metadata.namespace).description }
        }
        self.replicationsByTarget = InformerIndex(Self.byTarget) { $0.spec.connectTo.map(\.replication) }
        self.replicationsByTopology = InformerIndex(Self.byTopology) { replication in
            replication.metadata.owningTopology.map { [$0.uid] } ?? []
        }
        self.topologiesByBigPeer = InformerIndex(Self.byBigPeer) { topology in
            topology.spec.members.map { topology.bigPeerKey(of: $0).description }
        }
        self.bigPeers = Informer(
            store: store,
            kind: .bigPeer,
            namespaces: namespaces,
            time: time,
            logger: logger,
            decode: { BigPeer(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        self.apps = Informer(
            store: store,
            kind: .bigPeerApp,
            namespaces: namespaces,
            time: time,
            logger: logger,
            indexes: [self.appsByBigPeer, self.appsByName],
            decode: { BigPeerApp(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        self.replications = Informer(
            store: store,
            kind: .bigPeerReplication,
            namespaces: namespaces,
            time: time,
            logger: logger,
            indexes: [
                self.replicationsByBigPeer, self.replicationsByName, self.replicationsByConnectTo,
                self.replicationsByTarget, self.replicationsByTopology,
            ],
            decode: { BigPeerReplication(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        self.topologies = Informer(
            store: store,
            kind: .replicationTopology,
            namespaces: namespaces,
            time: time,
            logger: logger,
            indexes: [self.topologiesByBigPeer],
            decode: { ReplicationTopology(checking: $0.withoutWhatNobodyReads, since: $1) }
        )
        self.secrets =
            if readsSecretsByName {
                SecretReader(store: store) { [bigPeers] in bigPeers.all.secretKeys }
            } else {
                Informer(
                    store: store,
                    kind: .secret,
                    namespaces: namespaces,
                    time: time,
                    logger: logger,
                    decode: { object, _ in SecretData(object) }
                )
            }
    }

    /// Whether everything has been read once: until then the absence of anything means nothing.
    var hasSynced: Bool {
        self.bigPeers.hasSynced && self.apps.hasSynced && self.replications.hasSynced && self.topologies.hasSynced
            && self.secrets.hasSynced
    }

    /// Follows the store until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.bigPeers.run() }
            group.addTask { await self.apps.run() }
            group.addTask { await self.replications.run() }
            group.addTask { await self.topologies.run() }
            group.addTask { await self.secrets.run() }
        }
    }

    /// Waits until everything has been read once.
    func untilSynced() async throws(CancellationError) {
        try await self.secrets.untilSynced()
        try await self.bigPeers.untilSynced()
        try await self.apps.untilSynced()
        try await self.replications.untilSynced()
        try await self.topologies.untilSynced()
    }

    // MARK: - Lookups

    /// Makes sure that the Secrets of a Big Peer have been read.
    func requireSecrets(of bigPeer: ObjectKey?) async {
        guard let peer = bigPeer.flatMap(self.bigPeers.get) else { return }
        await self.secrets.require(peer.secretKeys)
    }

    func apps(on bigPeer: ObjectKey) -> [ObjectKey] {
        self.apps.keys(index: self.appsByBigPeer, value: bigPeer.description)
    }

    func replications(on bigPeer: ObjectKey) -> [ObjectKey] {
        self.replications.keys(index: self.replicationsByBigPeer, value: bigPeer.description)
    }

    func replications(dialling bigPeer: ObjectKey) -> [ObjectKey] {
        self.replications.keys(index: self.replicationsByConnectTo, value: bigPeer.description)
    }

    func replications(dialling replication: String) -> [ObjectKey] {
        self.replications.keys(index: self.replicationsByTarget, value: replication)
    }

    func replications(of app: String, on bigPeer: ObjectKey) -> [ObjectKey] {
        self.replications(on: bigPeer).filter { self.replications.look(at: $0) { $0.app == app } ?? false }
    }

    /// What on a Big Peer stands in the way of its deletion.
    func dependents(on bigPeer: ObjectKey) -> [ObjectKey] {
        self.apps(on: bigPeer).filter { self.apps.look(at: $0) { !$0.metadata.hasParted } ?? false }
            + self.replications(on: bigPeer).filter {
                self.replications.look(at: $0) { !$0.metadata.hasParted } ?? false
            }
    }

    /// The replications of an app that stand in the way of its deletion.
    func replications(needing app: String, on bigPeer: ObjectKey) -> [ObjectKey] {
        self.replications(of: app, on: bigPeer).filter {
            self.replications.look(at: $0) { !$0.metadata.hasParted } ?? false
        }
    }

    func topologies(with bigPeer: ObjectKey) -> [ObjectKey] {
        self.topologies.keys(index: self.topologiesByBigPeer, value: bigPeer.description)
    }

    func replications(of topology: ReplicationTopology) -> [BigPeerReplication] {
        self.replications.keys(index: self.replicationsByTopology, value: topology.metadata.uid)
            .compactMap(self.replications.get)
    }

    func apps(named name: String) -> [BigPeerApp] {
        self.apps.keys(index: self.appsByName, value: name).compactMap(self.apps.get)
    }

    func replications(named name: String) -> [BigPeerReplication] {
        self.replications.keys(index: self.replicationsByName, value: name).compactMap(self.replications.get)
    }
}

extension Object {
    /// The object as caches keep it: annotations such as the last applied manifest are as large as all the rest.
    ///
    /// A whole object is read from the store before it is replaced.
    var withoutWhatNobodyReads: Object {
        var object = self
        let requested = PeerageAPI.reconcileRequestedAtAnnotation
        object.metadata.annotations = self.metadata.reconcileRequestedAt.map { [requested: $0] } ?? [:]
        object.metadata.labels = [:]
        object.metadata.other = JSONObject()
        return object
    }
}
