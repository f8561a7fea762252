import JSON
import Testing

@testable import YAML

@Suite("Limits")
struct LimitTests {
    @Test("a billion laughs end at the limit before they take time or memory")
    func billionLaughs() throws {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...60 {
            text +=
                "a\(level): &a\(level) [" + repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        let error = try failure(text)
        #expect(error.reason == .limit)
        #expect(error.mark.line == 6)
    }

    @Test("merge keys and long texts cannot multiply either")
    func otherBombs() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let aliases = repeatElement("*a", count: 100).joined(separator: ", ")
        #expect(
            try failure("- &a \(long)\n- [\(aliases)]").message == "more than 67108864 bytes of text, aliases followed"
        )
        let members = (0..<1000).map { "k\($0): 0" }.joined(separator: ", ")
        let merges = repeatElement("{<<: *a}", count: 1000).joined(separator: ", ")
        #expect(
            try failure("- &a {\(members)}\n- [\(merges)]").message
                == "more than 1000000 keys and values, aliases followed"
        )
    }

    @Test("totals cannot overflow when there is no limit")
    func noLimit() throws {
        var limits = YAMLLimits()
        limits.nodes = .max
        limits.textBytes = .max
        let text = "- &a0 [1, 2]\n" + (1...200).map { "- &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        #expect(try failure(text, limits: limits).reason == .limit)
    }

    @Test("nesting is limited for brackets, indentation and aliases", arguments: [64, 65])
    func depth(depth: Int) throws {
        let brackets = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let dashes = String(repeating: "- ", count: depth) + "x"
        let keys = (0..<depth).map { String(repeating: " ", count: $0) + "k:\n" }.joined()
        let half = String(repeating: "[", count: depth / 2) + String(repeating: "]", count: depth / 2)
        let alias =
            "- &a \(half)\n- " + String(repeating: "[", count: depth - 1 - depth / 2) + "*a"
            + String(repeating: "]", count: depth - 1 - depth / 2)
        for text in [brackets, dashes, keys, alias] {
            if depth <= 64 {
                _ = try document(text)
            } else {
                #expect(try failure(text).message == "more than 64 lists and mappings inside one another")
            }
        }
    }

    @Test("nesting without end is refused at once")
    func endlessNesting() throws {
        for text in ["[", "{a: ", "- ", "? ", "[\n", "!!seq [", "&a ["] {
            #expect(try failure(String(repeating: text, count: 200_000)).mark.line <= 100)
        }
    }

    @Test("the input, the documents and the values have limits of their own")
    func counts() throws {
        var limits = YAMLLimits()
        limits.inputBytes = 10
        #expect(try failure("a: 12345678", limits: limits).reason == .limit)
        limits = YAMLLimits()
        limits.documents = 2
        #expect(try failure("a: 1\n---\n---\nb: 1", limits: limits).mark == Mark(line: 3, column: 1))
        limits = YAMLLimits()
        limits.nodes = 5
        #expect(try json("[a, {b: c}]", limits: limits) == ["a", ["b": "c"]])
        #expect(try failure("[a, {b: c}, d]", limits: limits).mark == Mark(line: 1, column: 13))
    }

    @Test("a flood of directives is refused before libyaml compares each with all others")
    func directives() throws {
        let text = (0..<50_000).map { "%TAG !a\($0)! x\n" }.joined() + "--- a"
        let error = try failure(text)
        #expect(error.reason == .limit)
        #expect(error.mark == Mark(line: 101, column: 1))
        let percent = (0..<200).map { "- 50% of x\($0)\n" }.joined() + "- |\n" + String(repeating: "  %x\n", count: 200)
        #expect(try document(percent).json.array?.count == 201)
        #expect(try json("%YAML 1.2\n%TAG !k! tag:yaml.org,2002:\n--- !k!str 1") == "1")
    }
}
