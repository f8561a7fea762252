import Clocks
import HTTP
import JSON
import KubernetesModel
import PeerModel
import Planning
import ResourceStore
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("A topology with real parts")
struct TopologyTests {
    @Test("a mesh of three becomes ready, becomes a star, loses a member, and goes with all that belongs to it")
    func life() async throws {
        try await Bench().run { bench in
            try await bench.apply(members + topology)
            #expect(try await bench.settle() == [])
            #expect(try await bench.replicationNames() == Self.mesh)
            #expect(try await bench.topologyStatus()["readyPairCount"] == 3)
            try await Self.expectAtBigPeers(Self.mesh, bench)
            let url = try await "\(bench.url(of: "berlin"))/app/cars/bigPeerReplication/europe-berlin-paris"
            let body = try JSONValue(parsing: try await bench.call(.get, url).body)
            #expect(body["connections"]?.array?.count == 1)
            #expect(body["queriesByCollection"] == ["cars": ["true"]])

            // Berlin no longer dials: it is the hub.
            bench.exchange.reset()
            try await bench.apply(members + topology.replacing("shape: Mesh", with: "shape: Star, hub: berlin"))
            #expect(try await bench.settle() == [])
            let star = Self.mesh.filter { $0.contains("berlin") }
            #expect(try await bench.replicationNames() == star)
            try await Self.expectAtBigPeers(star, bench)
            #expect(!bench.exchange.writes.contains { $0.hasPrefix("POST") }, "\(bench.exchange.writes)")
            let hub = try JSONValue(parsing: try await bench.call(.get, url).body)
            #expect(hub["connections"]?.array ?? [] == [])

            // Rome leaves.
            try await bench.apply(
                members
                    + topology.replacing("shape: Mesh", with: "shape: Star, hub: berlin")
                    .replacing(", {bigPeerRef: {name: rome}}", with: "")
            )
            #expect(try await bench.settle() == [])
            #expect(try await bench.replicationNames() == ["europe-berlin-paris", "europe-paris-berlin"])

            bench.exchange.reset()
            let key = ObjectKey(namespace: "default", name: "europe")
            _ = try await bench.store.delete(.replicationTopology, key, preconditions: Preconditions())
            try await bench.await(.replicationTopology, "europe") { $0 == nil }
            #expect(try await bench.replicationNames() == [])
            let deletes = bench.exchange.writes.filter { $0.hasPrefix("DELETE") }.compactMap {
                $0.split(separator: "/").last
            }
            #expect(deletes == ["europe-paris-berlin", "europe-berlin-paris"], "the dialling side goes first")
        }
    }

    @Test("a topology's finalizers are written alone, at the version that the plan was made from")
    func finalizers() async throws {
        let seen = Mutex<FaultyStore?>(nil)
        let bench = try Bench(seeing: { store in
            let faulty = FaultyStore(store)
            seen.withLock { $0 = faulty }
            return faulty
        })
        try await bench.run { bench in
            try await bench.apply(members)
            #expect(try await bench.settle() == [])
            try await bench.applyUnchecked(topology)
            try await bench.await(.replicationTopology, "europe") {
                $0?.metadata.finalizers == [PeerageAPI.finalizer]
            }
            let writes = try #require(seen.withLock { $0 }).finalizerWrites(.replicationTopology)
            #expect(writes.count == 1)
        }
    }

    @Test("the app of a topology is remembered before anything is made of it")
    func rememberedApp() async throws {
        let seen = Mutex<FaultyStore?>(nil)
        let bench = try Bench(seeing: { store in
            let faulty = FaultyStore(store)
            seen.withLock { $0 = faulty }
            return faulty
        })
        try await bench.run { bench in
            try await bench.apply(members)
            #expect(try await bench.settle() == [])
            // Nothing is in the way of its first plan.
            try await bench.applyUnchecked(topology)
            try await bench.await(.replicationTopology, "europe") { $0?.status?["readyPairCount"] == 3 }
            let made = try #require(seen.withLock { $0 }?.madeBeforeStatus(of: .replicationTopology))
            #expect(!made.contains(.bigPeerReplication))
            #expect(try await bench.topologyStatus()["app"] == "cars")
        }
    }

