import Clocks
import JSON
import KubernetesModel
import Resources
import Testing

@testable import Planning

@Suite("Replication measurement")
struct ReplicationMeasurementTests {
    private typealias Link = ReplicationMeasurement.Link

    private static func link(
        _ state: ReplicationSession.State,
        address: String = "127.0.0.1:4040",
        isDialled: Bool = true,
        problem: String? = nil,
        lag: Int64 = 0,
        published: Set<String> = []
    ) -> Link {
        Link(
            session: ReplicationSession(
                peer: "paris",
                isDialled: isDialled,
                state: state,
                collections: [
                    ReplicationSession.Collection(name: "cars", documents: 3, usn: 7, lagChanges: lag),
                    ReplicationSession.Collection(name: "drivers", documents: 9, usn: 7, lagChanges: lag),
                ]
            ),
            address: address,
            problem: problem,
            published: published
        )
    }

    private static func replication(
        queries: JSONValue = ["cars": ["true"]],
        conditions: JSONValue = [["type": "Replicating", "status": "Unknown", "reason": "NotMeasured"]],
        sessions: JSONValue = []
    ) -> BigPeerReplication {
        var metadata = ObjectMeta(name: "cars-berlin", namespace: "default")
        metadata.generation = 1
        let spec: JSONValue = ["bigPeerRef": ["name": "berlin"], "app": "cars", "queriesByCollection": queries]
        let status: JSONValue = [
            "connections": ["127.0.0.1:4040"], "lastSyncTime": "2026-01-01T00:00:00Z", "conditions": conditions,
            "replication": ["sessions": sessions],
        ]
        return BigPeerReplication(
            Object(kind: .bigPeerReplication, metadata: metadata, content: ["spec": spec, "status": status])
        )
    }

