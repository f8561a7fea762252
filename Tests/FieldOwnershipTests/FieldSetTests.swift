import Clocks
import FieldOwnership
import JSON
import Testing

/// Source of the texts: `sigs.k8s.io/structured-merge-diff/fieldpath`, `serialize.go` and `serialize-pe.go`; and what
/// `kube-apiserver` 1.20.2 gives for objects of our kinds.
@Suite("FieldSet")
struct FieldSetTests {
    @Test("fieldsV1 is read and written back as it was")
    func codec() throws {
        let text = #"""
            {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:connections":{"v:\"a:4040\"":{}},\#
            "f:ports":{"i:3":{}}},"f:status":{".":{},"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:type":{}}}}}
            """#
        let json = try JSONValue(parsing: text)
        let set = try FieldSet(fieldsV1: json)
        #expect(set.fieldsV1 == json)
        #expect(
            set.paths.map(\.fieldPath) == [
                ".status", ".metadata.labels", ".metadata.labels.a", #".spec.connections[="a:4040"]"#,
                ".spec.ports[3]", #".status.conditions[type="Ready"]"#, #".status.conditions[type="Ready"].type"#,
            ]
        )
    }

    @Test("steps of an unknown sort are left out, and what is around them stays")
    func unknownSteps() throws {
        let set = try FieldSet(fieldsV1: ["f:a": [:], "x:new": [:], "f:b": ["y:newer": [:]]])
        #expect(set == FieldSet([[.name("a")]]))
    }

    @Test(
        "what is no fieldsV1 is refused",
        arguments: [
            #"[]"#, #"{"f:a":3}"#, #"{"spec":{}}"#, #"{"k:{":{}}"#, #"{"k:{}":{}}"#, #"{"v:":{}}"#, #"{"i:-1":{}}"#,
            #"{"i:x":{}}"#, #"{"f":{}}"#,
        ]
    )
    func broken(_ text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: FieldSetError.self) { try FieldSet(fieldsV1: json) }
    }

    @Test("a field that is taken away leaves the fields inside it")
    func difference() {
        let set = FieldSet([[.name("a")], [.name("a"), .name("b")]])
        #expect(set.subtracting(FieldSet([[.name("a")]])) == FieldSet([[.name("a"), .name("b")]]))
        #expect(set.subtracting(FieldSet([[.name("a"), .name("b")]])) == FieldSet([[.name("a")]]))
    }

    @Test("names are told apart byte by byte")
    func names() {
        let set = FieldSet([[.name("\u{E9}")], [.name("e\u{301}")]])
        #expect(set.paths.count == 2)
    }

    @Test("the laws of sets hold, and fieldsV1 loses nothing", arguments: 0..<200)
    func laws(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let (a, b, c) = (FieldSet.any(&random), FieldSet.any(&random), FieldSet.any(&random))
        #expect(a.union(b) == b.union(a))
        #expect(a.union(b).union(c) == a.union(b.union(c)))
        #expect(a.union(a) == a)
        #expect(a.intersection(b) == b.intersection(a))
        #expect(a.intersection(b.union(c)) == a.intersection(b).union(a.intersection(c)))
        #expect(a.subtracting(b).intersection(b).isEmpty)
        #expect(a.subtracting(b).union(a.intersection(b)) == a)
        #expect(a.subtracting(b.union(c)) == a.subtracting(b).subtracting(c))
        #expect(Set(a.union(b).paths) == Set(a.paths).union(b.paths))
        #expect(Set(a.subtracting(b).paths) == Set(a.paths).subtracting(b.paths))
        #expect(FieldSet(a.paths.shuffled(using: &random)) == a)
        #expect(try FieldSet(fieldsV1: a.fieldsV1) == a)
    }
}

extension FieldSet {
    /// A small set of few steps, so that sets have members in common.
    static func any(_ random: inout SplitMix64) -> FieldSet {
        let steps: [FieldStep] = [
            .name("a"), .name("b"), .name("."), .key(["type": "x"]), .key(["type": "y", "port": 1]), .value("a"),
            .value(1), .index(0), .index(10),
        ]
        let paths = (0..<Int.random(in: 0...8, using: &random)).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                steps[Int.random(in: 0..<steps.count, using: &random)]
            }
        }
        return FieldSet(paths)
    }
}
