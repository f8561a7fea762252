import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

/// Servers before Kubernetes 1.25 do not know the rules that keep fixed fields as they are.
@Suite("A resource whose fixed field an API server has let change")
struct FixedFieldTests {
    private static let appID = "2164bef3-37c0-489c-9ac6-c94b034525d7"
    private static let otherID = "91e7f6ea-9dd3-4e35-9f0c-1b4a1a7b6d10"

    private static let entry: JSONObject = [
        "bigPeerRef": ["namespace": "fleet", "name": "berlin"], "url": "https://berlin.example", "namespace": "ditto",
        "bigPeer": "berlin", "app": "cars", "createdByUs": true, "createdAt": "2026-11-01T00:00:00Z",
    ]

    private static func replication(_ spec: JSONObject = [:]) -> BigPeerReplication {
        var entry = Self.entry
        entry["name"] = "r"
        return ResourceWorld.replication(spec: spec, status: ["remote": .object(entry)])
    }

    private static func app(_ spec: JSONObject = [:]) -> BigPeerApp {
        var spec = spec
        if spec["appId"] == nil { spec["appId"] = .string(Self.appID) }
        return ResourceWorld.app(spec: spec, status: ["remote": .object(Self.entry), "appId": .string(Self.appID)])
    }

    private static let replicationID = RemoteID(
        peer: PeerIdentity(namespace: "ditto", name: "berlin"),
        object: .replication(app: "cars", name: "r")
    )
    private static let appObject = RemoteID(peer: Self.replicationID.peer, object: .app("cars"))

    /// The changes, and what is said of each.
    private static let changes: [(resource: any RemoteResource, said: String)] = [
        (Self.replication(["app": "trucks"]), "spec.app cannot change: it was cars, and is trucks now"),
        (
            Self.replication(["bigPeerRef": ["name": "paris"]]),
            "spec.bigPeerRef cannot change: it was fleet/berlin, and is fleet/paris now"
        ),
        (Self.app(["appName": "trucks"]), "spec.appName cannot change: it was cars, and is trucks now"),
        (
            Self.app(["bigPeerRef": ["name": "paris"]]),
            "spec.bigPeerRef cannot change: it was fleet/berlin, and is fleet/paris now"
        ),
        (
            Self.app(["appId": .string(Self.otherID)]),
            "spec.appId cannot change: it was \(Self.appID), and is \(Self.otherID) now"
        ),
        (Self.app(["appId": .null]), "spec.appId cannot change: it was \(Self.appID), and is absent now"),
    ]

    @Test("asks nothing of any Big Peer, says what it was, and forgets nothing", arguments: Self.changes.indices)
    func refused(index: Int) {
        let (resource, said) = Self.changes[index]
        var subject = resource.subject(in: ResourceWorld().surroundings)
        subject.hasFinalizer = true
        var line = RemoteLine(subject)
        guard case .finish(let outcome) = line.next(nil), case .stalled(.invalidSpec, let message) = outcome.standing
        else {
            Issue.record("it is acted on")
            return
        }
        #expect(message == said + "; put it back, or delete the object and create it anew")
        #expect(outcome.record == resource.status.remote.map(RemoteRecord.init))
    }

    @Test("says so, too, when the Big Peer of the new value is not there")
    func missingPeer() {
        var world = ResourceWorld()
        world.bigPeers = []
        let subject = Self.replication(["app": "trucks"]).subject(in: world.surroundings)
        var line = RemoteLine(subject)
        guard case .finish(let outcome) = line.next(nil), case .stalled(.invalidSpec, _) = outcome.standing else {
            Issue.record("something else is said")
            return
        }
    }

    @Test("goes on as before as soon as the old value is back")
    func putBack() {
        for (resource, id) in [
            (Self.replication(), Self.replicationID), (Self.app(), Self.appObject),
        ] as [(any RemoteResource, RemoteID)] {
            var subject = resource.subject(in: ResourceWorld().surroundings)
            subject.hasFinalizer = true
            var line = RemoteLine(subject)
            #expect(line.next(nil) == .send(.read(id)))
        }
    }