    @Test("nothing is made for a member whose app has another id, and all else is")
    func otherApp() async throws {
        try await Bench().run { bench in
            let id = "2164bef3-37c0-489c-9ac6-c94b034525d7}\n---\n# rome"
            let other = "00000000-0000-4000-8000-000000000000}\n---\n# rome"
            try await bench.apply(members.replacing(id, with: other))
            try await bench.applyUnchecked(topology)
            try await bench.await(.replicationTopology, "europe") { object in
                object?.status?["conditions"]?.array?.contains { $0["reason"] == "AppIDMismatch" } == true
                    && object?.status?["readyPairCount"] == 1
            }
            #expect(try await bench.replicationNames() == ["europe-berlin-paris", "europe-paris-berlin"])
        }
    }

    @Test("an object of somebody else that has the name is left alone, and the pair is made when it has gone")
    func takenName() async throws {
        try await Bench().run { bench in
            try await bench.apply(members)
            let stranger = """
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeerReplication
                metadata: {name: europe-rome-paris}
                spec: {bigPeerRef: {name: rome}, app: cars}
                """
            try await bench.apply(stranger)
            _ = try await bench.settle()
            try await bench.applyUnchecked(topology)
            try await bench.await(.replicationTopology, "europe") { object in
                object?.status?["conditions"]?.array?.contains { $0["reason"] == "NameTaken" } == true
            }
            let key = ObjectKey(namespace: "default", name: "europe-rome-paris")
            let live = try await bench.store.get(.bigPeerReplication, key)
            #expect(live.spec?["queriesByCollection"] == nil)
            #expect(live.metadata.ownerReferences == [])
            _ = try await bench.store.delete(.bigPeerReplication, key, preconditions: Preconditions())
            try await bench.await(.replicationTopology, "europe") { $0?.status?["readyPairCount"] == 3 }
            #expect(try await bench.replicationNames() == Self.mesh)
        }
    }

