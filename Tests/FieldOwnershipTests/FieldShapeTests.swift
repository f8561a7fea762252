import Clocks
import FieldOwnership
import JSON
import KubernetesModel
import Testing

@Suite("FieldShape")
struct FieldShapeTests {
    static let shape = FieldShape.object(
        .object(
            "A thing.",
            [
                .required("metadata", .objectMeta),
                .required(
                    "spec",
                    .object(
                        "What it should be.",
                        [
                            .optional("size", .integer("How big.", 0...9)),
                            .optional("colors", .list("Colors.", of: .string("One."), .set, maximumCount: 9)),
                            .optional("words", .list("Words.", of: .string("One."), maximumCount: 9)),
                            .optional(
                                "ports",
                                .list(
                                    "Ports.",
                                    of: .object(
                                        "A port.",
                                        [
                                            .required("name", .string("Its name.")),
                                            .optional("number", .integer("Its number.", 0...9)),
                                        ]
                                    ),
                                    .map(keys: ["name"]),
                                    maximumCount: 9
                                )
                            ),
                            .optional("texts", .map("Texts.", of: .string("One."), maximumCount: 9)),
                            .optional("probe", .object("A probe.", [.optional("interval", .string("How often."))])),
                            .optional("notes", .anything("Whatever.")),
                        ]
                    )
                ),
            ]
        )
    )

