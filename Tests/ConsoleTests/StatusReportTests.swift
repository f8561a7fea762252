import Clocks
import JSON
import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("StatusReport")
struct StatusReportTests {
    private static let synced = [
        Samples.condition(.ready, .true, .synced), Samples.condition(.synced, .true, .synced),
    ]
    private static let heldUp = [Samples.condition(.ready, .false, .circuitOpen, "left alone for a while")]
    private static let now = Timestamp(rfc3339: "2026-11-21T00:02:00Z") ?? .epoch

    private static func lines(_ report: StatusReport) -> [String] { report.lines(now: self.now) }

    @Test("when all is well it says so, and the exit code is 0")
    func well() {
        let report = StatusReport(
            bigPeers: [Samples.readyPeer("berlin")],
            apps: [],
            replications: [Samples.replication("cars-berlin", on: "berlin", Self.synced)]
        )
        #expect(report.verdict == .done)
        #expect(
            Self.lines(report) == [
                "All is well: 1 Big Peer.", "", "✓ fleet/berlin  reachable  embedded",
                "    1 of 1 replication synced",
            ]
        )
    }

    @Test("a link that cannot be made needs attention, and a side that waits alone says so")
    func links() {
        let apart = Samples.condition(.replicating, .false, .disconnected, "no session with 127.0.0.1:1: refused")
        var dialling = Samples.replication("cars-berlin", on: "berlin", Self.synced + [apart])
        dialling.status?["connections"] = ["127.0.0.1:1"]
        let waiting = Samples.replication("cars-paris", on: "paris", Self.synced + [apart])
        let report = StatusReport(
            bigPeers: [Samples.readyPeer("berlin"), Samples.readyPeer("paris")],
            apps: [],
            replications: [dialling, waiting]
        )
        #expect(report.verdict == .no)
        let lines = Self.lines(report)
        #expect(lines.first == "1 of 2 Big Peers needs attention.")
        #expect(lines.contains("    ✗ bigpeerreplication/cars-berlin  Disconnected for 60s"))
        #expect(lines.suffix(2) == ["    1 of 1 replication synced", "    no session: no other peer is connected"])
    }

    @Test("the most urgent comes first, and what its trouble explains is told in one line")
    func urgent() {
        let report = StatusReport(
            bigPeers: [Samples.readyPeer("berlin"), Samples.unreachablePeer("rome")],
            apps: [],
            replications: [
                Samples.replication("cars-berlin", on: "berlin", Self.synced),
                Samples.replication("cars-rome", on: "rome", Self.heldUp),
            ]
        )
        #expect(report.verdict == .no)
        #expect(
            Self.lines(report).prefix(8) == [
                "1 of 2 Big Peers needs attention.", "",
                "✗ fleet/rome  not reachable  external, https://peer.example/api", "    0 of 1 replication synced",
                "    ✗ bigpeer/rome  Unreachable for 60s", "        connection refused",
                "      → Check that the Big Peer runs and that its URL is right.",
                "    held up by this: bigpeerreplication/cars-rome",
            ]
        )
    }

    @Test("a Big Peer that is named and does not exist is reported")
    func missing() {
        let conditions = [Samples.condition(.ready, .false, .bigPeerNotFound)]
        let report = StatusReport(
            bigPeers: [],
            apps: [],
            replications: [Samples.replication("cars-oslo", on: "oslo", conditions)]
        )
        #expect(report.verdict == .no)
        #expect(Self.lines(report)[2] == "✗ fleet/oslo  does not exist")
        #expect(Self.lines(report).last == "    held up by this: bigpeerreplication/cars-oslo")
    }

    @Test("a Big Peer that does not exist is asked about when another is called alike")
    func misspelt() {
        let report = StatusReport(
            bigPeers: [Samples.readyPeer("berlin")],
            apps: [],
            replications: [
                Samples.replication("r", on: "belrin", [Samples.condition(.ready, .false, .bigPeerNotFound)])
            ]
        )
        #expect(Self.lines(report).contains { $0.contains("Did you mean \"berlin\"?") }, "\(Self.lines(report))")
    }

    @Test(
        "what keeps a Big Peer from being asked does not pass for a network that is down",
        arguments: [
            (Reason.secretNotFound, "not asked: a Secret is missing"), (.unauthorized, "refuses the credentials"),
            (.timedOut, "not reachable"),
        ]
    )
    func obstruction(reason: Reason, headline: String) {
        var rome = Samples.unreachablePeer("rome")
        rome.status?["conditions"] = .array(
            [ConditionType.ready, .reachable].map { Samples.condition($0, .false, reason).json }
        )
        let report = StatusReport(bigPeers: [rome], apps: [], replications: [])
        #expect(Self.lines(report).contains { $0.hasPrefix("✗ fleet/rome  \(headline)") }, "\(Self.lines(report))")
    }

    @Test("what a person suspended is nothing wrong, and is remembered")
    func suspended() {
        var replication = Samples.replication("cars-berlin", on: "berlin", Self.synced)
        replication.spec?["suspend"] = true
        let report = StatusReport(bigPeers: [Samples.readyPeer("berlin")], apps: [], replications: [replication])
        #expect(report.verdict == .done)
        #expect(Self.lines(report).first == "Nothing is wrong: 1 Big Peer, 1 resource suspended.")
        #expect(Self.lines(report).last == "    ‖ bigpeerreplication/cars-berlin  Suspended")
    }

    @Test("a synced of an earlier spec is not counted")
    func stale() {
        var replication = Samples.replication("cars-berlin", on: "berlin", Self.synced)
        replication.metadata.generation = 2
        let report = StatusReport(bigPeers: [Samples.readyPeer("berlin")], apps: [], replications: [replication])
        #expect(report.groups[0].replications.synced == 0)
        #expect(report.verdict == .no)
    }

    @Test("what the watched folder declares and is not applied is told first, and the exit code is 1")
    func folder() {
        func report(_ folder: FolderStanding?) -> StatusReport {
            StatusReport(bigPeers: [Samples.readyPeer("berlin")], apps: [], replications: [], folder: folder)
        }
        #expect(Self.lines(report(FolderStanding(folder: "fleet"))) == Self.lines(report(nil)))
        let problems = ["fleet/cars.yaml:12:5: error: is wrong", "held back 1 deletion(s): a file has an error"]
        let refused = report(FolderStanding(folder: "fleet", problems: problems, heldBack: 1))
        #expect(refused.verdict == .no)
        #expect(refused.json["healthy"] == false)
        #expect(refused.json["manifests"]?["problems"]?.array?.count == 2)
        #expect(
            Self.lines(refused).prefix(6) == [
                "The folder of manifests needs attention.", "", "✗ fleet  2 problems, 1 deletion held back",
                "    ✗ fleet/cars.yaml:12:5: error: is wrong",
                "    ✗ held back 1 deletion(s): a file has an error",
                "    → Correct the files, which are applied as soon as they change; `peerage validate -f fleet -R` "
                    + "tells all about them.",
            ]
        )
        let many = "held back 11 deletion(s): more than 10 at once"
        let held = report(FolderStanding(folder: "fleet", problems: [many], heldBack: 11))
        #expect(
            Self.lines(held)[4]
                == "    → Put the manifests back; if the deletions are meant, do as the line says, or delete "
                + "the objects by hand.",
            "the files are right"
        )
        #expect(FolderStanding(refused.folder?.json ?? .null) == refused.folder)
        let empty = StatusReport(bigPeers: [], apps: [], replications: [], folder: refused.folder)
        #expect(empty.verdict == .no)
        #expect(Self.lines(empty).first == "There are no Big Peers yet: see below.")
    }

    @Test("of many problems of the folder the first are told, and how many there are")
    func manyProblems() throws {
        let standing = FolderStanding(folder: "fleet", problems: (1...1_000).map { "problem \($0)" })
        let read = try #require(FolderStanding(standing.json))
        #expect(read == standing)
        let report = StatusReport(bigPeers: [], apps: [], replications: [], folder: read)
        #expect(Self.lines(report).contains("      and 980 more"))
        #expect(standing.checkLines.count == 21)
        #expect(standing.checkLines.count { $0.advice != nil } == 1)
    }

    @Test("the JSON keeps its fields")
    func json() {
        let report = StatusReport(bigPeers: [Samples.unreachablePeer("rome")], apps: [], replications: [])
        let finding = report.json["bigPeers"]?.array?.first?["findings"]?.array?.first
        #expect(report.json["healthy"] == false)
        #expect(report.json["version"] == 1)
        #expect(
            finding == [
                "kind": "BigPeer", "namespace": "fleet", "name": "rome", "health": "Failing", "reason": "Unreachable",
                "message": "connection refused", "since": "2026-11-21T00:01:00Z",
                "advice": "Check that the Big Peer runs and that its URL is right.",
            ]
        )
    }

    @Test("on a screen no paragraph is wider than the screen")
    func width() {
        var rome = Samples.unreachablePeer("rome")
        rome.status?["conditions"] = [
            Samples.condition(.ready, .false, .unreachable, String(repeating: "word ", count: 60)).json
        ]
        let report = StatusReport(bigPeers: [rome], apps: [], replications: [])
        #expect(report.lines(now: Self.now, width: 80).allSatisfy { $0.displayWidth <= 80 })
    }
}
