import ControllerRuntime
import KubernetesModel
import Planning
import Resources
import Synchronization

/// Which resources a change makes worth another look.
///
/// Our own writes of status and finalizers come back as changes too; they are told apart by what they leave alone, so
/// that a quiet system stays quiet.
final class Triggers: Sendable {
    private struct Controllers {
        let bigPeers: Controller<ObjectKey>
        let apps: Controller<ObjectKey>
        let replications: Controller<ObjectKey>
        let topologies: Controller<ObjectKey>
    }

    private let caches: ResourceCaches
    private let hostsAreElsewhere: Bool
    private let controllers = Mutex<Controllers?>(nil)

    /// Creates triggers that turn nothing into work yet.
    ///
    /// - Parameters:
    ///   - caches: What changes.
    ///   - hostsAreElsewhere: Whether other processes run the embedded peers.
    init(caches: ResourceCaches, hostsAreElsewhere: Bool) {
        self.caches = caches
        self.hostsAreElsewhere = hostsAreElsewhere
    }

    /// Begins to turn changes into work, with everything that is there as the first change.
    func connect(
        bigPeers: Controller<ObjectKey>,
        apps: Controller<ObjectKey>,
        replications: Controller<ObjectKey>,
        topologies: Controller<ObjectKey>,
        _ gates: HostGates
    ) {
        self.controllers.withLock {
            $0 = Controllers(bigPeers: bigPeers, apps: apps, replications: replications, topologies: topologies)
        }
        self.caches.secrets.subscribeToKeys { self.secretChanged($0) }
        self.caches.bigPeers.subscribe { changes in
            for change in changes { self.bigPeerChanged(change, gates) }
        }
        self.caches.apps.subscribe { changes in
            for change in changes { self.appChanged(change) }
        }
        self.caches.replications.subscribe { changes in
            self.replicationsChanged(changes)
        }
        self.caches.topologies.subscribe { changes in
            for change in changes { self.topologyChanged(change) }
        }
    }

    /// An embedded peer has begun to listen: what is on it can go on.
    func bigPeerStarted(_ key: ObjectKey) {
        self.withControllers { self.enqueueResidents(of: key, $0) }
    }

    /// An embedded peer has stopped by itself: it is started again after a moment.
    func bigPeerStopped(_ key: ObjectKey) {
        self.withControllers { $0.bigPeers.enqueue(key, after: .seconds(1)) }
    }

    /// An embedded peer has measured something new about the replication of an app.
    func replicationMeasured(_ bigPeer: ObjectKey, _ app: String, _ changes: ReplicationMeasurement.Changes) {
        self.withControllers { controllers in
            controllers.replications.enqueue(
                self.caches.replications(on: bigPeer).filter { key in
                    self.caches.replications.look(at: key) { $0.app == app && changes.concern($0) } ?? false
                }
            )
        }
    }

    /// Hosts of embedded peers have come or gone.
    func hostsChanged() {
        self.withControllers { controllers in
            let keys = self.caches.bigPeers.all.filter { $0.spec.embedded != nil }.map(\.key)
            controllers.bigPeers.enqueue(keys)
            // What a host that is gone has measured is not so any more.
            for key in keys { controllers.replications.enqueue(self.caches.replications(on: key), lane: .drift) }
        }
    }

    private func withControllers(_ body: (Controllers) -> Void) {
        if let controllers = self.controllers.withLock({ $0 }) { body(controllers) }
    }

    // MARK: - What depends on what

    private func secretChanged(_ key: ObjectKey) {
        self.withControllers { controllers in
            for peer in self.caches.bigPeers.all where peer.secretKeys.contains(key) {
                controllers.bigPeers.enqueue(peer.key)
                self.enqueueResidents(of: peer.key, controllers)
            }
        }
    }

