import JSON
import Testing

@Suite("Object")
struct ObjectTests {
    @Test("members are sorted, however they came")
    func order() throws {
        let object = JSONObject([.init(key: "b", value: 1), .init(key: "", value: 2), .init(key: "a", value: 3)])
        #expect(Array(object.keys) == ["", "a", "b"])
        #expect(try JSONValue(parsing: #"{"b":1,"":2,"a":3}"#) == .object(object))
        #expect(JSONValue.object(object).text == #"{"":2,"a":3,"b":1}"#)
    }

    @Test("of two members with one key the later wins")
    func laterWins() {
        let object = JSONObject([.init(key: "b", value: 1), .init(key: "a", value: 2), .init(key: "b", value: 3)])
        #expect(object == ["a": 2, "b": 3])
        #expect(object.count == 2)
        #expect(JSONObject([.init(key: "a", value: 1), .init(key: "a", value: 2)]) == ["a": 2])
    }

    @Test("members are found, set and removed by key")
    func subscripts() {
        var object: JSONObject = ["b": 1, "d": 2]
        object["a"] = 0
        object["c"] = 5
        object["e"] = 6
        object["b"] = 7
        object["d"] = nil
        object["x"] = nil
        #expect(object == ["a": 0, "b": 7, "c": 5, "e": 6])
        #expect(object["a"] == 0)
        #expect(object["d"] == nil)
        #expect(object["zz"] == nil)
        #expect(JSONObject()["a"] == nil)
        #expect(JSONObject().isEmpty)
    }

    @Test("setting a member of another value makes it an object")
    func valueSubscript() {
        var value: JSONValue = "text"
        value["a"] = 1
        #expect(value == ["a": 1])
        #expect(value["b"] == nil)
        #expect(JSONValue.null["a"] == nil)
    }

    // RFC 8259 §8.3: "numerically equal … code unit by code unit"; é and e + combining accent are two keys.
    @Test("texts that only look alike are different keys and different values")
    func canonicalEquivalence() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let value = try JSONValue(parsing: "{\"\(decomposed)\":1,\"\(composed)\":2}")
        #expect(value.object?.count == 2)
        #expect(value[composed] == 2)
        #expect(value[decomposed] == 1)
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect([composed: 1] as JSONValue != [decomposed: 1])
        // Same length, same characters, other order of marks.
        #expect(JSONValue.string("a\u{323}\u{307}") != .string("a\u{307}\u{323}"))
    }

    @Test("equal values hash alike and different kinds of number are different")
    func equality() {
        #expect(Set([["a": 1, "b": [2]], ["b": [2], "a": 1]] as [JSONValue]).count == 1)
        #expect(JSONValue.integer(1) != .number(1))
        #expect(JSONValue.null != .bool(false))
        #expect(JSONValue.array([]) != .object([:]))
    }

    @Test("a value is asked for what it is")
    func accessors() {
        #expect(JSONValue.string("a").string == "a" && JSONValue.integer(1).string == nil)
        #expect(JSONValue.bool(true).bool == true && JSONValue.null.bool == nil)
        #expect(JSONValue.integer(1).integer == 1 && JSONValue.number(1).integer == nil)
        #expect(JSONValue.array([1]).array == [1] && JSONValue.object([:]).array == nil)
        #expect(JSONValue.null.isNull && !JSONValue.bool(false).isNull)
        let values: [JSONValue] = [.null, true, 1, .number(1), "a", [], [:]]
        #expect(
            values.map(\.sort) == ["null", "a boolean", "an integer", "a number", "a string", "a list", "an object"]
        )
    }
}
