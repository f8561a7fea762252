import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("What one look at a Big Peer tells")
struct BigPeerPlanningTests {
    private static let peer = BigPeer(
        Object(
            kind: .bigPeer,
            metadata: ObjectMeta(name: "berlin", namespace: "fleet"),
            content: ["spec": ["endpoint": ["url": "https://berlin.example/api"]]]
        )
    )

    private static func status(_ response: PeerResponse) throws -> BigPeerStatus {
        let sighting = PeerSighting(response, of: try self.peer.location.get())
        return self.peer.status(telling: sighting, endpoints: nil, peerKey: nil, now: SimulatedWorld.start)
    }

    @Test("a 404 comes from somebody who was reached: the way is right, up to the path")
    func notFound() throws {
        for part in [AbsentPart.bigPeer, .object] {
            let conditions = try Self.status(.absent(part)).conditions
            #expect(conditions[.reachable]?.status == .true)
            #expect(conditions[.ready]?.status == .false)
            #expect(conditions[.ready]?.reason == Reason.bigPeerNotFound.rawValue)
            #expect(conditions[.stalled]?.status == .true)
        }
    }

    @Test("an endpoint's addresses are told as those of a peer that we run")
    func endpoints() throws {
        let status = try Self.status(.failed(PeerFailure(.unreachable, "refused")))
        #expect(status.endpoints == BigPeerStatus.Endpoints(api: "https://berlin.example/api"))
    }

    @Test("who does not answer is not reachable, and who does is")
    func reachable() throws {
        let failure = PeerFailure(.unreachable, "refused")
        #expect(try Self.status(.failed(failure)).conditions[.reachable]?.status == .false)
        let status = try Self.status(.apps([PeerApp(name: "cars", appID: nil)]))
        #expect(status.conditions[.reachable]?.status == .true)
        #expect(status.apps.map(\.name) == ["cars"])
    }
}
