import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@testable import Console

@Suite("Checks")
struct CheckTests {
    private static let one = "2164bef3-37c0-489c-9ac6-c94b034525d7"
    private static let two = "11111111-37c0-489c-9ac6-c94b034525d7"
    private static let berlin = ObjectKey(namespace: "fleet", name: "berlin")
    private static let paris = ObjectKey(namespace: "fleet", name: "paris")

    private static func app(_ peer: String, id: String? = nil) -> Object {
        var spec: JSONValue = ["bigPeerRef": ["name": .string(peer)], "appName": "cars"]
        spec["appId"] = id.map(JSONValue.string)
        return Samples.object(.bigPeerApp, "\(peer)-cars", spec: spec)
    }

    private static func peer(_ name: String) -> Object {
        Samples.object(.bigPeer, name, spec: ["endpoint": ["url": "https://peer.example"]])
    }

    private static var pair: [Object] {
        var side = Samples.replication("cars-berlin", on: "berlin", [])
        side.spec?["connectTo"] = [["bigPeerRef": ["name": "paris"], "replication": "cars-paris"]]
        return [side, Samples.replication("cars-paris", on: "paris", [])]
    }

    private static func lines(
        _ objects: [Object],
        _ sightings: [ObjectKey: PeerSighting]
    ) -> [CheckReport.Line] {
        PeerChecks([Self.peer("berlin"), Self.peer("paris")] + objects, sightings: sightings).lines()
    }

    private static func holding(_ id: String, name: String = "cars") -> PeerSighting {
        .answered([PeerApp(name: name, appID: id)])
    }

    @Test("what is looked after is asked for by the names that are remembered, whatever the spec says by now")
    func renamed() {
        func renamed(_ object: Object, _ field: String) -> Object {
            var object = object
            object.spec?[field] = "trucks"
            object.status = ["remote": ["bigPeerRef": ["namespace": "fleet", "name": "berlin"], "app": "cars"]]
            return object
        }
        let pair = Self.pair
        let lines = Self.lines(
            [renamed(pair[0], "app"), pair[1], renamed(Self.app("berlin", id: Self.one), "appName")],
            [Self.berlin: Self.holding(Self.one), Self.paris: Self.holding(Self.two)]
        )
        let app = lines.first { $0.check == "app" }
        #expect(app?.result == .passed)
        #expect(app?.subject.hasSuffix("(cars on berlin)") == true)
        #expect(lines.last?.result == .failed)
        #expect(lines.last?.message.hasPrefix("app \"cars\" has id \(Self.one)") == true)
    }

    @Test("a pair whose apps have different ids fails, by what is declared or by what is really there")
    func pairs() throws {
        let declared = Self.lines(
            Self.pair + [Self.app("berlin", id: Self.one), Self.app("paris", id: Self.two)],
            [:]
        )
        #expect(declared.last?.check == "pair")
        #expect(declared.last?.result == .failed)
        let live = Self.lines(
            Self.pair,
            [Self.berlin: Self.holding(Self.one), Self.paris: Self.holding(Self.two)]
        )
        #expect(live.last?.result == .failed)
        let same = Self.lines(
            Self.pair + [Self.app("berlin", id: Self.one)],
            [Self.berlin: Self.holding(Self.one), Self.paris: Self.holding(Self.one)]
        )
        #expect(same.last?.result == .passed)
        #expect(Self.lines(Self.pair, [:]).last?.result == .skipped)
    }

    @Test(
        "a replication whose link cannot be made fails with why, one that is live passes, one not measured is left out"
    )
    func sessions() {
        func lines(_ condition: Condition) -> [CheckReport.Line] {
            var replication = Samples.replication("cars-berlin", on: "berlin", [condition])
            replication.status?["connections"] = ["127.0.0.1:1"]
            return Self.lines([replication], [:]).filter { $0.check == "sessions" }
        }
        let apart = lines(Samples.condition(.replicating, .false, .disconnected, "no session with 127.0.0.1:1"))
        #expect(apart.map(\.result) == [.failed])
        #expect(apart.first?.message == "no session with 127.0.0.1:1")
        #expect(apart.first?.advice == Reason.disconnected.advice)
        #expect(lines(Samples.condition(.replicating, .true, .live)).map(\.result) == [.passed])
        #expect(lines(Samples.condition(.replicating, .unknown, .notMeasured)).isEmpty)
    }

    @Test("an app is there, will be created, has another id, or its id another name")
    func apps() {
        func result(_ app: Object, _ sighting: PeerSighting) -> CheckReport.Line? {
            Self.lines([app], [Self.berlin: sighting]).first { $0.check == "app" }
        }
        #expect(result(Self.app("berlin", id: Self.one), Self.holding(Self.one))?.result == .passed)
        #expect(result(Self.app("berlin", id: Self.one), .answered([]))?.message == "will be created")
        #expect(result(Self.app("berlin"), .answered([]))?.result == .failed)
        #expect(result(Self.app("berlin", id: Self.one), Self.holding(Self.two))?.result == .failed)
        let taken = result(Self.app("berlin", id: Self.one), Self.holding(Self.one, name: "autos"))
        #expect(taken?.message.contains("\"autos\"") == true)
        #expect(result(Self.app("berlin", id: Self.one), .failed(PeerFailure(.unreachable, "no"))) == nil)
    }

