import Clocks
import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("A status, whatever it has to repeat")
struct StatusLimitTests {
    private static func problems(_ status: BigPeerStatus, of peer: BigPeer) -> [FieldProblem] {
        var object = ResourceWorld.object(
            .bigPeer,
            peer.metadata.name,
            spec: ["endpoint": ["url": "https://berlin.example"]]
        )
        object.status = status.json
        return BigPeer.definition.problems(in: object.json).filter { $0.severity == .error }
    }

    @Test("follows the schema with any list of apps, and says what it leaves out")
    func apps() throws {
        let names =
            ["", "a", "a", String(repeating: "x", count: 257), "evil\u{202E}", "b"]
            + (0..<5_000).map { "app-\($0)" }
        let peer = ResourceWorld.external("berlin")
        let apps = names.map { PeerApp(name: $0, appID: "not an id") }
        let status = peer.status(telling: .answered(apps), now: SimulatedWorld.start)
        #expect(Self.problems(status, of: peer).isEmpty)
        #expect(status.apps.count <= 4_096)
        #expect(Set(status.apps.map(\.name)).count == status.apps.count)
        #expect(status.apps.first?.name == "a")
        #expect(status.json.text.utf8.count < 512 << 10)
        let message = try #require(status.conditions[.ready]?.message)
        #expect(message.contains("3 with a name that is empty") && message.contains("1 with the name of another"))
        // A list that comes in another order is the same list.
        let again = peer.status(telling: .answered(apps.reversed()), now: SimulatedWorld.start)
        #expect(again.apps == status.apps)
    }

    @Test("says nothing more of apps that are as they should be")
    func plainApps() {
        let status = ResourceWorld.external("berlin").status(
            telling: .answered([PeerApp(name: "cars", appID: nil)]),
            now: SimulatedWorld.start
        )
        #expect(status.conditions[.ready]?.message == "the Big Peer answers")
    }

    @Test("follows the schema with any message of a Big Peer")
    func message() throws {
        let peer = ResourceWorld.external("berlin")
        let failure = PeerFailure(.serverError, String(repeating: "\u{1B}[31m\u{202E}", count: 50_000))
        let status = peer.status(telling: .failed(failure), now: SimulatedWorld.start)
        #expect(Self.problems(status, of: peer).isEmpty)
        let shown = try #require(status.conditions[.ready]?.message)
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }

    @Test("repeats only so much of a request to reconcile, and knows it again")
    func request() {
        let request = String(repeating: "9", count: 200_000)
        var peer = ResourceWorld.external("berlin")
        peer.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = request
        let status = peer.status(telling: .suspended, now: SimulatedWorld.start)
        #expect(Self.problems(status, of: peer).isEmpty)
        #expect(status.lastHandledReconcileAt?.count == 256)

        var replication = ResourceWorld.replication()
        replication.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = request
        let surroundings = ResourceWorld().surroundings
        #expect(replication.subject(in: surroundings).isRequested)
        let outcome = Outcome(.synced, record: nil, next: .driftCheck)
        replication.status = replication.status(telling: outcome, in: surroundings)
        #expect(!replication.subject(in: surroundings).isRequested)
    }
}
