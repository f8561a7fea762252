import JSON
import KubernetesModel
import Planning
import ResourceStore
import Resources
import Testing

@testable import Console

@Suite("DiffReport")
struct DiffReportTests {
    private static func manifest(_ app: String) -> Object {
        var object = Object(kind: .bigPeerReplication, metadata: ObjectMeta(name: "cars", namespace: "fleet"))
        object.spec = ["bigPeerRef": ["name": "berlin"], "app": .string(app)]
        return object
    }

    private static func report(_ manifest: Object, _ store: MemoryStore) async throws -> DiffReport {
        var report = DiffReport()
        let proposal = try await Applier(store: store).proposal(.bigPeerReplication, manifest)
        report.objects.append(ObjectDiff(.bigPeerReplication, proposal))
        return report
    }

    @Test("a field that cannot change is told in the words of apply, and is no plan and no mere difference")
    func immutable() async throws {
        let store = MemoryStore()
        let applier = Applier(store: store)
        _ = try await applier.apply(.bigPeerReplication, Self.manifest("cars"))
        let report = try await Self.report(Self.manifest("trucks"), store)
        #expect(report.verdict == .couldNotTell)
        #expect(report.json["objects"]?.array?.first?["action"] == "refuse")
        let error = await #expect(throws: APIStatus.self) {
            try await applier.apply(.bigPeerReplication, Self.manifest("trucks"))
        }
        #expect(report.refusals.first?.sentence == error?.sentence)
        #expect(error?.message.contains("spec.app") == true)
    }

    @Test("a new object lists every field, an unchanged one none")
    func changes() async throws {
        let store = MemoryStore()
        let new = try await Self.report(Self.manifest("cars"), store)
        #expect(new.verdict == .no)
        let paths = new.objects[0].changes.map(\.path.description)
        #expect(
            paths == ["apiVersion", "kind", "metadata.name", "metadata.namespace", "spec.app", "spec.bigPeerRef.name"]
        )
        _ = try await Applier(store: store).apply(.bigPeerReplication, Self.manifest("cars"))
        let same = try await Self.report(Self.manifest("cars"), store)
        #expect(same.verdict == .done)
        #expect(same.json["hasDifferences"] == false)
        #expect(same.json["objects"]?.array?.first?["changes"] == [])
    }

    @Test("a list is one field, and a member that goes has no new value")
    func fields() {
        let old: JSONValue = ["spec": ["connections": ["a:1"], "suspend": true]]
        let new: JSONValue = ["spec": ["connections": ["a:1", "b:2"]]]
        let changes = FieldChange.between(old, new)
        #expect(changes.map(\.path.description) == ["spec.connections", "spec.suspend"])
        #expect(changes[1].new == nil)
        #expect(changes[1].json == ["path": "spec.suspend", "old": true, "new": .null])
    }

    @Test("a Big Peer that cannot be asked is named, makes it an error, and hides nothing of the others")
    func unasked() async throws {
        func plan(_ name: String, _ reason: Reason, at peer: String = "rome") -> PlanText {
            let outcome = Outcome(.waiting(reason, "no answer"), record: nil, next: .whenChanged)
            let key = ObjectKey(namespace: "fleet", name: name)
            return PlanText(.bigPeerApp, key, at: ObjectKey(namespace: "fleet", name: peer), Plan(outcome: outcome))
        }
        var report = try await Self.report(Self.manifest("cars"), MemoryStore())
        report.plans = [plan("later", .awaitingApp)]
        #expect(report.verdict == .no, "to wait for an app is no error")
        #expect(report.unasked.isEmpty)
        #expect(report.obstacles.count == 1)
        report.plans += [plan("a", .unreachable), plan("b", .unreachable), plan("c", .unauthorized, at: "oslo")]
        #expect(report.verdict == .couldNotTell)
        #expect(report.hasDifferences)
        #expect(report.obstacles.count == 1)
        #expect(report.json["unknown"]?.array?.count == 4)
        let named = "bigpeerapp.peerage.dev"
        #expect(
            report.unasked == [
                "BigPeer \"fleet/rome\" could not be asked, so nobody can tell what it would be sent for "
                    + "\(named)/a (fleet), \(named)/b (fleet): Unreachable: no answer",
                "BigPeer \"fleet/oslo\" could not be asked, so nobody can tell what it would be sent for "
                    + "\(named)/c (fleet): Unauthorized: no answer",
                "the other differences are shown",
            ]
        )
        report.objects = []
        #expect(report.unasked.last == "nothing else differs")
    }

    @Test("a Secret's values are in no form of the output")
    func secrets() async throws {
        let store = MemoryStore()
        var secret = Object(kind: .secret, metadata: ObjectMeta(name: "token", namespace: "fleet"))
        secret.content["stringData"] = ["token": "hunter2"]
        let applier = Applier(store: store)
        _ = try await applier.apply(.secret, secret)
        secret.content["stringData"] = ["token": "hunter3"]
        var report = DiffReport()
        report.objects.append(ObjectDiff(.secret, try await applier.proposal(.secret, secret)))
        #expect(report.verdict == .no)
        #expect(!report.json.text.contains("aHVudGVy"))
        #expect(!report.json.text.contains("hunter"))
    }

    @Test("every member that the report has is in its schema, and the other way round")
    func schema() async throws {
        let report = try await Self.report(Self.manifest("cars"), MemoryStore()).json
        let schema = DiffReport.schema
        func names(_ value: JSONValue?) -> [String] { value?.object.map { Array($0.keys) } ?? [] }
        #expect(names(report) == names(schema["properties"]))
        let object = report["objects"]?.array?.first
        let objectSchema = schema["properties"]?["objects"]?["items"]
        #expect(names(object) == names(objectSchema?["properties"]))
        let change = object?["changes"]?.array?.first
        #expect(names(change) == names(objectSchema?["properties"]?["changes"]?["items"]?["properties"]))
        #expect(
            names(report["summary"])
                == (schema["properties"]?["summary"]?["required"]?.array ?? []).compactMap(\.string).sorted()
        )
    }
}
