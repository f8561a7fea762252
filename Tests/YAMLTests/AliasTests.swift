import JSON
import Testing

@testable import YAML

@Suite("Alias")
struct AliasTests {
    @Test("an alias is the value of its anchor, at the anchor's place")
    func alias() throws {
        let node = try document("a: &x {k: [1, 2]}\nb: *x\nc: &y text\n*y : *y\n")
        #expect(node.json == ["a": ["k": [1, 2]], "b": ["k": [1, 2]], "c": "text", "text": "text"])
        #expect(node.mark(at: [.key("b"), .key("k"), .index(1)]) == Mark(line: 1, column: 15))
        #expect(node.mark(at: [.key("b")], of: .key) == Mark(line: 2, column: 1))
    }

    @Test("the nearest anchor of a name before an alias counts")
    func redefinedAnchor() throws {
        #expect(try json("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2])
    }

    @Test("an anchor ends with its document")
    func anchorScope() throws {
        let error = try failure("a: &x 1\n---\nb: *x\n")
        #expect(error.reason == .unknownAlias)
        #expect(error.description == "line 3, column 4: the alias *x has no anchor &x before it in its document")
    }

    @Test("an alias inside its own anchor is an error", arguments: ["&a [*a]", "&a {b: {c: *a}}", "&a {<<: *a}"])
    func recursion(text: String) throws {
        #expect(try failure(text).reason == .recursiveAlias)
    }

    // https://yaml.org/type/merge.html, with the example's values.
    @Test("merge keys add the members that are not there")
    func merge() throws {
        let text = """
            - &CENTER {x: 1, y: 2}
            - &LEFT {x: 0, y: 2}
            - &BIG {r: 10}
            - &SMALL {r: 1}
            - {<<: *CENTER, r: 10, label: center/big}
            - {<<: [*CENTER, *BIG], label: center/big}
            - {<<: [*BIG, *LEFT, *SMALL], x: 1, label: center/big}
            - {x: 1, <<: {x: 5, y: 2, r: 10}, label: center/big}
            """
        let expected: JSONValue = ["x": 1, "y": 2, "r": 10, "label": "center/big"]
        #expect(try json(text).array?.dropFirst(4) == [expected, expected, expected, expected])
    }

    @Test("a merged mapping may itself have merged")
    func nestedMerge() throws {
        #expect(try json("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, x: 3}").object?["c"] == ["x": 3, "y": 2])
    }

    @Test("a quoted merge key is an ordinary key")
    func quotedMergeKey() throws {
        #expect(try json("{'<<': {a: 1}}") == ["<<": ["a": 1]])
    }

    @Test(
        "merge keys take mappings only",
        arguments: ["<<: 1", "<<: [a]", "<<:", "<<: [{a: 1}, [b]]", "a: &x [1]\n<<: *x"]
    )
    func badMerge(text: String) throws {
        #expect(try failure(text).reason == .badMerge)
    }

    @Test("two merge keys in one mapping are an error that says how to write it")
    func twoMergeKeys() throws {
        let error = try failure("<<: {a: 1}\n<<: {b: 2}")
        #expect(error.reason == .duplicateKey)
        #expect(error.message.contains("[*a, *b]"))
    }
}