    @Test("who applies owns what it says, and not the objects and lists around that")
    func applied() throws {
        let json = try JSONValue(
            parsing: #"""
                {"metadata":{"labels":{"a":"b"},"finalizers":["x"],"ownerReferences":[{"uid":"u","name":"n"}]},"spec":
                {"size":1,"colors":["red"],"words":["a","b"],"ports":[{"name":"h","number":1}],"texts":{"t":"u"},
                "probe":{},"notes":{"a":{"b":[1]},"c":{}}}}
                """#
        )
        #expect(
            Self.shape.fields(of: json, .applied).paths.map(\.fieldPath).sorted() == [
                #".metadata.finalizers[="x"]"#, ".metadata.labels.a", #".metadata.ownerReferences[uid="u"]"#,
                #".spec.colors[="red"]"#, ".spec.notes.a", ".spec.notes.a.b", ".spec.notes.c",
                #".spec.ports[name="h"]"#, #".spec.ports[name="h"].name"#, #".spec.ports[name="h"].number"#,
                ".spec.probe", ".spec.size", ".spec.texts.t", ".spec.words",
            ]
        )
    }

    @Test("who creates owns everything")
    func everything() {
        let json: JSONValue = ["spec": ["size": 1, "colors": ["red"], "probe": ["interval": "5s"]]]
        #expect(
            Self.shape.fields(of: json, .everything).paths.map(\.fieldPath).sorted() == [
                ".spec", ".spec.colors", #".spec.colors[="red"]"#, ".spec.probe", ".spec.probe.interval", ".spec.size",
            ]
        )
    }

    @Test("a comparison tells what was added, changed and removed, wherever elements stand")
    func comparison() {
        let old: JSONValue = [
            "spec": ["size": 1, "colors": ["red", "blue"], "words": ["a"], "ports": [["name": "h", "number": 1]]]
        ]
        let new: JSONValue = [
            "spec": [
                "colors": ["green", "blue"], "words": ["b"],
                "ports": [["name": "i"], ["name": "h", "number": 2]], "probe": .null,
            ]
        ]
        let comparison = Self.shape.comparison(from: old, to: new)
        #expect(
            comparison.added.paths.map(\.fieldPath) == [
                #".spec.colors[="green"]"#, #".spec.ports[name="i"]"#, #".spec.ports[name="i"].name"#,
            ]
        )
        #expect(comparison.modified.paths.map(\.fieldPath) == [".spec.words", #".spec.ports[name="h"].number"#])
        #expect(comparison.removed.paths.map(\.fieldPath) == [".spec.size", #".spec.colors[="red"]"#])
    }

    @Test("a configuration decides the order of its own elements, and others' stay between them")
    func order() {
        func merged(_ live: [JSONValue], _ wanted: [JSONValue]) -> JSONValue? {
            let live: JSONValue = ["spec": ["colors": .array(live)]]
            return Self.shape.merged(live, with: ["spec": ["colors": .array(wanted)]])["spec"]?["colors"]
        }
        #expect(merged(["a", "b"], ["b", "c"]) == ["a", "b", "c"])
        #expect(merged(["b", "a"], ["a", "b"]) == ["a", "b"])
        #expect(merged(["x", "b", "y", "a"], ["a", "b"]) == ["x", "y", "a", "b"])
        #expect(merged(["a", "x"], ["n", "a"]) == ["n", "a", "x"])
        #expect(merged([], ["b", "a"]) == ["b", "a"])
    }

    @Test("null in a configuration says nothing")
    func nulls() {
        let live: JSONValue = ["spec": ["size": 1]]
        let wanted: JSONValue = ["spec": ["size": .null, "probe": ["interval": .null]]]
        #expect(Self.shape.merged(live, with: wanted) == ["spec": ["size": 1, "probe": [:]]])
        #expect(Self.shape.fields(of: ["spec": ["size": .null]], .applied).isEmpty)
    }

    @Test("what loses all it holds goes, too")
    func removing() {
        let json: JSONValue = ["spec": ["size": 1, "colors": ["red"], "texts": ["a": "b"], "ports": []]]
        let gone = FieldSet([
            [.name("spec"), .name("colors"), .value("red")], [.name("spec"), .name("texts"), .name("a")],
        ])
        #expect(Self.shape.removing(gone, from: json) == ["spec": ["size": 1, "ports": []]])
    }

    @Test("a comparison finds what a merge changed and nothing else", arguments: 0..<200)
    func mergeLaws(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let (live, wanted) = (JSONValue.anyThing(&random), JSONValue.anyThing(&random))
        let merged = Self.shape.merged(live, with: wanted)
        #expect(Self.shape.merged(merged, with: wanted) == merged)
        #expect(Self.shape.comparison(from: live, to: merged).removed.isEmpty)
        #expect(Self.shape.comparison(from: merged, to: merged).isSame)
        let wantedFields = Self.shape.fields(of: wanted, .applied)
        #expect(wantedFields.subtracting(Self.shape.fields(of: merged, .everything)).isEmpty)
        let forth = Self.shape.comparison(from: live, to: wanted)
        let back = Self.shape.comparison(from: wanted, to: live)
        #expect(forth.added == back.removed)
        #expect(forth.modified == back.modified)
    }
}

extension JSONValue {
    /// A thing of the shape above.
    static func anyThing(_ random: inout SplitMix64) -> JSONValue {
        var spec = JSONObject()
        let colors: [JSONValue] = ["red", "green", "blue", "black"]
        if Bool.random(using: &random) { spec["size"] = .integer(Int64.random(in: 0...2, using: &random)) }
        if Bool.random(using: &random) {
            let count = Int.random(in: 0...4, using: &random)
            spec["colors"] = .array(Array(colors.shuffled(using: &random).prefix(count)))
        }
        if Bool.random(using: &random) { spec["words"] = .array([colors[Int.random(in: 0..<2, using: &random)]]) }
        if Bool.random(using: &random) {
            let names = ["h", "i", "j"].shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
            spec["ports"] = .array(
                names.map { ["name": .string($0), "number": .integer(Int64.random(in: 0...1, using: &random))] }
            )
        }
        for key in ["x", "y"] where Bool.random(using: &random) {
            var texts = spec["texts"]?.object ?? JSONObject()
            texts[key] = Bool.random(using: &random) ? "1" : "2"
            spec["texts"] = .object(texts)
        }
        if Bool.random(using: &random) { spec["probe"] = Bool.random(using: &random) ? [:] : ["interval": "5s"] }
        if Bool.random(using: &random) {
            spec["notes"] = ["a": ["b": .integer(Int64.random(in: 0...1, using: &random))]]
        }
        return ["apiVersion": "example.dev/v1", "kind": "Thing", "metadata": ["name": "t"], "spec": .object(spec)]
    }
}
