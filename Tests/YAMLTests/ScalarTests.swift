import JSON
import Testing

@testable import YAML

@Suite("Scalar")
struct ScalarTests {
    @Test("null has five spellings", arguments: ["", "~", "null", "Null", "NULL", "!!null ''", "!!null ~"])
    func nulls(text: String) throws {
        #expect(try json("a: \(text)") == ["a": .null])
    }

    @Test(
        "true and false have three spellings each",
        arguments: [
            ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
            ("!!bool 'true'", true),
        ]
    )
    func booleans(text: String, value: Bool) throws {
        #expect(try json("a: \(text)") == ["a": .bool(value)])
    }

    // Expected values: go-yaml 2's `resolve`, https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go.
    @Test(
        "integers are read as kubectl reads them",
        arguments: [
            ("0", 0), ("-0", 0), ("+12", 12), ("-7", -7), ("4040", 4040), ("0x1F", 31), ("-0x1f", -31), ("0o17", 15),
            ("0644", 420), ("-0644", -420), ("089", 89), ("0b101", 5), ("1_000", 1000), ("0x_ff", 255), ("00", 0),
            ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("!!int '12'", 12),
            ("!!int 0o17", 15),
        ]
    )
    func integers(text: String, value: Int64) throws {
        #expect(try json("a: \(text)") == ["a": .integer(value)])
    }

    @Test(
        "fractions and integers beyond 64 bits are numbers",
        arguments: [
            ("0.5", 0.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("-1.5E-2", -0.015), ("+1.0", 1), ("089.5", 89.5),
            ("9223372036854775808", 9_223_372_036_854_775_808), ("-9223372036854775809", -9_223_372_036_854_775_808),
            ("123456789012345678901234567890", 1.2345678901234568e29),
            ("0x10000000000000000", 18_446_744_073_709_551_616),
            ("!!float 3", 3), ("!!float '2.5'", 2.5), ("!!int 18446744073709551616", 18_446_744_073_709_551_616),
            ("1_0.2_5", 10.25), ("0777777777777777777777777", 7.777777777777778e23),
        ]
    )
    func numbers(text: String, value: Double) throws {
        #expect(try json("a: \(text)") == ["a": .number(value)])
    }

    @Test(
        "everything else without quotes is a string",
        arguments: [
            "yes", "no", "on", "off", "y", "n", "tRUE", "nil", "1.2.3", "10.0.0.7:4040", "12e4567", "0x", "0o8", "0b2",
            "+", ".", "..", "1e", "e1", "--1", "+-1", "1 2", "10s", "5m", "168h", "2026-01-31",
            "2026-01-31T12:00:00Z", "190:20:30", "inf", "nan", "-nan", "_1", "._5",
            "2164bef3-37c0-489c-9ac6-c94b034525d7",
            "=", "a#b", "a:b", "http://x/y?z#w", "größe", "nul", "fals", "truest", "0x1p3", "1e400",
        ]
    )
    func strings(text: String) throws {
        #expect(try json("a: \(text)") == ["a": .string(text)])
    }

    @Test("quotes and block styles make strings of everything")
    func quotedStrings() throws {
        #expect(try json("['1', \"true\", '', ! 12, !!str 0x1F, !!str ]") == ["1", "true", "", "12", "0x1F", ""])
        #expect(try json("a: |-\n  12\nb: >\n  null\n") == ["a": "12", "b": "null\n"])
        #expect(try json(#""\x41\u00e9\U0001F600\n\0""#) == "Aé😀\n\0")
        #expect(try json("|+\n  a\n\n   b\n\n") == "a\n\n b\n\n")
    }

    @Test(
        "infinity and not-a-number have no JSON value",
        arguments: [".inf", "-.inf", "+.Inf", ".nan", ".NaN", ".NAN", "!!float .inf"]
    )
    func notFinite(text: String) throws {
        let error = try failure("a: \(text)")
        #expect(error.reason == .badValue)
        #expect(error.mark == Mark(line: 1, column: 4))
    }

    @Test(
        "a value must fit its tag",
        arguments: [
            ("!!int x", "'x' does not fit its tag !!int: expected a whole number"),
            ("!!int 1.5", "'1.5' does not fit its tag !!int: expected a whole number"),
            ("!!bool yes", "'yes' does not fit its tag !!bool: expected true or false"),
            ("!!float ''", "'' does not fit its tag !!float: expected a number"),
            ("!!null 0", "'0' does not fit its tag !!null: expected null, ~ or nothing"),
        ]
    )
    func wrongTags(text: String, message: String) throws {
        let error = try failure("a: \(text)")
        #expect(error.reason == .badValue)
        #expect(error.message == message)
    }

    @Test(
        "an unknown tag is an error",
        arguments: [
            "!!binary YQ==", "!mine x", "!!timestamp 2026-01-31", "!<x:y> z", "!mine [a]", "!!set {a}", "!!str {a: b}",
        ]
    )
    func unknownTags(text: String) throws {
        #expect(try failure("a: \(text)").reason == .unknownTag)
    }

    @Test("the plain tags of collections are welcome")
    func collectionTags() throws {
        #expect(try json("!!map {a: !!seq [b]}") == ["a": ["b"]])
    }
}
