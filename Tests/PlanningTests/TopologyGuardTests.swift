import JSON
import KubernetesModel
import Planning
import Resources
import Testing

@Suite("What a topology's plan waits for and leaves alone")
struct TopologyGuardTests {
    private static func pair(_ from: String, _ to: String) -> TopologyWorld {
        TopologyWorld(["berlin", "paris"], shape: .pairs, pairs: [(from, to)])
    }

    private static func delete(_ world: inout TopologyWorld) {
        world.topology?.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
    }

    /// Changes fields of the spec.
    private static func set(_ fields: [String: String], in world: inout TopologyWorld) {
        guard var topology = world.topology, var spec = topology.spec?.object else { return }
        for (key, value) in fields { spec[key] = .string(value) }
        topology.spec = .object(spec)
        world.change(to: topology)
    }

    /// Both ways round, so that no order of names gives the right order by accident.
    static let ways = [("berlin", "paris"), ("paris", "berlin")]

    @Test("the side that dials is made once the other is ready, and not before", arguments: ways)
    func dialling(from: String, to: String) {
        var world = Self.pair(from, to)
        world.run()
        #expect(world.history == ["+europe-\(to)-\(from)"])
        world.dead = [to]
        world.settle()
        #expect(world.history == ["+europe-\(to)-\(from)"], "it is there, and nobody knows that its Big Peer holds it")
        world.dead = []
        world.settle()
        #expect(world.history == ["+europe-\(to)-\(from)", "+europe-\(from)-\(to)"])
    }

    @Test("a side that has lost its Big Peer is not dialled anew", arguments: ways)
    func lost(from: String, to: String) {
        var world = Self.pair(from, to)
        world.settle()
        let listener = ObjectKey(namespace: "fleet", name: "europe-\(to)-\(from)")
        world.objects[listener]?.status = [
            "observedGeneration": 1, "lastSyncTime": "2026-11-21T00:00:00Z",
            "conditions": [["type": "Ready", "status": "False", "reason": "Unreachable"]],
        ]
        world.objects[ObjectKey(namespace: "fleet", name: "europe-\(from)-\(to)")] = nil
        #expect(world.plan?.steps == [])
    }

    @Test("with Observe a side is dialled although it never agrees", arguments: ways)
    func observed(from: String, to: String) {
        var world = Self.pair(from, to)
        Self.set(["managementPolicy": "Observe"], in: &world)
        world.run()
        world.dead = [to]
        world.settle()
        #expect(world.history == ["+europe-\(to)-\(from)", "+europe-\(from)-\(to)"])
    }

    @Test("of a pair that goes, the side that is dialled is not deleted while the other is there", arguments: ways)
    func goingDown(from: String, to: String) {
        var world = Self.pair(from, to)
        world.settle()
        world.dead = [from]
        Self.delete(&world)
        world.settle()
        let leaving = world.replications.filter(\.metadata.isBeingDeleted).map(\.metadata.name)
        #expect(leaving == ["europe-\(from)-\(to)"])
        world.dead = []
        world.settle()
        #expect(world.history.suffix(2) == ["-europe-\(from)-\(to)", "-europe-\(to)-\(from)"])
        #expect(world.topology == nil)
    }

    @Test("of a pair that the shape no longer has, neither", arguments: ways)
    func goingByRollout(from: String, to: String) {
        var world = TopologyWorld(
            ["athens", "berlin", "paris"],
            shape: .pairs,
            pairs: [(from, to), ("athens", "berlin"), ("athens", "paris")]
        )
        world.settle()
        world.dead = [from]
        world.change(
            to: TopologyWorld.topology(
                ["athens", "berlin", "paris"],
                shape: .pairs,
                pairs: [("athens", "berlin"), ("athens", "paris")]
            )
        )
        world.settle()
        let leaving = world.replications.filter(\.metadata.isBeingDeleted).map(\.metadata.name)
        #expect(leaving == ["europe-\(from)-\(to)"])
    }

