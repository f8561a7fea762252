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
        cars: ReplicationMeasurement.Receiving? = nil,
        drivers: ReplicationMeasurement.Receiving? = nil,
        lag: Int64 = 0,
        published: Set<String> = [],
        publishing: Set<String> = []
    ) -> Link {
        let usual = ReplicationMeasurement.Receiving(isLive: state == .live)
        return Link(
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
            receiving: ["cars": cars ?? usual, "drivers": drivers ?? usual],
            published: published,
            publishing: publishing
        )
    }

    private static func replication(
        queries: JSONValue = ["cars": ["true"]],
        connections: JSONValue = ["127.0.0.1:4040"],
        isSuspended: Bool = false,
        wasSynced: Bool = true,
        conditions: JSONValue = [["type": "Replicating", "status": "Unknown", "reason": "NotMeasured"]],
        sessions: JSONValue = []
    ) -> BigPeerReplication {
        var metadata = ObjectMeta(name: "cars-berlin", namespace: "default")
        metadata.generation = 1
        let spec: JSONValue = [
            "bigPeerRef": ["name": "berlin"], "app": "cars", "queriesByCollection": queries,
            "suspend": .bool(isSuspended),
        ]
        let status: JSONValue = [
            "observedGeneration": 1, "connections": connections, "conditions": conditions,
            "lastSyncTime": wasSynced ? "2026-01-01T00:00:00Z" : .null, "replication": ["sessions": sessions],
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
        let isFull = ReplicationMeasurement.Receiving(isLive: false, problem: "the disk is full")
        #expect(
            told([Self.link(.catchingUp, cars: isFull)])
                == "False CatchingUp: taking over what was there before, with paris: collection cars: the disk is full"
        )
        let hasGaps = ReplicationMeasurement.Receiving(isLive: true, problem: "2 rows left out")
        #expect(
            told([Self.link(.live), Self.link(.live, isDialled: false, cars: hasGaps)])
                == "True Live: 2 sessions are live; paris: collection cars: 2 rows left out"
        )
        #expect(
            told([Self.link(.live, published: ["cars"], publishing: ["cars"])])
                == "False CatchingUp: paris is taking over what was there before"
        )
        #expect(told([]) == "False Disconnected: no session with 127.0.0.1:4040 yet")
        // A link that another replication of the app dials.
        #expect(told([Self.link(.failed, address: "10.0.0.9:1"), Self.link(.live)]).hasPrefix("True Live"))
        #expect(replication.replicating(nil).status == .unknown)
        #expect(replication.replicating(nil).reason == Reason.notMeasured.rawValue)
    }

    @Test("the other side is called by the name of its BigPeer where that is known")
    func names() {
        let replication = Self.replication()
        func told(_ link: Link) -> String {
            let measurement = ReplicationMeasurement(links: [link])
                .naming { $0 == "paris" ? ObjectKey(namespace: "fleet", name: "paris") : nil }
            return replication.replicating(measurement).message
        }
        #expect(told(Self.link(.catchingUp)) == "taking over what was there before, with BigPeer \"fleet/paris\"")
        #expect(
            told(Self.link(.failed, problem: "refused"))
                == "no session with BigPeer \"fleet/paris\" at 127.0.0.1:4040: refused"
        )
        var stranger = Self.link(.catchingUp)
        stranger.session.peer = "0123"
        #expect(told(stranger) == "taking over what was there before, with 0123")
    }

    @Test("an app that is not replicated for want of a credential says what it wants, dialling or not")
    func credentialMissing() {
        var measurement = ReplicationMeasurement()
        measurement.lacksCredential = true
        for connections: JSONValue in [[], ["127.0.0.1:4040"]] {
            let condition = Self.replication(connections: connections).replicating(measurement)
            #expect(condition.status == .false)
            #expect(condition.reason == "CredentialMissing")
            #expect(condition.message.contains("app cars needs a credential"))
        }
        let changes = measurement.changes(since: ReplicationMeasurement())
        #expect(changes.concernsAll && changes.isUrgent)
    }

    @Test("a query that the other side cannot evaluate concerns the replication that asks it, and no other")
    func refusedQuery() {
        let refusal = ReplicationMeasurement.Refusal(query: "nope(a)", reason: "query \"nope(a)\", column 1: unknown")
        let cars = ReplicationMeasurement.Receiving(isLive: true, refused: [refusal])
        let measurement = ReplicationMeasurement(links: [Self.link(.live, cars: cars)])
        let asking = Self.replication(queries: ["cars": ["true", "nope(a)"]]).replicating(measurement)
        #expect(asking.status == .false && asking.reason == "QueryRefused")
        #expect(
            asking.message
                == "paris cannot evaluate a query of collection cars: query \"nope(a)\", column 1: unknown"
        )
        #expect(Self.replication(queries: ["cars": ["true"]]).replicating(measurement).reason == "Live")

        // Nothing of the collection comes: another collection's replication has nothing to do with it.
        let stopped = ReplicationMeasurement.Receiving(isLive: false, problem: "unknown", refused: [refusal])
        let silent = ReplicationMeasurement(links: [Self.link(.catchingUp, cars: stopped, drivers: .init(isLive: true))]
        )
        #expect(Self.replication(queries: ["cars": ["nope(a)"]]).replicating(silent).reason == "QueryRefused")
        let other = Self.replication(queries: ["drivers": ["true"]])
        #expect(other.replicating(silent).message == "one session is live")
        #expect(other.sessions(silent).map(\.state) == [.live])
    }

    @Test("who dials nobody is told of the sessions on which the queries travel, or why there are none")
    func withoutConnections() {
        let replication = Self.replication(connections: [])
        func told(_ measurement: ReplicationMeasurement) -> String { replication.replicating(measurement).message }
        let live = ReplicationMeasurement(links: [Self.link(.live)])
        #expect(told(live) == "one session is live")
        #expect(replication.sessions(live).map(\.peer) == ["paris"])
        #expect(live.changes(since: ReplicationMeasurement()).concern(replication))
        // What another replication dials in vain does not trouble the sessions that are there.
        let failed = Self.link(.failed, address: "10.0.0.9:1", problem: "Connection refused")
        #expect(
            told(ReplicationMeasurement(links: [Self.link(.live, isDialled: false), failed])) == "one session is live"
        )
        #expect(
            told(ReplicationMeasurement(links: [failed]))
                == "no session with 10.0.0.9:1, which another replication of the app dials: Connection refused"
        )
        let alone = "no other peer is connected; this side waits to be dialled"
        #expect(told(ReplicationMeasurement()) == alone)
        #expect(
            told(ReplicationMeasurement(refusedLogin: "10.0.0.7"))
                == alone
                + "; somebody who came from 10.0.0.7 was refused: their replication credential for the app is another"
        )
        // That has time: strangers must not make many writes.
        let refused = ReplicationMeasurement(refusedLogin: "10.0.0.7").changes(since: ReplicationMeasurement())
        #expect(refused.concern(replication) && !refused.isUrgent)
    }

    @Test("nothing is claimed of a replication that is suspended, or has not been at the peer")
    func nothingClaimed() {
        let measurement = ReplicationMeasurement(links: [Self.link(.live)])
        for (replication, reason) in [
            (Self.replication(isSuspended: true), "Suspended"),
            (Self.replication(isSuspended: true, wasSynced: false), "Suspended"),
            (Self.replication(wasSynced: false), "NotMeasured"),
        ] {
            let condition = replication.replicating(measurement)
            #expect(condition.status == .unknown && condition.reason == reason)
            #expect(replication.sessions(measurement).isEmpty)
        }
    }

    @Test("news concern a replication whose connections are not in its status yet")
    func newConnections() {
        var changes = ReplicationMeasurement.Changes(concernsAll: false, isUrgent: true, addresses: ["10.0.0.9:1"])
        var replication = Self.replication()
        #expect(!changes.concern(replication))
        replication.metadata.generation = 2
        #expect(changes.concern(replication))
        changes.addresses = ["127.0.0.1:4040"]
        #expect(changes.concern(Self.replication()))
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

    @Test("what another process has told is not repeated of a suspended replication, nor the suspension afterwards")
    func suspendedElsewhere() throws {
        let outcome = Outcome(.suspended, record: nil, next: .whenChanged)
        let surroundings = Self.surroundings { _ in .toldByHost }
        var replication = Self.replication(
            isSuspended: true,
            conditions: [["type": "Replicating", "status": "True", "reason": "Live"]],
            sessions: [["peer": "paris", "dialled": true, "state": "Live", "collections": []]]
        )
        let status = replication.status(telling: outcome, in: surroundings)
        #expect(status.conditions[.replicating]?.reason == "Suspended")
        #expect(status.sessions.isEmpty)
        replication = Self.replication(conditions: .array(status.conditions.map(\.json)))
        #expect(
            replication.status(telling: outcome, in: surroundings).conditions[.replicating]?.reason == "NotMeasured"
        )
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
            bigPeerKeys: { [] },
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
        // That it has caught up is told at once, and that it is behind again only with the other figures.
        let done = ReplicationMeasurement(links: [Self.link(.live)])
        #expect(done.changes(since: before).isUrgent)
        #expect(!before.changes(since: done).isUrgent)
    }
}
