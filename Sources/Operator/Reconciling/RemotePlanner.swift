import BigPeerAPI
import Clocks
import ControllerRuntime
import HTTP
import KubernetesModel
import PeerModel
import Planning
import ResourceStore
import Resources

/// What the controller would do about one resource.
package struct RemotePlan: Sendable {
    /// The resource's kind.
    package let kind: ResourceKind
    /// The resource's key.
    package let key: ObjectKey
    /// The requests that the controller would send, and where they would lead.
    package let plan: Plan
}

/// Plans for resources that are not applied yet, made with the controller's own line: reads for real, writes noted.
package struct RemotePlanner: Sendable {
    private let store: any ResourceStore
    private let exchange: any HTTPExchange
    private let tokenFiles: TokenFileAccess
    private let time: any Time

    /// Creates a planner.
    ///
    /// - Parameters:
    ///   - store: Where the live resources are.
    ///   - tokenFiles: Which token files may be read.
    ///   - exchange: What carries requests to Big Peers.
    ///   - time: The clock.
    package init(store: any ResourceStore, tokenFiles: TokenFileAccess, exchange: any HTTPExchange, time: any Time) {
        self.store = store
        self.exchange = exchange
        self.tokenFiles = tokenFiles
        self.time = time
    }

    /// Plans for apps and replications, as if all given objects were applied, and others deleted.
    ///
    /// - Parameters:
    ///   - objects: Objects as they shall be: of our kinds and Secrets; others are passed over.
    ///   - doomed: Objects as they are, which shall go.
    /// - Returns: One plan for each app and replication, in the order given; for a topology those of what belongs to it
    ///   in the end, and one of its own that says what stands in the way.
    /// - Throws: What the store said when it could not be read.
    package func plans(
        for objects: [Object],
        deleting doomed: [Object] = []
    ) async throws(APIStatus) -> [RemotePlan] {
        let now = self.time.now()
        let objects =
            objects
            + doomed.map { object in
                var object = object
                object.metadata.deletionTimestamp = object.metadata.deletionTimestamp ?? now.rfc3339
                return object
            }
        var world = try await self.world(with: objects)
        let topologies = objects.filter { $0.kind == ResourceKind.replicationTopology.kind }
        let rehearsals = Dictionary(topologies.map { ($0.key, world.rehearse($0, at: now)) }) { $1 }
        for rehearsal in rehearsals.values { for object in rehearsal.replications { world.add(object) } }
        return await self.plans(for: objects, rehearsals, in: world)
    }

    private func plans(
        for objects: [Object],
        _ rehearsals: [ObjectKey: TopologyRehearsal],
        in world: World
    ) async -> [RemotePlan] {
        let caller = PeerCaller(
            exchange: self.exchange,
            gates: HostGates(time: self.time),
            bigPeer: { world.bigPeers[$0] },
            secret: { world.secrets[$0] },
            tokenFiles: TokenFiles(self.tokenFiles, time: self.time),
            isListening: { _, _ in true },
            time: self.time
        )
        let surroundings = Surroundings(
            now: self.time.now(),
            bigPeer: { world.bigPeers[$0] },
            bigPeerKeys: { Array(world.bigPeers.keys) },
            accessObstacle: caller.obstacle,
            replications: { name in world.replications.values.filter { $0.remoteName == name } },
            apps: { name in world.apps.values.filter { $0.remoteName == name } },
            replicationsOfApp: { bigPeer, app in
                // What is deleted as well goes first.
                world.replications.values.filter {
                    $0.bigPeerKey == bigPeer && $0.app == app && !$0.metadata.isBeingDeleted
                }.map(\.key)
            },
            // A plan of requests tells nothing of flows.
            sight: { _ in .unmeasured }
        )
        var plans: [RemotePlan] = []
        for object in objects {
            if let app = world.apps[object.key], object.kind == ResourceKind.bigPeerApp.kind {
                plans.append(await Self.plan(app, caller, surroundings))
            }
            if let replication = world.replications[object.key], object.kind == ResourceKind.bigPeerReplication.kind {
                plans.append(await Self.plan(replication, caller, surroundings))
            }
            guard object.kind == ResourceKind.replicationTopology.kind, let rehearsal = rehearsals[object.key] else {
                continue
            }
            if let obstacle = rehearsal.obstacle {
                let outcome = Outcome(.waiting(obstacle.reason, obstacle.message), record: nil, next: .whenChanged)
                let plan = Plan(outcome: outcome)
                plans.append(RemotePlan(kind: .replicationTopology, key: object.key, plan: plan))
            }
            for owned in rehearsal.replications {
                plans.append(await Self.plan(BigPeerReplication(owned), caller, surroundings))
            }
        }
        return plans
    }

    private static func plan<Resource: RemoteResource>(
        _ resource: Resource,
        _ caller: PeerCaller,
        _ surroundings: Surroundings
    ) async -> RemotePlan {
        let plan = await Plan(of: resource.subject(in: surroundings), at: surroundings.now) { request in
            await caller.call(request, of: resource.bigPeerKey)
        }
        return RemotePlan(kind: Resource.kind, key: resource.metadata.key, plan: plan)
    }

    // MARK: - The world as it would be

    private struct World: Sendable {
        var bigPeers: [ObjectKey: BigPeer] = [:]
        var apps: [ObjectKey: BigPeerApp] = [:]
        var replications: [ObjectKey: BigPeerReplication] = [:]
        /// The replications with all their members.
        var objects: [ObjectKey: Object] = [:]
        var secrets: [ObjectKey: SecretData] = [:]

        mutating func add(_ object: Object) {
            switch object.kind {
            case ResourceKind.bigPeer.kind: self.bigPeers[object.key] = BigPeer(object)
            case ResourceKind.bigPeerApp.kind: self.apps[object.key] = BigPeerApp(object)
            case ResourceKind.bigPeerReplication.kind:
                self.replications[object.key] = BigPeerReplication(object)
                self.objects[object.key] = object
            case ResourceKind.secret.kind: self.secrets[object.key] = SecretData(object)
            default: break
            }
        }

        /// What belongs to a topology once it is as it shall be.
        func rehearse(_ object: Object, at now: Timestamp) -> TopologyRehearsal {
            let topology = ReplicationTopology(object)
            let uid = topology.metadata.uid
            return TopologyRehearsal(
                of: topology,
                // One that does not exist yet owns nothing.
                owned: uid.isEmpty ? [] : self.objects.values.filter { $0.metadata.owningTopology?.uid == uid },
                in: TopologySurroundings(
                    now: now,
                    bigPeer: { self.bigPeers[$0] },
                    apps: { name, bigPeer in
                        self.apps.values.filter { $0.remoteName == name && $0.bigPeerKey == bigPeer }
                    },
                    owned: [],
                    isTaken: { self.objects[$0] != nil }
                )
            )
        }
    }

    private func world(with objects: [Object]) async throws(APIStatus) -> World {
        var world = World()
        let namespaces = Set(objects.map(\.metadata.namespace).filter { !$0.isEmpty })
        for kind in [ResourceKind.bigPeer, .bigPeerApp, .bigPeerReplication] {
            for object in try await self.store.listWhereAllowed(kind, namespaces: namespaces) { world.add(object) }
        }
        for object in objects { world.add(object) }
        for peer in world.bigPeers.values {
            for name in Set(peer.secretKeyRefs.map(\.reference.name)) {
                let key = ObjectKey(namespace: peer.metadata.namespace, name: name)
                if world.secrets[key] == nil { world.secrets[key] = try await self.secret(key) }
            }
        }
        return world
    }

    /// A Secret, unless it does not exist or may not be seen: its Big Peer is then not asked.
    private func secret(_ key: ObjectKey) async throws(APIStatus) -> SecretData? {
        do throws(APIStatus) {
            return SecretData(try await self.store.get(.secret, key))
        } catch {
            guard error.reason == .notFound || error.reason == .forbidden else { throw error }
            return nil
        }
    }
}