    @Test("what names a Big Peer or an app that does not exist fails, where everything is known")
    func missing() {
        let objects = [
            Self.peer("berlin"), Self.app("berlim", id: Self.one), Samples.replication("r", on: "berlin", []),
        ]
        let sightings = [Self.berlin: PeerSighting.answered([])]
        let lines = PeerChecks(objects, sightings: sightings).lines()
        #expect(lines.map(\.check) == ["bigPeer", "app", "replication"])
        #expect(lines.map(\.result) == [.passed, .failed, .failed])
        #expect(lines[1].message == "there is no BigPeer fleet/berlim; did you mean \"berlin\"?")
        #expect(lines[1].advice == Reason.bigPeerNotFound.advice)
        #expect(lines[2].message.contains("has no app \"cars\""))
        #expect(lines[2].advice == Reason.appNotFound.advice)
        let partly = PeerChecks(objects, sightings: sightings) { _ in false }.lines()
        #expect(partly.map(\.check) == ["bigPeer"])
    }

    @Test("what a controller found to be wrong fails, once, and not again below a Big Peer that fails")
    func found() {
        let condition = Samples.condition(.ready, .false, .requestRejected, "the Big Peer says no")
        let replication = Samples.replication("r", on: "berlin", [condition])
        let there = Self.lines([replication], [Self.berlin: Self.holding(Self.one)]).filter { $0.result == .failed }
        #expect(there.map(\.message) == ["the Big Peer says no"])
        #expect(there.map(\.advice) == [Reason.requestRejected.advice])
        let away = PeerSighting.failed(PeerFailure(.unreachable, "no"))
        let failed = Self.lines([replication], [Self.berlin: away]).filter { $0.result == .failed }
        #expect(failed.map(\.check) == ["bigPeer"])
        let topology = Samples.object(
            .replicationTopology,
            "ring",
            conditions: [
                Samples.condition(.ready, .false, .bigPeerNotFound, "there is no BigPeer \"x\""),
                Samples.condition(.stalled, .true, .bigPeerNotFound, "there is no BigPeer \"x\""),
            ]
        )
        #expect(Self.lines([topology], [:]).filter { $0.check == "topology" }.map(\.result) == [.failed])
    }

    @Test("an embedded Big Peer that is not asked fails by its status, and one that answers is there whatever it says")
    func byStatus() {
        let unreachable = [Self.berlin: PeerSighting.answered([])]
        #expect(PeerChecks([Samples.unreachablePeer("berlin")], sightings: unreachable).lines()[0].result == .passed)
        #expect(PeerChecks([Samples.unreachablePeer("berlin")], sightings: [:]).lines()[0].result == .failed)
        #expect(PeerChecks([Self.peer("berlin")], sightings: [:]).lines()[0].result == .skipped)
    }

    @Test("a Big Peer that does not answer fails with what to do")
    func peers() {
        let line = Self.lines([], [Self.berlin: .failed(PeerFailure(.unauthorized, "401"))])[0]
        #expect(line.result == .failed)
        #expect(line.advice == Reason.unauthorized.advice)
        var report = CheckReport()
        report.lines = [line]
        #expect(report.verdict == .no)
        #expect(report.text()[0] == "✘ Big Peer fleet/berlin: 401")
        #expect(report.text().last == "1 check failed.")
        #expect(report.json["passed"] == false)
    }

    @Test("what was to be looked at and could not be is neither yes nor no")
    func unknown() {
        var report = CheckReport()
        report.lines = [
            CheckReport.Line(.apiServer, "", .passed, "answers"),
            CheckReport.Line(.rights, "bigpeers", .unknown, "cannot be listed in every namespace: no"),
        ]
        #expect(report.verdict == .couldNotTell)
        #expect(report.json["passed"] == false)
        #expect(
            report.text().suffix(2) == [
                "? rights bigpeers: cannot be listed in every namespace: no",
                "Nobody can tell whether anything stands in the way, 1 could not be looked at.",
            ]
        )
        report.lines.append(CheckReport.Line(.kind, "bigpeers", .failed, "is not installed"))
        #expect(report.verdict == .no)
    }

    @Test("a definition that is ours is as new as this program, and one without a field is older")
    func age() throws {
        let definition = try #require(PeerageAPI.definitions.first)
        var live = definition.customResourceDefinition
        #expect(SchemaAge(definition, live).line(definition.kind).result == .passed)
        var versions = try #require(live["spec"]?["versions"]?.array)
        versions[0]["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["properties"]?["suspend"] = nil
        live["spec"]?["versions"] = .array(versions)
        let older = SchemaAge(definition, live)
        #expect(older.missing == ["spec.suspend"])
        #expect(older.line(definition.kind).message.contains("older than this program"))
        #expect(SchemaAge(definition, [:]).line(definition.kind).message.contains("does not serve"))
    }
}
