import JSON
import Testing

@testable import YAML

@Suite("Node")
struct NodeTests {
    private static let text = """
        kind: BigPeerReplication
        metadata: {name: größe, labels: {a: b}}
        spec:
          connections:
          - "10.0.0.7:4040"
          - other:
              deep: 1
        """

    @Test(
        "a path leads to the place of a value and of its key",
        arguments: [
            ([], Mark(line: 1, column: 1), Mark(line: 1, column: 1)),
            ([.key("kind")], Mark(line: 1, column: 7), Mark(line: 1, column: 1)),
            ([.key("metadata"), .key("labels")], Mark(line: 2, column: 33), Mark(line: 2, column: 25)),
            ([.key("spec"), .key("connections")], Mark(line: 5, column: 3), Mark(line: 4, column: 3)),
            ([.key("spec"), .key("connections"), .index(0)], Mark(line: 5, column: 5), Mark(line: 5, column: 5)),
            (
                [.key("spec"), .key("connections"), .index(1), .key("other"), .key("deep")],
                Mark(line: 7, column: 13), Mark(line: 7, column: 7)
            ),
        ] as [([PathComponent], Mark, Mark)]
    )
    func marks(path: [PathComponent], value: Mark, key: Mark) throws {
        let node = try document(Self.text)
        #expect(node.mark(at: path) == value)
        #expect(node.mark(at: path, of: .key) == key)
    }

    @Test(
        "a path that leaves the document gives its nearest ancestor",
        arguments: [
            ([.key("none"), .key("x")], Mark(line: 1, column: 1)),
            ([.key("kind"), .key("x")], Mark(line: 1, column: 7)),
            ([.key("spec"), .key("none")], Mark(line: 4, column: 3)),
            ([.key("spec"), .key("connections"), .index(2)], Mark(line: 5, column: 3)),
            ([.key("spec"), .key("connections"), .index(-1)], Mark(line: 5, column: 3)),
            ([.key("spec"), .index(0)], Mark(line: 4, column: 3)),
        ] as [([PathComponent], Mark)]
    )
    func nearestAncestors(path: [PathComponent], mark: Mark) throws {
        #expect(try document(Self.text).mark(at: path) == mark)
    }

    @Test("columns count characters, not bytes")
    func columns() throws {
        #expect(try document("{ä😀: 1, b: 2}").mark(at: [.key("b")], of: .key) == Mark(line: 1, column: 9))
    }

    @Test("members keep the order of the text")
    func order() throws {
        guard case .mapping(let members) = try document("b: 1\na: 2\nc: 3").content else {
            Issue.record("expected a mapping")
            return
        }
        #expect(members.map(\.key) == ["b", "a", "c"])
        #expect(members.map(\.keyMark.line) == [1, 2, 3])
    }

    // kubectl makes the same keys of them: sigs.k8s.io/yaml, convertToJSONableObject.
    @Test("integers and booleans become keys in their JSON form, other scalars as written")
    func keys() throws {
        let node = try json("{1: a, 0x10: b, true: c, 1.10: d, '2': e, !!str null: f, yes: g, ? h : i}")
        #expect(node == ["1": "a", "16": "b", "true": "c", "1.10": "d", "2": "e", "null": "f", "yes": "g", "h": "i"])
    }

    @Test(
        "null, lists and mappings cannot be keys",
        arguments: ["~: a", "null: a", "? \n: a", "[x]: a", "{x: y}: a", "? - x\n: a"]
    )
    func badKeys(text: String) throws {
        #expect(try failure(text).reason == .badKey)
    }

    @Test("one key twice is an error that names both lines")
    func duplicateKeys() throws {
        let error = try failure("a: 1\nb:\n  x: 1\n  y: 2\n  x: 3\n")
        #expect(error.reason == .duplicateKey)
        #expect(error.mark == Mark(line: 5, column: 3))
        #expect(error.message == "the key 'x' appears twice, first on line 3 and again on line 5: remove one")
    }

    @Test(
        "keys are compared by what they become",
        arguments: ["{1: a, '1': b}", "{16: a, 0x10: b}", "{true: a, 'true': b}"]
    )
    func duplicateKeysOfDifferentSpelling(text: String) throws {
        #expect(try failure(text).reason == .duplicateKey)
    }

    @Test("duplicates are found among many keys")
    func duplicateAmongMany() throws {
        let lines = (1...500).map { "key\($0): \($0)" } + ["key250: x"]
        let error = try failure(lines.joined(separator: "\n"))
        #expect(error.message == "the key 'key250' appears twice, first on line 250 and again on line 501: remove one")
    }
}
