import Clocks
import JSON
import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("Description")
struct DescriptionTests {
    private static let now = Timestamp(rfc3339: "2026-11-21T00:02:00Z") ?? .epoch

    private static func event(_ count: Int64) -> Object {
        var event = Object(kind: .event, metadata: ObjectMeta(name: "e", namespace: "fleet"))
        event.content["reason"] = "Unreachable"
        event.content["type"] = "Warning"
        event.content["message"] = "connection refused"
        event.content["count"] = .integer(count)
        event.content["lastTimestamp"] = "2026-11-21T00:01:30Z"
        event.content["involvedObject"] = ["kind": "BigPeer", "namespace": "fleet", "name": "rome", "uid": "u1"]
        return event
    }

    @Test("it says what is wrong and what to do")
    func advice() {
        let lines = Description(of: Samples.unreachablePeer("rome"), .bigPeer, events: [], now: Self.now).lines()
        #expect(lines.contains("Health:       Failing for 60s"))
        #expect(lines.contains("Cause:        Unreachable: connection refused"))
        #expect(lines.contains("What to do:   Check that the Big Peer runs and that its URL is right."))
        #expect(lines.contains("    url: https://peer.example/api"))
    }

    @Test("events stand under their headings, with counts")
    func events() {
        let record = EventRecord(Self.event(7))
        let lines = Description(of: Samples.unreachablePeer("rome"), .bigPeer, events: [record], now: Self.now).lines()
        #expect(lines.last == "  30s         7       Warning   Unreachable   connection refused")
    }

    @Test("values of a Secret are not shown")
    func secret() {
        var secret = Object(kind: .secret, metadata: ObjectMeta(name: "token", namespace: "fleet"))
        secret.content["data"] = ["token": "aHVudGVyMg=="]
        secret.metadata.annotations[ThreeWayMerge.annotation] = "{\"stringData\":{\"token\":\"hunter2\"}}"
        let text = Description(of: secret, .secret, events: [], now: Self.now).lines().joined(separator: "\n")
        #expect(text.contains("  token: 7 bytes"))
        #expect(!text.contains("hunter"))
        #expect(!text.contains("aHVudGVyMg"))
    }

    @Test("an event is about this very object, not about an earlier one of its name")
    func aboutness() {
        let record = EventRecord(Self.event(1))
        let key = ObjectKey(namespace: "fleet", name: "rome")
        #expect(record.isAbout(.bigPeer, key, uid: "u1"))
        #expect(record.isAbout(.bigPeer, key))
        #expect(!record.isAbout(.bigPeer, key, uid: "u2"))
        #expect(!record.isAbout(.bigPeerApp, key))
    }

    @Test("events of both forms are read, and ordered by when they happened last")
    func order() {
        var series = Self.event(1)
        series.metadata.name = "series"
        series.content["series"] = ["count": 12, "lastObservedTime": "2026-11-21T00:01:45.000000Z"]
        #expect(EventRecord(series).count == 12)
        #expect([series, Self.event(1)].inOrderOfEvents.map(\.metadata.name) == ["e", "series"])
    }
}

@Suite("ObjectTable")
struct ObjectTableTests {
    private static let now = Timestamp(rfc3339: "2026-11-21T00:02:00Z") ?? .epoch

    @Test("our kinds have the columns of their definition, and the namespace stands first")
    func columns() {
        var table = ObjectTable(of: .bigPeerReplication, hasNamespaces: true)
        let replication = Samples.replication("cars", on: "berlin", [Samples.condition(.ready, .true, .synced)])
        let lines = table.lines([replication], now: Self.now)
        #expect(lines[0].hasPrefix("NAMESPACE   NAME   READY   SYNCED"))
        #expect(lines[0].hasSuffix("AGE"))
        #expect(lines[1].hasSuffix("2m"))
    }

    @Test("the wide table has more columns")
    func wide() {
        var (narrow, wide) = (ObjectTable(of: .bigPeerReplication), ObjectTable(of: .bigPeerReplication, isWide: true))
        let replication = Samples.replication("cars", on: "berlin", [])
        #expect(!narrow.lines([replication], now: Self.now)[0].contains("STATUS"))
        #expect(wide.lines([replication], now: Self.now)[0].contains("STATUS"))
    }

    @Test("beside other tables names stand with their kind")
    func kinds() {
        var table = ObjectTable(of: .bigPeer, hasKinds: true)
        #expect(table.lines([Samples.readyPeer("berlin")], now: Self.now)[1].hasPrefix("bigpeer.peerage.dev/berlin "))
    }

    @Test("for programs, one object is itself and several are a List")
    func printing() throws {
        let peer = Samples.readyPeer("berlin")
        #expect(Object(try JSONValue(parsing: ObjectPrinter.json([peer], isList: false))) == peer)
        let list = try JSONValue(parsing: ObjectPrinter.json([peer], isList: true))
        #expect(list["kind"] == "List")
        #expect(list["items"]?.array?.count == 1)
        #expect(
            ObjectPrinter.yaml([peer], isList: false).hasPrefix("apiVersion: peerage.dev/v1alpha1\nkind: BigPeer\n")
        )
    }
}