    private func bigPeerChanged(_ change: InformerChange<BigPeer>, _ gates: HostGates) {
        self.withControllers { controllers in
            if let peer = change.new {
                let limit = peer.spec.rateLimit
                controllers.apps.setConcurrency(limit.concurrency, ofPartition: change.key.description)
                controllers.replications.setConcurrency(limit.concurrency, ofPartition: change.key.description)
                if case .success(let location) = peer.location {
                    gates.configure(location.url, HostGateConfiguration(limit))
                }
            }
            // The host of another process has said where the peer is now.
            let hasMoved = self.hostsAreElsewhere && change.old?.status.endpoints != change.new?.status.endpoints
            if hasMoved || Self.isWorthALook(change.old?.metadata, change.new?.metadata) {
                controllers.bigPeers.enqueue(change.key)
            }
            if change.old?.facts != change.new?.facts {
                self.enqueueResidents(of: change.key, controllers)
                controllers.replications.enqueue(self.caches.replications(dialling: change.key))
            }
            // A topology depends on what a member is and which apps it holds.
            if change.old?.facts != change.new?.facts || change.old?.status.apps != change.new?.status.apps {
                controllers.topologies.enqueue(self.caches.topologies(with: change.key))
            }
        }
    }

    private func appChanged(_ change: InformerChange<BigPeerApp>) {
        self.withControllers { controllers in
            if Self.isWorthALook(change.old?.metadata, change.new?.metadata) {
                controllers.apps.enqueue(change.key, lane: Self.lane(of: change.isInitial))
            }
            guard let app = change.new ?? change.old else { return }
            if Self.isParting(change.old?.metadata, change.new?.metadata) {
                controllers.apps.enqueue(self.caches.apps(named: app.remoteName).map(\.key))
                self.enqueueLeavingPeer(app.bigPeerKey, controllers)
            }
            // Its replications may have been waiting for the app to be there.
            if change.old?.conditions[.ready]?.status != change.new?.conditions[.ready]?.status {
                controllers.replications.enqueue(
                    self.caches.replications(of: app.remoteName, on: app.bigPeerKey)
                )
            }
            if change.old?.facts != change.new?.facts {
                controllers.topologies.enqueue(self.caches.topologies(with: app.bigPeerKey))
            }
        }
    }

    private func replicationsChanged(_ changes: [InformerChange<BigPeerReplication>]) {
        self.withControllers { controllers in
            let isInitial = changes.first?.isInitial == true
            controllers.replications.enqueue(
                changes.lazy.filter { Self.isWorthALook($0.old?.metadata, $0.new?.metadata) }.map(\.key),
                lane: Self.lane(of: isInitial)
            )
            self.enqueueTopologies(of: changes, controllers)
            for change in changes {
                // Those that dial it tell whether it is declared; at the start everything has its turn anyway.
                if !isInitial, (change.old == nil) != (change.new == nil) {
                    controllers.replications.enqueue(self.caches.replications(dialling: change.key.name))
                }
                // What is gone may have stood in the way of a namesake, of its app, or of its Big Peer.
                guard Self.isParting(change.old?.metadata, change.new?.metadata), let gone = change.old else {
                    continue
                }
                controllers.replications.enqueue(self.caches.replications(named: gone.remoteName).map(\.key))
                for app in self.caches.apps(named: gone.app) where app.metadata.isBeingDeleted {
                    controllers.apps.enqueue(app.key)
                }
                self.enqueueLeavingPeer(gone.bigPeerKey, controllers)
            }
        }
    }

    /// A topology looks at how far what belongs to it is, and for names that others have taken.
    private func enqueueTopologies(of changes: [InformerChange<BigPeerReplication>], _ controllers: Controllers) {
        guard self.caches.topologies.count > 0 else { return }
        var keys: Set<ObjectKey> = []
        var namespaces: Set<String> = []
        for change in changes where change.old?.facts != change.new?.facts {
            if let owner = (change.new ?? change.old)?.metadata.owningTopology {
                keys.insert(ObjectKey(namespace: change.key.namespace, name: owner.name))
            } else if change.old == nil || change.new == nil {
                namespaces.insert(change.key.namespace)
            }
        }
        if !namespaces.isEmpty {
            keys.formUnion(self.caches.topologies.keys.filter { namespaces.contains($0.namespace) })
        }
        controllers.topologies.enqueue(keys)
    }

