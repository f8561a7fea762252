import JSON
import Testing

@testable import DQL

@Suite("DQLFilter")
struct FilterTests {
    @Test("queries are joined by OR")
    func union() throws {
        let filter = try DQLFilter(parsing: ["color = 'blue'", "year > 2000 AND color = 'red'"])
        #expect(filter.matches(Array("{\"_id\":\"1\",\"color\":\"blue\"}".utf8)))
        #expect(filter.matches(Array("{\"color\":\"red\",\"year\":2001}".utf8)))
        #expect(!filter.matches(Array("{\"color\":\"red\",\"year\":1999}".utf8)))
        #expect(!filter.matches(Array("{}".utf8)))
        let blue = Array("{\"color\":\"blue\"}".utf8)
        let matchesSpan = filter.matches(blue.span)
        #expect(matchesSpan)
    }

    @Test("constants are found out before the first document")
    func constants() throws {
        #expect(try DQLFilter(parsing: ["true"]).matchesEverything)
        #expect(try DQLFilter(parsing: ["a = 1", "1 = 1"]).matchesEverything)
        #expect(try DQLFilter(parsing: ["NOT (a = 1 AND false)"]).matchesEverything)
        #expect(try DQLFilter(parsing: []).matchesNothing)
        for text in ["false", "NULL", "'true'", "1", "a = 1 AND 1 = 2", "[true]"] {
            let filter = try DQLFilter(parsing: [text])
            #expect(filter.matchesNothing, "\(text)")
            #expect(!filter.matches(Array("{}".utf8)))
        }
        let filter = try DQLFilter(parsing: ["a = 1"])
        #expect(!filter.matchesEverything && !filter.matchesNothing)
    }

    @Test("an error names the query")
    func errors() {
        let error = #expect(throws: DQLFilterError.self) { try DQLFilter(parsing: ["true", "a ="]) }
        #expect(error?.description == "query \"a =\", column 4: found the end; expected a value, a field or '('")
        let other = #expect(throws: DQLFilterError.self) { try DQLFilter(parsing: ["true", "b", "nope(a)"]) }
        #expect(other?.query == "nope(a)")
    }

    @Test(
        "what is no object never matches and never traps",
        arguments: [
            "", "[]", "7", "\"a\"", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"b\":2", "{\"b\":[", "{\"b\":{]",
            "{,}",
            "{\"a\\", "{\"b\":\"\\", "{\"b\":}", "{\"b\"1}", "{\"b\":1 \"a\":1}",
        ]
    )
    func brokenDocuments(text: String) throws {
        #expect(!(try matches("nowhere IS MISSING", text)) || text == "{\"b\":{]")
        #expect(!(try matches("a = 2", text)))
        #expect(!(try matches("b.c = 2", text)))
    }

    @Test("fields are found wherever they stand, behind anything")
    func fields() throws {
        let document = """
             { "skip" : "\\"a\\":1" , "o":{"a":[{"b":"}"}],"c":"]"} ,"n":-1.5e3, "a" : "x" ,"_id":{"b":1,"a":"y"} }
            """
        #expect(try matches("a = 'x' AND n = -1500 AND o.c = ']' AND _id.a = 'y'", document))
        #expect(try matches("_id = {'a': 'y', 'b': 1}", document))
        #expect(try matches("o.a = [{'b': '}'}]", document))
        #expect(try matches("skip = '\"a\":1'", document))
        #expect(!(try matches("o.b = 1", document)))
    }

    @Test("two spellings of one letter are two names and two texts")
    func normalization() throws {
        #expect(try matches("`e\u{301}` = 1 AND `\u{e9}` = 2", "{\"\u{e9}\":2,\"e\u{301}\":1}"))
        #expect(!(try matches("a = '\u{e9}'", "{\"a\":\"e\u{301}\"}")))
    }

    private static func constraint(_ query: String) throws -> String {
        func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
        return switch try DQLFilter(parsing: [query]).idConstraint {
        case .none: "none"
        case .oneOf(let keys): "oneOf(\(keys.map(text).joined(separator: " ")))"
        case .range(let range): "\(text(range.lower))..<\(text(range.upper))"
        }
    }

    @Test(
        "what a query demands of _id becomes keys",
        arguments: [
            ("true", "none"), ("color = 'blue'", "none"), ("false", "oneOf()"), ("_id = 'a'", "oneOf(\"a\")"),
            ("'a' = _id AND color = 'blue'", "oneOf(\"a\")"),
            ("_id = 'b' OR _id IN ('c', 'a')", "oneOf(\"a\" \"b\" \"c\")"),
            ("_id IN ['b', 'a']", "oneOf(\"a\" \"b\")"), ("_id = 'a' OR color = 'blue'", "none"),
            ("_id = 'a' AND _id = 'b'", "oneOf()"), ("_id = 5", "oneOf()"), ("_id <> 'a'", "none"),
            ("NOT _id = 'a'", "none"),
            ("_id NOT IN ('a')", "none"), ("_id = NULL", "oneOf()"), ("_id > 5", "oneOf()"),
            ("_id = {'y': 'b', 'x': 'a'}", "oneOf({\"x\":\"a\",\"y\":\"b\"})"), ("_id = {'x': 1}", "none"),
            ("_id.x = 'a'", "none"), ("_id = 'it\"s'", "oneOf(\"it\\\"s\")"), ("_id = color", "none"),
            ("_id >= 'b'", "\"b..<#"), ("'b' <= _id", "\"b..<#"), ("_id <= 'bc'", "\"..<\"bc#"),
            ("_id < 'b1'", "\"..<\"b]"),
            ("_id BETWEEN 'a' AND 'c'", "\"a..<\"c#"), ("_id > 'a' AND _id <= 'c'", "\"a..<\"c#"),
            ("starts_with(_id, 'car-')", "\"car-..<\"car."), ("_id > 'a\"b'", "\"a..<#"),
            ("_id > 'a' AND _id IN ('A', 'b')", "oneOf(\"b\")"), ("_id > 'b' OR _id = 'a'", "\"a\"..<#"),
            ("_id BETWEEN 'c' AND 'a'", "\"c..<\"a#"), ("_id NOT BETWEEN 'a' AND 'b'", "none"),
        ]
    )
    func idConstraint(text: String, expected: String) throws {
        #expect(try Self.constraint(text) == expected)
    }

    @Test("no document that matches lies outside the constraint")
    func constraintIsWideEnough() throws {
        var generator = SeededGenerator(seed: 4)
        let letters = Array("\u{1}\n\"\\ !#A[]^az\u{e9}\u{1F600}")
        func word() -> String {
            String(
                (0..<Int.random(in: 0...3, using: &generator)).compactMap { _ in
                    letters.randomElement(using: &generator)
                }
            )
        }
        let signs = ["=", "<", "<=", ">", ">="]
        var matched = 0
        for _ in 0..<20_000 {
            let bound = DQLExpression.quoted(word())
            let sign = signs.randomElement(using: &generator) ?? "="
            let text = Bool.random(using: &generator) ? "_id \(sign) \(bound)" : "starts_with(_id, \(bound))"
            let filter = try DQLFilter(parsing: [text])
            let id = JSONValue.string(word())
            guard filter.matches(JSONValue.object(["_id": id]).bytes) else { continue }
            matched += 1
            switch filter.idConstraint {
            case .none: break
            case .oneOf(let keys): #expect(keys.contains(id.bytes), "\(text) \(id.text)")
            case .range(let range): #expect(range.contains(id.bytes), "\(text) \(id.text)")
            }
        }
        #expect(matched > 3_000)
    }
}
