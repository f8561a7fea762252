import Clocks
import JSON
import Testing

@testable import FieldOwnership

/// An object with its ownership, and managers who write to it one after the other.
private struct Bench {
    static let shape = FieldShapeTests.shape
    var object: JSONValue = [:]
    var fields = ManagedFields()
    private var clock = 0

    private mutating func now() -> String {
        self.clock += 1
        return "2026-01-01T00:00:0\(self.clock % 10)Z"
    }

    mutating func apply(_ name: String, _ spec: JSONValue, isForced: Bool = false) throws(FieldConflicts) {
        let result = try self.fields.appliedAfterClientSide(
            ["apiVersion": "example.dev/v1", "kind": "Thing", "metadata": ["name": "t"], "spec": spec],
            to: self.object,
            Self.shape,
            by: FieldManager(name, .apply, apiVersion: "example.dev/v1"),
            isForced: isForced,
            at: self.now()
        )
        self.object = result.object
        self.fields = result.managedFields
    }

    mutating func update(_ name: String, _ object: JSONValue, apiVersion: String = "example.dev/v1") {
        let manager = FieldManager(name, .update, apiVersion: apiVersion)
        self.fields = self.fields.updated(from: self.object, to: object, Self.shape, by: manager, at: self.now())
        self.object = object
    }

    mutating func update(_ name: String, spec: JSONValue) {
        var object = self.object
        object["spec"] = spec
        self.update(name, object)
    }

    /// What a manager owns, as `fieldsV1`.
    func owned(_ name: String, _ operation: FieldManager.Operation) -> JSONValue? {
        self.fields[FieldManager(name, operation, apiVersion: "example.dev/v1")]?.fields.fieldsV1
    }
}

