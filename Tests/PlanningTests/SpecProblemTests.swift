import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("A resource that an API server without our rules has taken")
struct SpecProblemTests {
    private static func subject(_ spec: JSONObject) -> RemoteSubject {
        var whole: JSONObject = ["bigPeerRef": ["name": "berlin"], "app": "cars"]
        for member in spec.members { whole[member.key] = member.value }
        let object = ResourceWorld.object(.bigPeerReplication, "r", spec: whole)
        var subject = BigPeerReplication(checking: object).subject(in: ResourceWorld().surroundings)
        subject.hasFinalizer = true
        return subject
    }

    @Test(
        "is not acted on, and says which field is wrong",
        arguments: [
            (["driftInterval": "0s"], "spec.driftInterval"),
            (["queriesByCollection": ["cars ": ["true"]]], "spec.queriesByCollection"),
            (["queriesByCollection": ["cars\u{202E}": ["true"]]], "spec.queriesByCollection"),
            (["queriesByCollection": ["cars": ["a = '\u{0}'"]]], "spec.queriesByCollection"),
            (["connections": ["nowhere"]], "spec.connections"),
        ] as [(JSONObject, String)]
    )
    func refused(spec: JSONObject, field: String) {
        var line = RemoteLine(Self.subject(spec))
        guard case .finish(let outcome) = line.next(nil), case .stalled(.invalidSpec, let message) = outcome.standing
        else {
            Issue.record("\(spec) is acted on")
            return
        }
        #expect(message.contains(field), "\(message)")
    }

    @Test("is deleted all the same, for what was recorded is known")
    func deleted() {
        var subject = Self.subject(["driftInterval": "0s"])
        guard case .success(let target) = subject.target else { return }
        subject.isBeingDeleted = true
        subject.record = RemoteRecord(id: target.id, url: target.location.url, provenance: .adopted)
        var line = RemoteLine(subject)
        #expect(line.next(nil) == .send(.delete(target.id)))
    }

    @Test("a Big Peer of that sort is not spoken to")
    func bigPeer() {
        let object = ResourceWorld.object(.bigPeer, "berlin", spec: ["endpoint": ["url": "https://a b.example"]])
        guard case .failure(let obstacle) = BigPeer(checking: object).location else {
            Issue.record("it has a location")
            return
        }
        #expect(obstacle.reason == .invalidSpec && obstacle.isStalled)
        #expect(obstacle.message.contains("spec.endpoint.url"))
    }

    @Test("fields of a later version stand in nobody's way")
    func unknownField() {
        var line = RemoteLine(Self.subject(["fromTheFuture": true]))
        guard case .send(.read) = line.next(nil) else {
            Issue.record("it is refused")
            return
        }
    }
}