    @Test("what is on a member whose BigPeer is not there stays: the name of a side on it is not known")
    func missingPeer() {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .mesh)
        world.settle()
        let before = world.picture
        world.peers[ObjectKey(namespace: "fleet", name: "paris")] = nil
        world.settle()
        #expect(world.picture == before)
        #expect(!world.history.contains { $0.hasPrefix("-") })
        #expect(world.plan?.leaving.isEmpty == true)
    }

    @Test("a deletion that leaves orphans behind deletes nothing")
    func orphans() {
        var world = Self.pair("berlin", "paris")
        world.settle()
        let before = world.picture
        world.topology?.metadata.finalizers.append("orphan")
        Self.delete(&world)
        world.settle()
        #expect(world.picture == before)
        #expect(world.replications.allSatisfy { !$0.metadata.isBeingDeleted })
        #expect(world.topology?.metadata.finalizers == nil || world.topology?.metadata.finalizers == ["orphan"])
    }

    @Test("what a rollout takes away is deleted at its Big Peer, also where a deletion of the topology would leave it")
    func rolloutDeletes() {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .mesh)
        Self.set(["deletionPolicy": "Orphan"], in: &world)
        world.settle()
        #expect(world.replications.allSatisfy { $0.spec.policy.deletion == .orphan })
        world.change(to: TopologyWorld.topology(["athens", "berlin", "paris"], shape: .chain))
        Self.set(["deletionPolicy": "Orphan"], in: &world)
        world.settle()
        #expect(world.policiesAtDeletion == [.delete, .delete])
    }

    @Test(
        "a topology that goes hands its own policy to what goes with it, however late it was changed",
        arguments: [DeletionPolicy.delete, .orphan]
    )
    func deletionPolicy(policy: DeletionPolicy) {
        var world = Self.pair("berlin", "paris")
        Self.set(["deletionPolicy": policy == .orphan ? "Delete" : "Orphan"], in: &world)
        world.settle()
        Self.set(["deletionPolicy": policy.rawValue], in: &world)
        Self.delete(&world)
        world.settle()
        #expect(world.policiesAtDeletion == [policy, policy])
        #expect(world.topology == nil)
    }

    @Test("an object of the name that belongs to somebody else is never written, and stops its pair only")
    func taken() throws {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .mesh)
        var foreign = Object(
            kind: .bigPeerReplication,
            metadata: ObjectMeta(name: "europe-berlin-paris", namespace: "fleet"),
            content: ["spec": ["bigPeerRef": ["name": "berlin"], "app": "lorries"]]
        )
        foreign.metadata.uid = "foreign"
        world.objects[foreign.key] = foreign
        world.dead = []
        world.run()
        while world.runOther() { world.run() }
        #expect(world.objects[foreign.key]?.spec == foreign.spec)
        let status = try #require(world.status)
        #expect(status.pairs.filter { !$0.isReady }.map(\.reason) == ["NameTaken"])
        #expect(status.readyPairCount == 2)
        #expect(status.conditions[.stalled]?.status == .true)
        #expect(world.objects[ObjectKey(namespace: "fleet", name: "europe-paris-berlin")] == nil)
    }

    @Test("members whose apps have different ids, or of which one is embedded, are not linked; the others are")
    func unlike() throws {
        for reason in [Reason.appIDMismatch, .incompatiblePeers] {
            var world = TopologyWorld(["athens", "berlin", "paris"], shape: .mesh)
            if reason == .appIDMismatch {
                world.addPeer("paris", appID: "00000000-0000-4000-8000-000000000000")
            } else {
                world.addPeer("paris", isEmbedded: false)
            }
            world.settle()
            let status = try #require(world.status)
            #expect(status.pairs.map(\.reason) == ["Synced", reason.rawValue, reason.rawValue])
            #expect(world.links == [["athens", "berlin"]])
        }
    }

    @Test("a request to look now reaches all that belongs to the topology, once, and nothing else")
    func request() throws {
        let annotation = PeerageAPI.reconcileRequestedAtAnnotation
        var world = Self.pair("berlin", "paris")
        world.settle()
        var other = Object(
            kind: .bigPeerReplication,
            metadata: ObjectMeta(name: "other", namespace: "fleet"),
            content: ["spec": ["bigPeerRef": ["name": "berlin"], "app": "cars"]]
        )
        other.metadata.uid = "other"
        world.objects[other.key] = other
        world.topology?.metadata.annotations[annotation] = "now"
        #expect(world.run() == 2)
        let asked = world.objects.values.filter { $0.metadata.annotations[annotation] == "now" }
        #expect(Set(asked.map(\.metadata.name)) == ["europe-berlin-paris", "europe-paris-berlin"])
        #expect(world.status?.lastHandledReconcileAt == "now")
        // Somebody takes the annotation away; the request was answered all the same.
        let status = world.status?.json
        world.topology?.status = status
        for key in world.objects.keys { world.objects[key]?.metadata.annotations = [:] }
        #expect(world.plan?.steps == [])
    }
}