    @Test("its deletion deletes what was made, where it was made", arguments: Self.changes.indices)
    func deletion(index: Int) {
        let (resource, _) = Self.changes[index]
        let id = resource is BigPeerApp ? Self.appObject : Self.replicationID
        #expect(resource.bigPeerKey == ObjectKey(namespace: "fleet", name: "berlin"))
        for (policy, step) in [
            (DeletionPolicy.delete, RemoteLine.Step.send(.delete(id))), (.orphan, .store(.removeFinalizer)),
        ] {
            var resource = resource
            resource.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
            var subject = resource.subject(in: ResourceWorld().surroundings)
            subject.hasFinalizer = true
            subject.policy.deletion = policy
            var line = RemoteLine(subject)
            #expect(line.next(nil) == step)
        }
    }

    @Test("still stands in the way of another resource that wants what it made")
    func rival() {
        var world = ResourceWorld()
        world.apps = [Self.app(["appName": "trucks"])]
        let other = BigPeerApp(
            ResourceWorld.object(
                .bigPeerApp,
                "newcomer",
                created: 5,
                spec: ["bigPeerRef": ["name": "berlin"], "appName": "cars", "appId": .string(Self.appID)]
            )
        )
        #expect(other.subject(in: world.surroundings).rival == .older(world.apps[0].key))
    }

    @Test("a record from before BigPeers were remembered reads, and is written with one")
    func olderRecord() throws {
        var entry = Self.entry
        entry["bigPeerRef"] = nil
        entry["name"] = "r"
        let replication = ResourceWorld.replication(status: ["remote": .object(entry)])
        #expect(replication.fixedFieldProblem == nil)
        let record = try #require(replication.status.remote.map(RemoteRecord.init))
        let outcome = Outcome(.synced, record: record, next: .driftCheck)
        let status = replication.status(telling: outcome, in: ResourceWorld().surroundings)
        #expect(status.remote?.bigPeerKey == replication.bigPeerKey)
        #expect(BigPeerReplicationStatus(status.json).remote == status.remote)
    }

    // MARK: - Big Peers

    private static func renamed() -> BigPeer {
        var peer = ResourceWorld.external("berlin", ["bigPeerName": "paris"])
        peer.status.names = BigPeerStatus.Names(namespace: "ditto", bigPeerName: "berlin")
        return peer
    }

    @Test("a Big Peer's names are remembered once it has answered to them")
    func names() {
        let peer = ResourceWorld.external("berlin")
        let failed = peer.status(telling: .failed(PeerFailure(.unreachable, "no")), now: SimulatedWorld.start)
        #expect(failed.names == nil)
        let answered = peer.status(telling: .answered([]), now: SimulatedWorld.start)
        #expect(answered.names == BigPeerStatus.Names(namespace: "ditto", bigPeerName: "berlin"))
        #expect(BigPeerStatus(answered.json) == answered)
    }

    @Test("a Big Peer under other names is not spoken to; what is on it waits, and is deleted under the old ones")
    func renamedPeer() throws {
        var world = ResourceWorld()
        world.bigPeers = [Self.renamed()]
        let said = "spec.endpoint.bigPeerName cannot change: it was berlin, and is paris now"
        #expect(world.bigPeers[0].problem?.hasPrefix(said) == true)
        var resource = Self.replication()
        var line = RemoteLine(resource.subject(in: world.surroundings))
        guard case .finish(let outcome) = line.next(nil), case .stalled(.invalidSpec, let message) = outcome.standing
        else {
            Issue.record("it is acted on")
            return
        }
        #expect(message.hasPrefix("BigPeer \"fleet/berlin\": \(said)"))
        resource.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        resource.metadata.finalizers = [PeerageAPI.finalizer]
        line = RemoteLine(resource.subject(in: world.surroundings))
        #expect(line.next(nil) == .send(.delete(Self.replicationID)))
    }

    /// Two resources of one app: the first one has made it and goes, and the other one is to look after it from now on.
    private static func handOver(to heirPeer: String = "berlin") -> (leaver: BigPeerApp, heir: BigPeerApp) {
        var leaver = Self.app(["deletionPolicy": "Delete"])
        leaver.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        leaver.metadata.finalizers = [PeerageAPI.finalizer]
        var heir = ResourceWorld.app("heir", on: heirPeer, spec: ["appId": .string(Self.appID)])
        heir.metadata.creationTimestamp = "2026-11-20T00:00:00Z"
        return (leaver, heir)
    }