    @Test("a diff shows the requests for what a topology owns, and applying it sends just these")
    func diff() async throws {
        try await Bench().run { bench in
            try await bench.apply(members)
            #expect(try await bench.settle() == [])
            let created = try await Self.plannedRequests(topology, bench)
            #expect(created.allSatisfy { $0.hasPrefix("POST ") })
            #expect(created.count == 6)
            bench.exchange.reset()
            try await bench.apply(members + topology)
            #expect(try await bench.settle() == [])
            #expect(bench.exchange.writes.sorted() == created.sorted())
            #expect(try await Self.plannedRequests(topology, bench) == [])

            let smaller = topology.replacing(", {bigPeerRef: {name: rome}}", with: "")
                .replacing(#"["true"]"#, with: #"["age > 3"]"#)
            let changes = try await Self.plannedRequests(smaller, bench)
            bench.exchange.reset()
            try await bench.apply(members + smaller)
            #expect(try await bench.settle() == [])
            #expect(Set(bench.exchange.writes) == Set(changes), "\(changes)")
            #expect(changes.count { $0.hasPrefix("DELETE ") } == 4)
            #expect(changes.count { $0.hasPrefix("PUT ") } == 2)
        }
    }

    @Test("a diff says what stands in the way of a pair")
    func diffObstacle() async throws {
        try await Bench().run { bench in
            try await bench.apply(members)
            #expect(try await bench.settle() == [])
            let missing = topology.replacing("{name: rome}", with: "{name: lisbon}")
            let plans = try await Self.plans(missing, bench)
            #expect(plans.map(\.kind) == [.replicationTopology, .bigPeerReplication, .bigPeerReplication])
            guard case .waiting(.bigPeerNotFound, _) = plans.first?.plan.outcome.standing else {
                Issue.record("\(plans)")
                return
            }
        }
    }

    @Test("a request to look at a topology now is one to look at all that it owns")
    func request() async throws {
        try await Bench().run { bench in
            try await bench.apply(members + topology)
            #expect(try await bench.settle() == [])
            let url = try await "\(bench.url(of: "berlin"))/app/cars/bigPeerReplication/europe-berlin-paris"
            _ = try await bench.call(.delete, url)
            // Longer than a new object's absence is disbelieved, only a request makes them look before the drift check.
            try await bench.reconcile(.replicationTopology, "europe")
            try await bench.await(.bigPeerReplication, "europe-berlin-paris") { object in
                object?.status?["lastHandledReconcileAt"] != nil
            }
            #expect(try await bench.settle() == [])
            #expect(try await bench.call(.get, url).status == 200)
        }
    }

    private static func plans(_ yaml: String, _ bench: Bench) async throws -> [RemotePlan] {
        let set = ManifestSet([ManifestFile(name: "test.yaml", bytes: Array(yaml.utf8))])
        var objects: [Object] = []
        for resource in set.resources {
            let live = try? await bench.store.get(resource.kind, resource.object.key)
            objects.append(live.map { ThreeWayMerge.apply(resource.object, to: $0) } ?? resource.object)
        }
        let planner = RemotePlanner(
            store: bench.store,
            tokenFiles: .none,
            exchange: bench.exchange,
            time: SystemTime()
        )
        return try await planner.plans(for: objects)
    }

    private static func plannedRequests(_ yaml: String, _ bench: Bench) async throws -> [String] {
        try await self.plans(yaml, bench).flatMap { plan in
            // The exchange notes paths without their first part.
            plan.plan.steps.map { "\($0.request.method) \($0.request.path.replacing("/namespace", with: ""))" }
        }
    }

    private static let mesh = [
        "europe-berlin-paris", "europe-berlin-rome", "europe-paris-berlin", "europe-paris-rome", "europe-rome-berlin",
        "europe-rome-paris",
    ]

    /// Asks every Big Peer itself.
    private static func expectAtBigPeers(_ names: [String], _ bench: Bench) async throws {
        for name in self.mesh {
            let peer = name.split(separator: "-")[1]
            let url = try await "\(bench.url(of: String(peer)))/app/cars/bigPeerReplication/\(name)"
            let status = try await bench.call(.get, url).status
            #expect(status == (names.contains(name) ? 200 : 404), "\(name)")
        }
    }
}

extension Bench {
    func replicationNames() async throws -> [String] {
        try await self.store.list(.bigPeerReplication, namespace: nil).objects.map(\.metadata.name).sorted()
    }

    func topologyStatus() async throws -> JSONValue {
        try await self.store.get(.replicationTopology, ObjectKey(namespace: "default", name: "europe")).status ?? .null
    }

    /// Creates one object without asking whether it fits the others.
    func applyUnchecked(_ yaml: String) async throws {
        let set = ManifestSet([ManifestFile(name: "test.yaml", bytes: Array(yaml.utf8))])
        for resource in set.resources { _ = try await self.store.create(resource.kind, resource.object) }
    }
}

/// Three embedded Big Peers with one app.
let members = ["berlin", "paris", "rome"].map { name in
    """
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeer
    metadata: {name: \(name)}
    spec: {embedded: {}}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeerApp
    metadata: {name: \(name)-cars}
    spec: {bigPeerRef: {name: \(name)}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
    ---
    # \(name)

    """
}.joined()

let topology = """
    apiVersion: peerage.dev/v1alpha1
    kind: ReplicationTopology
    metadata: {name: europe}
    spec: {app: cars, shape: Mesh, members: [{bigPeerRef: {name: berlin}}, {bigPeerRef: {name: paris}}, {bigPeerRef: {name: rome}}], queriesByCollection: {cars: ["true"]}}
    """