/// The steps and what comes of them were compared with `kube-apiserver` 1.20.2 on our own kinds where that version can
/// do them; the rest is from Kubernetes, "Server-Side Apply", and `sigs.k8s.io/structured-merge-diff/merge`.
@Suite("ManagedFields")
struct ManagedFieldsTests {
    @Test("what a manager no longer says goes, unless another says it")
    func removal() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1, "colors": ["red", "blue"], "texts": ["a": "1"]])
        try bench.apply("two", ["colors": ["blue", "green"]])
        try bench.apply("one", ["colors": ["red"]])
        #expect(bench.object["spec"] == ["colors": ["red", "blue", "green"]])
        #expect(bench.owned("one", .apply) == ["f:spec": ["f:colors": [#"v:"red""#: [:]]]])
        #expect(bench.owned("two", .apply) == ["f:spec": ["f:colors": [#"v:"blue""#: [:], #"v:"green""#: [:]]]])
        try bench.apply("one", [:])
        try bench.apply("two", ["words": []])
        #expect(bench.object["spec"] == ["words": []])
        #expect(bench.owned("one", .apply) == ["f:spec": [:]])
    }

    @Test("values that others own differently are conflicts, and force takes them")
    func conflicts() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1, "words": ["a"]])
        let two = #expect(throws: FieldConflicts.self) { try bench.apply("two", ["size": 2, "words": ["b"]]) }
        #expect(two?.message == "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.size\n- .spec.words")
        let only = #expect(throws: FieldConflicts.self) { try bench.apply("two", ["size": 2]) }
        #expect(only?.message == #"Apply failed with 1 conflict: conflict with "one": .spec.size"#)
        try bench.apply("two", ["size": 2], isForced: true)
        #expect(bench.owned("one", .apply) == ["f:spec": ["f:words": [:]]])
        #expect(bench.owned("two", .apply) == ["f:spec": ["f:size": [:]]])
        #expect(bench.object["spec"] == ["size": 2, "words": ["a"]])
    }

    @Test("equal values are owned together, and stay while one of the owners wants them")
    func sharing() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1])
        try bench.apply("two", ["size": 1, "words": ["a"]])
        try bench.apply("one", ["words": ["a"]])
        #expect(bench.object["spec"] == ["size": 1, "words": ["a"]])
        #expect(bench.owned("two", .apply) == ["f:spec": ["f:size": [:], "f:words": [:]]])
    }

    @Test("an update owns what it changes, and others lose it")
    func updates() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1, "texts": ["a": "1"]])
        bench.update("editor", spec: ["size": 2, "texts": ["a": "1"], "probe": ["interval": "5s"]])
        #expect(bench.owned("one", .apply) == ["f:spec": ["f:texts": ["f:a": [:]]]])
        #expect(
            bench.owned("editor", .update) == ["f:spec": ["f:size": [:], "f:probe": [".": [:], "f:interval": [:]]]]
        )
        bench.update("other", spec: ["size": 2, "texts": ["a": "1"], "probe": ["interval": "6s"]])
        #expect(bench.owned("editor", .update) == ["f:spec": ["f:size": [:], "f:probe": [:]]])
        #expect(bench.owned("other", .update) == ["f:spec": ["f:probe": ["f:interval": [:]]]])
        bench.update("other", spec: ["texts": ["a": "1"]])
        #expect(bench.owned("editor", .update) == nil)
        #expect(bench.owned("other", .update) == nil)
        let conflicts = #expect(throws: FieldConflicts.self) {
            bench.update("editor", spec: ["size": 3, "texts": ["a": "1"]])
            try bench.apply("one", ["size": 4])
        }
        let message = #"Apply failed with 1 conflict: conflict with "editor" using example.dev/v1: .spec.size"#
        #expect(conflicts?.message == message)
    }

    @Test("who creates owns the whole object but for what says which object it is")
    func creation() {
        var bench = Bench()
        let metadata: JSONValue = ["name": "t", "namespace": "n", "generateName": "g-", "labels": ["a": "b"]]
        bench.update("maker", ["apiVersion": "v", "kind": "Thing", "metadata": metadata, "spec": ["size": 1]])
        let labels: JSONValue = [".": [:], "f:a": [:]]
        #expect(
            bench.owned("maker", .update)
                == ["f:metadata": ["f:generateName": [:], "f:labels": labels], "f:spec": [".": [:], "f:size": [:]]]
        )
    }

    @Test("the time tells when something last changed")
    func times() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1])
        let first = bench.fields
        try bench.apply("one", ["size": 1])
        bench.update("editor", spec: ["size": 1])
        #expect(bench.fields == first)
        try bench.apply("one", ["size": 2])
        #expect(bench.fields.entries.first?.time != first.entries.first?.time)
    }

    @Test("kubectl takes over without conflicts what it applied on its own side, and its annotation follows")
    func migration() throws {
        let annotation = "kubectl.kubernetes.io/last-applied-configuration"
        let manifest: JSONValue = ["apiVersion": "example.dev/v1", "kind": "Thing", "spec": ["size": 1]]
        var object = manifest
        object["metadata"] = ["name": "t", "annotations": [annotation: .string(manifest.text)]]
        var bench = Bench()
        bench.update("kubectl-client-side-apply", object)
        #expect(throws: FieldConflicts.self) { try bench.apply("somebody", ["size": 2]) }
        try bench.apply("kubectl", ["size": 2])
        #expect(bench.owned("kubectl", .apply) == ["f:spec": ["f:size": [:]]])
        let text = try #require(bench.object["metadata"]?["annotations"]?[annotation]?.string)
        #expect(try JSONValue(parsing: text)["spec"] == ["size": 2])
        bench.update("editor", spec: ["size": 3])
        #expect(throws: FieldConflicts.self) { try bench.apply("kubectl", ["size": 4]) }
    }

    @Test("an annotation of another version is not believed: its fields may mean something else")
    func migrationOfAnotherVersion() throws {
        let annotation = "kubectl.kubernetes.io/last-applied-configuration"
        let manifest: JSONValue = ["apiVersion": "example.dev/v1", "kind": "Thing", "spec": ["size": 1]]
        var older = manifest
        older["apiVersion"] = "example.dev/v0"
        var object = manifest
        object["metadata"] = ["name": "t", "annotations": [annotation: .string(older.text)]]
        var bench = Bench()
        bench.update("kubectl-client-side-apply", object)
        #expect(throws: FieldConflicts.self) { try bench.apply("kubectl", ["size": 2]) }
    }

    @Test("what nobody owns of a part is given to who writes it untracked")
    func attribution() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1])
        let manager = FieldManager("peerage", .update, apiVersion: "example.dev/v1", subresource: "status")
        let status: JSONValue = ["status": ["phase": "x", "more": ["a": 1]]]
        let fields = bench.fields.attributing(status, of: ["status"], Bench.shape, to: manager)
        let owned: JSONValue = [".": [:], "f:phase": [:], "f:more": [".": [:], "f:a": [:]]]
        #expect(fields[manager]?.fields.fieldsV1 == ["f:status": owned])
        #expect(fields.attributing(status, of: ["status"], Bench.shape, to: manager) == fields)
        #expect(fields.attributing([:], of: ["status"], Bench.shape, to: manager) == bench.fields)
    }

    @Test("entries of other versions are dropped with the next write")
    func versions() throws {
        var bench = Bench()
        try bench.apply("one", ["size": 1])
        bench.fields = ManagedFields(
            bench.fields.entries + [
                .init(FieldManager("old", .apply, apiVersion: "example.dev/v0"), FieldSet([[.name("spec")]]), time: nil)
            ]
        )
        try bench.apply("one", ["size": 1])
        #expect(bench.fields.entries.map(\.manager.name) == ["one"])
    }

    @Test("many updaters are put together, the oldest first")
    func ancientChanges() {
        var bench = Bench()
        bench.update("m", ["spec": ["size": 0]])
        for index in 0..<15 {
            var texts = bench.object["spec"]?["texts"]?.object ?? JSONObject()
            texts["t\(index)"] = "x"
            bench.update("m\(index)", spec: ["size": 0, "texts": .object(texts)])
        }
        #expect(bench.fields.entries.count == ManagedFields.maximumUpdates)
        #expect(bench.fields.entries.contains { $0.manager.name == "ancient-changes" })
        #expect(bench.fields.fields.contains(bench.object, Bench.shape))
    }

    @Test("managedFields is read and written back in one order, whatever the order")
    func codec() throws {
        let text = """
            [{"manager":"u","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:02Z","fieldsType":"FieldsV1",
            "fieldsV1":{"f:status":{}},"subresource":"status"},{"manager":"z","operation":"Apply","apiVersion":"v1",
            "time":"2026-01-01T00:00:01Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}},{"manager":"a","operation":
            "Apply","apiVersion":"v1","time":"2026-01-01T00:00:02Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]
            """
        let json = try JSONValue(parsing: text)
        let elements = try #require(json.array)
        let fields = try ManagedFields(json)
        #expect(fields.json == .array([elements[1], elements[2], elements[0]]))
        #expect(try ManagedFields(.array(elements.reversed())) == fields)
        #expect(ManagedFields.isReset([]))
        #expect(ManagedFields.isReset([[:]]))
        #expect(!ManagedFields.isReset(json))
        #expect(throws: FieldSetError.self) { try ManagedFields([["manager": "a"]]) }
    }

    @Test("an apply twice is an apply once, and leaves no field that its manager gave up", arguments: 0..<200)
    func applyLaws(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var bench = Bench()
        for _ in 0..<12 {
            let spec = JSONValue.anyThing(&random)["spec"] ?? [:]
            let name = ["one", "two", "three"][Int.random(in: 0..<3, using: &random)]
            if Int.random(in: 0..<4, using: &random) == 0 {
                bench.update(name, spec: spec)
                continue
            }
            try bench.apply(name, spec, isForced: true)
            let once = bench
            try bench.apply(name, spec)
            #expect(bench.object == once.object)
            #expect(bench.fields == once.fields)
            #expect(Bench.shape.merged(bench.object, with: ["spec": spec]) == bench.object)
            let said = Bench.shape.fields(of: ["spec": spec], .applied)
            let manager = FieldManager(name, .apply, apiVersion: "example.dev/v1")
            #expect((bench.fields[manager]?.fields ?? FieldSet()) == said)
        }
    }

    @Test("managers who share nothing end the same in any order", arguments: 0..<50)
    func commuting(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let parts = ["a", "b", "c"].map { name -> (String, JSONValue) in
            (name, ["texts": [name: "1"], "ports": [["name": .string(name), "number": 1]]])
        }
        var (first, second) = (Bench(), Bench())
        for (name, spec) in parts { try first.apply(name, spec) }
        for (name, spec) in parts.shuffled(using: &random) { try second.apply(name, spec) }
        #expect(Bench.shape.comparison(from: first.object, to: second.object).isSame)
        for (name, _) in parts { #expect(first.owned(name, .apply) == second.owned(name, .apply)) }
    }
}

extension FieldSet {
    /// Whether every field of an object is in the set.
    fileprivate func contains(_ object: JSONValue, _ shape: FieldShape) -> Bool {
        shape.fields(of: object, .applied).subtracting(self).isEmpty
    }
}