    @Test("Replicating is True only when every link is live, and says why when it is not")
    func conditions() {
        let replication = Self.replication()
        func told(_ links: [Link]) -> String {
            let condition = replication.replicating(ReplicationMeasurement(links: links))
            return "\(condition.status.rawValue) \(condition.reason): \(condition.message)"
        }
        #expect(told([Self.link(.live)]) == "True Live: one session is live")
        #expect(
            told([Self.link(.live), Self.link(.catchingUp, isDialled: false)])
                == "False CatchingUp: taking over what was there before, with paris"
        )
        #expect(
            told([Self.link(.live), Self.link(.failed, problem: "Connection refused")])
                == "False Disconnected: no session with 127.0.0.1:4040: Connection refused"
        )
        #expect(
            told([Self.link(.catchingUp, problem: "collection cars: the disk is full")])
                == "False CatchingUp: taking over what was there before, with paris: collection cars: the disk is full"
        )
        #expect(
            told([Self.link(.live), Self.link(.live, isDialled: false, problem: "collection cars: 2 rows left out")])
                == "True Live: 2 sessions are live; paris: collection cars: 2 rows left out"
        )
        #expect(told([]) == "False Disconnected: no other peer is connected; this side waits to be dialled")
        // A link that another replication of the app dials.
        #expect(told([Self.link(.failed, address: "10.0.0.9:1"), Self.link(.live)]).hasPrefix("True Live"))
        #expect(replication.replicating(nil).status == .unknown)
        #expect(replication.replicating(nil).reason == Reason.notMeasured.rawValue)
    }

    @Test("where neither side asks for anything, nothing flows; where the other asks, something does")
    func nobodyAsks() {
        let silent = Self.replication(queries: [:])
        #expect(silent.replicating(ReplicationMeasurement(links: [Self.link(.live)])).reason == "NothingSubscribed")
        let asked = ReplicationMeasurement(links: [Self.link(.live, published: ["cars"])])
        #expect(silent.replicating(asked).reason == "Live")
    }

    @Test("the status is written when something is new, and not again")
    func written() throws {
        let measurement = ReplicationMeasurement(links: [Self.link(.live, lag: 4)])
        let surroundings = Self.surroundings { _ in .measured(measurement) }
        let told = try #require(Self.replication().status(measuring: surroundings))
        #expect(told.sessions.map(\.collections) == [[Self.link(.live, lag: 4).session.collections[0]]])
        #expect(told.conditions.map(\.reason) == ["Live"])
        let status = told.json
        let again = Self.replication(
            conditions: status["conditions"] ?? .null,
            sessions: status["replication"]?["sessions"] ?? .null
        )
        #expect(again.status(measuring: surroundings) == nil)
    }

    @Test("what another process tells is left as it is, and taken back when that process is gone")
    func toldByHost() throws {
        let now = Timestamp(seconds: 0)
        let live = ReplicationMeasurement(links: [Self.link(.live)])
        let told = try #require(Self.replication().status(telling: .measured(live), now: now))
        var replication = Self.replication()
        replication.status = told
        #expect(replication.status(telling: .toldByHost, now: now) == nil)

        // The controller's own words on everything else.
        for (sight, reason, count) in [(ReplicationSight.toldByHost, "Live", 1), (.unmeasured, "NotMeasured", 0)] {
            let surroundings = Self.surroundings { _ in sight }
            let outcome = Outcome(.stalled(.requestRejected, "no"), record: nil, next: .whenChanged)
            let status = replication.status(telling: outcome, in: surroundings)
            #expect(
                status.conditions.map(\.reason) == ["RequestRejected", "RequestRejected", "RequestRejected", reason]
            )
            #expect(status.sessions.count == count)
        }
        let gone = try #require(replication.status(telling: .unmeasured, now: now))
        #expect(gone.conditions.map(\.reason) == ["NotMeasured"])
        #expect(gone.sessions == [])
    }

    @Test("before anybody has measured anything, the controller claims nothing")
    func nobodyYet() {
        let replication = Self.replication(conditions: [])
        let outcome = Outcome(.stalled(.requestRejected, "no"), record: nil, next: .whenChanged)
        let status = replication.status(telling: outcome, in: Self.surroundings { _ in .toldByHost })
        #expect(status.conditions[.replicating]?.reason == "NotMeasured")
    }

    @Test("a new spec is told of when all else speaks of it")
    func generation() throws {
        let now = Timestamp(seconds: 0)
        let sight = ReplicationSight.measured(ReplicationMeasurement(links: [Self.link(.live)]))
        var replication = Self.replication()
        replication.status = try #require(replication.status(telling: sight, now: now))
        replication.status.observedGeneration = 1
        #expect(replication.status(telling: sight, now: now) == nil)
        replication.metadata.generation = 2
        #expect(replication.status(telling: sight, now: now) == nil)
        replication.status.observedGeneration = 2
        let told = try #require(replication.status(telling: sight, now: now))
        #expect(told.conditions[.replicating]?.observedGeneration == 2)
    }

    private static func surroundings(
        _ sight: @escaping @Sendable (BigPeerReplication) -> ReplicationSight
    ) -> Surroundings {
        Surroundings(
            now: Timestamp(seconds: 0),
            bigPeer: { _ in nil },
            accessObstacle: { _ in nil },
            replications: { _ in [] },
            apps: { _ in [] },
            replicationsOfApp: { _, _ in [] },
            sight: sight
        )
    }

    @Test("figures alone do not change the outline")
    func outline() {
        let before = ReplicationMeasurement(links: [Self.link(.live, lag: 4)])
        let after = ReplicationMeasurement(links: [Self.link(.live, lag: 9)])
        #expect(before != after)
        #expect(!after.changes(since: before).isUrgent)
        #expect(after.changes(since: before).addresses.count == 1)
        #expect(after.changes(since: after).addresses.isEmpty)
        #expect(ReplicationMeasurement(links: [Self.link(.catchingUp)]).changes(since: before).isUrgent)
    }
}