    @Test("what is on a Big Peer under other names is left to the resource that is there for it, and not deleted")
    func heirOnRenamedPeer() {
        var world = ResourceWorld()
        world.bigPeers = [Self.renamed()]
        let (leaver, heir) = Self.handOver()
        var line = RemoteLine(leaver.subject(in: world.surroundings))
        #expect(line.next(nil) == .send(.delete(Self.appObject)), "it is deleted as long as there is no heir")
        for time in ["2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"] {
            var heir = heir
            heir.metadata.creationTimestamp = time
            world.apps = [leaver, heir]
            line = RemoteLine(leaver.subject(in: world.surroundings))
            #expect(line.next(nil) == .store(.removeFinalizer))
        }
    }

    @Test("an heir behind another BigPeer of the same server counts, whatever keeps that BigPeer from being spoken to")
    func heirBehindAnother() {
        let (leaver, heir) = Self.handOver(to: "second")
        let entry = Self.entry
        let url: JSONObject = ["url": "https://berlin.example", "bigPeerName": "berlin"]
        var suspended = ResourceWorld.external("second", url)
        suspended.spec.isSuspended = true
        var invalid = ResourceWorld.external("second", url)
        invalid.specProblem = "it makes no sense"
        var renamed = ResourceWorld.external("second", ["url": "https://berlin.example"])
        renamed.status.names = BigPeerStatus.Names(namespace: "ditto", bigPeerName: "berlin")
        var recorded = ResourceWorld.app(
            "heir",
            on: "second",
            spec: ["appId": .string(Self.appID)],
            status: ["remote": .object(entry)]
        )
        recorded.status.remote?.bigPeerKey = ObjectKey(namespace: "fleet", name: "second")
        let other = ResourceWorld.external("second", ["bigPeerName": "berlin"])
        let cases: [(peers: [BigPeer], heir: BigPeerApp, isHeir: Bool)] = [
            ([suspended], heir, true), ([invalid], heir, true), ([renamed], heir, true), ([], recorded, true),
            ([other], heir, false), ([], heir, false),
        ]
        for (index, (peers, heir, isHeir)) in cases.enumerated() {
            var world = ResourceWorld()
            world.bigPeers += peers
            world.apps = [leaver, heir]
            var line = RemoteLine(leaver.subject(in: world.surroundings))
            let expected: RemoteLine.Step = isHeir ? .store(.removeFinalizer) : .send(.delete(Self.appObject))
            #expect(line.next(nil) == expected, "case \(index)")
        }
    }

    @Test("a peer that we ran cannot come to run elsewhere, nor the other way round")
    func form() {
        var external = ResourceWorld.external("berlin")
        external.status.peerKey = "key"
        var embedded = ResourceWorld.embedded("berlin", api: "http://127.0.0.1:1")
        embedded.status.names = BigPeerStatus.Names(namespace: "ditto", bigPeerName: "berlin")
        for peer in [external, embedded] {
            for location in [peer.location, peer.rememberedLocation] {
                guard case .failure(let obstacle) = location else {
                    Issue.record("it has a location")
                    continue
                }
                #expect(obstacle.reason == .invalidSpec && obstacle.message.contains("cannot become"))
            }
        }
    }

    // MARK: - Topologies

    @Test("a topology puts back what somebody changed in its replications, and deletes nothing for it")
    func owned() throws {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.settle()
        let key = try #require(world.objects.keys.min())
        let before = world.history
        var object = try #require(world.objects[key])
        var status = object.status?.object ?? [:]
        let peer = JSONValue.string(BigPeerReplication(object).bigPeerKey.name)
        status["remote"] = ["app": "cars", "bigPeerRef": ["namespace": "fleet", "name": peer]]
        object.content["status"] = .object(status)
        object.spec?["app"] = "trucks"
        object.metadata.generation += 1
        world.objects[key] = object
        world.settle()
        #expect(world.objects[key]?.spec?["app"] == "cars")
        #expect(world.history == before)
    }

    @Test("a topology of another app than before changes nothing")
    func topology() throws {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.settle()
        let status = world.status
        world.topology?.content["status"] = status?.json
        var changed = TopologyWorld.topology(["berlin", "paris"], shape: .mesh)
        changed.spec?["app"] = "trucks"
        world.change(to: changed)
        #expect(world.plan?.steps.isEmpty == true)
        let ready = try #require(world.status?.conditions[.ready])
        #expect(ready.reason == "InvalidSpec")
        #expect(ready.message.hasPrefix("spec.app cannot change: it was cars, and is trucks now"))
    }
}