    private func topologyChanged(_ change: InformerChange<ReplicationTopology>) {
        self.withControllers { controllers in
            if Self.isWorthALook(change.old?.metadata, change.new?.metadata) {
                controllers.topologies.enqueue(change.key, lane: Self.lane(of: change.isInitial))
            }
        }
    }

    private func enqueueResidents(of bigPeer: ObjectKey, _ controllers: Controllers) {
        controllers.apps.enqueue(self.caches.apps(on: bigPeer))
        controllers.replications.enqueue(self.caches.replications(on: bigPeer))
    }

    private func enqueueLeavingPeer(_ key: ObjectKey, _ controllers: Controllers) {
        if self.caches.bigPeers.get(key)?.metadata.isBeingDeleted == true { controllers.bigPeers.enqueue(key) }
    }

    /// What is there at the start must not hold up what a person changes meanwhile.
    private static func lane(of isInitial: Bool) -> WorkLane { isInitial ? .drift : .user }

    /// Whether an object has gone, or stays only for others.
    private static func isParting(_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool {
        guard let new else { return true }
        return new.hasParted && old?.hasParted != true
    }

    /// Whether a change is one that a person made, or a deletion.
    private static func isWorthALook(_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool {
        guard let old, let new else { return true }
        return old.uid != new.uid || old.generation != new.generation || old.isBeingDeleted != new.isBeingDeleted
            || old.annotations[PeerageAPI.reconcileRequestedAtAnnotation]
                != new.annotations[PeerageAPI.reconcileRequestedAtAnnotation]
    }
}

extension BigPeer {
    /// What apps and replications on a Big Peer, and those that dial it, depend on.
    fileprivate struct Facts: Equatable {
        let spec: BigPeerSpec
        let endpoints: BigPeerStatus.Endpoints
        let isReachable: Bool
    }

    fileprivate var facts: Facts {
        Facts(
            spec: self.spec,
            endpoints: self.status.endpoints,
            isReachable: self.status.conditions[.reachable]?.status == .true
        )
    }
}

extension BigPeerApp {
    /// What topologies with the app depend on.
    fileprivate struct Facts: Equatable {
        let appID: AppID?
        let isThere: Bool
        let stalled: Condition?
        let isBeingDeleted: Bool
    }

    fileprivate var facts: Facts {
        Facts(
            appID: self.status.appID ?? self.spec.appID,
            isThere: self.status.lastSyncTime != nil,
            stalled: self.conditions[.stalled],
            isBeingDeleted: self.metadata.isBeingDeleted
        )
    }
}

extension BigPeerReplication {
    /// What the topology that the replication belongs to depends on.
    fileprivate struct Facts: Equatable {
        let uid: String
        let owner: String?
        let generation: Int64
        let isBeingDeleted: Bool
        let observedGeneration: Int64
        let isEstablished: Bool
        let conditions: [Condition?]
    }

    fileprivate var facts: Facts {
        Facts(
            uid: self.metadata.uid,
            owner: self.metadata.owningTopology?.uid,
            generation: self.metadata.generation,
            isBeingDeleted: self.metadata.isBeingDeleted,
            observedGeneration: self.status.observedGeneration,
            isEstablished: self.status.lastSyncTime != nil,
            conditions: [self.conditions[.ready], self.conditions[.stalled]]
        )
    }
}

extension HostGateConfiguration {
    fileprivate init(_ limit: RateLimit) {
        self.init()
        self.requestsPerSecond = Double(limit.requestsPerSecond ?? 0)
        self.burst = limit.burst
        // The queue lets only a few at a time come this far, so that waiting here holds up nobody else.
        self.maximumWait = .seconds(20)
    }
}
