import Clocks
import JSON
import KubernetesModel
import PeerModel
import Resources
import Testing

@testable import Planning

@Suite("The status of an embedded peer, written by two processes")
struct PeerHostingTests {
    private static let now = Timestamp(seconds: 1_795_219_200)
    private static let endpoints = BigPeerStatus.Endpoints(api: "http://10.0.0.7:41001")

    private static func peer(_ spec: JSONObject = [:], status: BigPeerStatus? = nil) -> BigPeer {
        var metadata = ObjectMeta(name: "berlin", namespace: "default")
        metadata.generation = 3
        var content: JSONObject = ["spec": .object(["embedded": .object(JSONObject())])]
        for member in spec.members { content["spec"]?[member.key] = member.value }
        content["status"] = status?.json
        return BigPeer(Object(kind: .bigPeer, metadata: metadata, content: content))
    }

    @Test("what the host writes leaves what the controller wrote, and the other way round")
    func shares() throws {
        var peer = Self.peer()
        peer.status = peer.status(telling: .failed(PeerFailure(.unreachable, "no route")), as: .onlooker, now: Self.now)
        #expect(peer.status.conditions.map(\.type) == ["Reachable"])
        #expect(peer.status.observedGeneration == 0)

        peer.status = peer.status(hosting: .running(Self.endpoints, peerKey: "k"), now: Self.now)
        #expect(peer.status.conditions.map(\.type) == ["Ready", "Reachable"])
        #expect(peer.status.conditions[.ready]?.status == .true)
        #expect(peer.status.conditions[.reachable]?.reason == Reason.unreachable.rawValue)
        #expect(peer.status.endpoints == Self.endpoints)
        #expect(peer.status.observedGeneration == 3)

        let app = PeerApp(name: "cars", appID: nil)
        peer.status = peer.status(telling: .answered([app]), as: .onlooker, now: Self.now)
        #expect(peer.status.conditions[.ready]?.reason == Reason.running.rawValue)
        #expect(peer.status.conditions[.reachable]?.status == .true)
        #expect(peer.status.apps.map(\.name) == ["cars"])
        #expect(peer.status.endpoints == Self.endpoints)
    }

    @Test("what both have told once is told again without a change")
    func quiet() {
        var peer = Self.peer()
        let hosting = PeerHosting.running(Self.endpoints, peerKey: "k")
        peer.status = peer.status(hosting: hosting, now: Self.now)
        peer.status = peer.status(telling: .answered([]), as: .onlooker, now: Self.now)
        let later = Self.now + .seconds(60)
        #expect(peer.status(hosting: hosting, now: later) == peer.status)
        #expect(peer.status(telling: .answered([]), as: .onlooker, now: later) == peer.status)
    }

    @Test("a host that cannot start a peer says why; Stalled when only a person can help")
    func obstructed() {
        let peer = Self.peer()
        let passing = peer.status(hosting: .obstructed(Obstacle(.addressInUse, "port 1")), now: Self.now)
        #expect(passing.conditions.map(\.type) == ["Ready", "Reconciling"])
        let lasting = peer.status(
            hosting: .obstructed(Obstacle(.invalidSpec, "no token", isStalled: true)),
            now: Self.now
        )
        #expect(lasting.conditions.map(\.type) == ["Ready", "Stalled"])
    }

    @Test("a peer on its way out only gets its address: why it is still there is for the controller to say")
    func leaving() {
        var peer = Self.peer()
        peer.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        peer.status = peer.status(telling: .awaitingDependents([peer.key]), now: Self.now)
        let before = peer.status.conditions
        let status = peer.status(hosting: .running(Self.endpoints, peerKey: "k"), now: Self.now)
        #expect(status.endpoints == Self.endpoints)
        #expect(status.conditions == before)
    }

    @Test("a suspended peer runs on, and Ready is unknown")
    func suspended() {
        let peer = Self.peer(["suspend": true])
        let status = peer.status(hosting: .running(Self.endpoints, peerKey: "k"), now: Self.now)
        #expect(status.conditions[.ready]?.status == .unknown)
        #expect(status.conditions[.ready]?.reason == Reason.suspended.rawValue)
        #expect(status.endpoints == Self.endpoints)
    }

    @Test("the controller speaks for a host before its first word, and when it is missing")
    func absence() {
        var peer = Self.peer()
        #expect(peer.absence(of: "east", .undecided)?.reason == .starting)
        #expect(peer.absence(of: "east", .present)?.reason == .starting)
        #expect(peer.absence(of: "east", .missing)?.reason == .hostNotFound)
        peer.status = peer.status(hosting: .running(Self.endpoints, peerKey: "k"), now: Self.now)
        #expect(peer.absence(of: "east", .undecided) == nil)
        #expect(peer.absence(of: "east", .present) == nil)
        #expect(peer.absence(of: "east", .missing)?.message.contains("peerage host --name east") == true)
    }
}
