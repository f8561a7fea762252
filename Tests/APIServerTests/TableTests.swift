import Clocks
import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Tables")
struct TableTests {
    // k8s.io/apimachinery/pkg/util/duration/duration_test.go, TestHumanDuration and its boundaries.
    @Test(
        "durations read as kubectl prints them",
        arguments: [
            (-2, "<invalid>"), (0, "0s"), (1, "1s"), (70, "70s"), (119, "119s"), (190, "3m10s"), (600, "10m"),
            (70 * 60, "70m"), (47 * 60 + 50, "47m"), (3 * 3_600, "3h"), (4 * 3_600 + 600, "4h10m"),
            (47 * 3_600, "47h"), (49 * 3_600, "2d1h"), (8 * 86_400, "8d"), (364 * 86_400, "364d"),
            (729 * 86_400, "729d"), (730 * 86_400, "2y"), ((730 + 26) * 86_400, "2y26d"), (10 * 365 * 86_400, "10y"),
        ]
    )
    func durations(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).humanText == text)
    }

    @Test("a table has the name first, cells of the columns' types, and each object's metadata")
    func table() throws {
        var object = Object(
            try JSONValue(parsing: #"{"metadata":{"name":"a","creationTimestamp":"2026-11-21T00:00:00Z"}}"#)
        )
        object.spec = ["size": 7]
        object.status = ["conditions": [["type": "Ready", "status": "False"]]]
        let now = try #require(Timestamp(rfc3339: "2026-11-21T00:05:03Z"))
        let table = Table(columns: ServedKind(.widget).columns, includedObject: .metadata, now: now)
        let json = table.json(of: [object], metadata: ["resourceVersion": "9"])
        #expect(
            json["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } == [
                "Name", "Size", "Ready", "Color", "Age",
            ]
        )
        let row = try #require(json["rows"]?.array?.first)
        #expect(row["cells"] == ["a", 7, "False", .null, "5m3s"])
        #expect(row["object"]?["kind"] == "PartialObjectMetadata")
        #expect(row["object"]?["metadata"]?["name"] == "a")
    }

    @Test("the columns of Events and Secrets are those of kubectl")
    func coreColumns() throws {
        let core = ServedKind.core.filter { $0.kind.group.isEmpty }
        let kinds = Dictionary(uniqueKeysWithValues: core.map { ($0.kind.kind, $0) })
        var event = Object(kind: .event, metadata: ObjectMeta(name: "e"))
        event.content["involvedObject"] = ["kind": "BigPeer", "name": "berlin"]
        event.content["lastTimestamp"] = "2027-01-15T08:00:00Z"
        let cells = try #require(kinds["Event"]).columns.map { $0.cell(event, StandingClock.start) }
        #expect(cells == ["0s", "", "", "bigpeer/berlin", "", "", "", "<unknown>", "1", "e"])
        var secret = Object(kind: .secret, metadata: ObjectMeta(name: "s"))
        secret.content["data"] = ["a": "", "b": ""]
        let secretCells = try #require(kinds["Secret"]).columns.prefix(3).map { $0.cell(secret, StandingClock.start) }
        #expect(secretCells == ["s", "Opaque", "2"])
    }
}
