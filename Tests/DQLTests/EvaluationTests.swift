import JSON
import Testing

@testable import DQL

@Suite("Evaluation")
struct EvaluationTests {
    private static let values = ["TRUE", "NULL", "FALSE"]

    @Test("AND, OR, XOR and NOT have three values")
    func truthTables() throws {
        // https://docs.ditto.live/dql/operator-expressions, "Logical Operators"; XOR follows from them.
        let and = [["true", "null", "false"], ["null", "null", "false"], ["false", "false", "false"]]
        let or = [["true", "true", "true"], ["true", "null", "null"], ["true", "null", "false"]]
        let xor = [["false", "null", "true"], ["null", "null", "null"], ["true", "null", "false"]]
        let document = "{\"TRUE\":true,\"NULL\":null,\"FALSE\":false}"
        for (row, left) in Self.values.enumerated() {
            for (column, right) in Self.values.enumerated() {
                for (sign, table) in [("AND", and), ("OR", or), ("XOR", xor)] {
                    #expect(try evaluate("\(left) \(sign) \(right)") == table[row][column])
                    #expect(try evaluate("`\(left)` \(sign) `\(right)`", document) == table[row][column])
                }
            }
        }
        #expect(try evaluate("NOT TRUE") == "false")
        #expect(try evaluate("NOT FALSE") == "true")
        #expect(try evaluate("NOT NULL") == "null")
        #expect(try evaluate("NOT nowhere") == "null")
    }

    @Test(
        "comparisons",
        arguments: [
            // "Comparison Operations with NULL", same page.
            ("NULL = NULL", "null"), ("NULL <> NULL", "null"), ("1 = NULL", "null"), ("1 > NULL", "null"),
            ("nowhere = 1", "null"), ("nowhere <> 1", "null"), ("nowhere = nowhere", "null"),
            ("i = 1", "true"), ("i = 1.0", "true"), ("i < 1.5", "true"), ("i > 0.5", "true"), ("f = 2", "false"),
            ("f = 2.5", "true"), ("s = 'blue'", "true"), ("s = 'blu'", "false"), ("s > 'blu'", "true"),
            ("s = 1", "false"), ("s <> 1", "true"), ("s < 1", "null"), ("t = TRUE", "true"), ("t > FALSE", "null"),
            ("max = 9223372036854775807", "true"), ("max = 9223372036854775806", "false"),
            ("max < 9223372036854775808", "true"), ("max = 9223372036854775807.0", "false"),
            ("min = -9223372036854775808", "true"), ("min = -9223372036854775808.0", "true"),
            ("big = 9007199254740993", "true"), ("big = 9007199254740992.0", "false"),
            ("big > 9007199254740992.0", "true"),
            ("a = [1, 2.0, 'x']", "true"), ("a = [1, 2]", "false"), ("a <> [1]", "true"), ("a < [9]", "null"),
            ("o = {'k': 1.0, 'n': null}", "true"), ("o = {'k': 1}", "false"), ("o.k = 1", "true"), ("o.n = 1", "null"),
            ("o.x = 1", "null"), ("s.x = 1", "null"), ("e = 'tab\tnew\nü\"'", "true"), ("`ü\"` = 7", "true"),
            ("s = 'blue' AND i = 1", "true"),
        ]
    )
    func comparisons(text: String, result: String) throws {
        let document = """
            { "i" : 1, "f":2.5,"s":"blue","t":true,"max":9223372036854775807,"min":-9223372036854775808,\
            "big":9007199254740993,"a":[1,2,"x"],"o":{"k":1,"n":null},"e":"tab\\tnew\\n\\u00fc\\"","\\u00fc\\"" : 7 }
            """
        #expect(try evaluate(text, document) == result)
    }

    @Test(
        "IS looks at null and at what is missing, to the letter",
        arguments: [
            ("n IS NULL", "true"), ("n IS UNKNOWN", "true"), ("n IS MISSING", "false"), ("n IS NOT NULL", "false"),
            ("x IS NULL", "false"), ("x IS MISSING", "true"), ("x IS NOT NULL", "true"), ("x IS NOT MISSING", "false"),
            ("v IS NULL", "false"), ("v IS NOT MISSING", "true"), ("v.x IS MISSING", "true"), ("x", "MISSING"),
            ("x = 1 IS NULL", "true"),
        ]
    )
    func tests(text: String, result: String) throws {
        #expect(try evaluate(text, "{\"n\":null,\"v\":1}") == result)
    }

    @Test(
        "lists and ranges",
        arguments: [
            ("v IN (1, 2)", "true"), ("v IN (3, 4)", "false"), ("v NOT IN (3)", "true"), ("v IN (3, NULL)", "null"),
            ("v IN (2, NULL)", "true"), ("x IN (1)", "null"), ("v IN l", "true"), ("9 NOT IN l", "true"),
            ("v IN s", "null"),
            ("'k' IN object_keys(o)", "true"), ("v BETWEEN 1 AND 3", "true"), ("v BETWEEN 3 AND 1", "false"),
            ("v NOT BETWEEN 3 AND 4", "true"), ("v BETWEEN NULL AND 1", "false"), ("v BETWEEN NULL AND 4", "null"),
            ("s BETWEEN 'a' AND 'c'", "true"), ("x BETWEEN 1 AND 2", "null"),
        ]
    )
    func lists(text: String, result: String) throws {
        #expect(try evaluate(text, "{\"v\":2,\"l\":[1,2.0],\"s\":\"b\",\"o\":{\"k\":1}}") == result)
    }

    @Test(
        "arithmetic",
        arguments: [
            ("1 + 2 * 3", "7"), ("7 / 2", "3.5"), ("6 / 2", "3"), ("7 % 3", "1"), ("-7 % 3", "-1"), ("1 / 0", "null"),
            ("1 % 0", "null"), ("1.0 / 0", "null"), ("7.5 % 2", "1.5"), ("1 + 'a'", "null"), ("1 + NULL", "null"),
            ("9223372036854775807 + 1", "9.223372036854776e+18"),
            ("-9223372036854775808 - 1", "-9.223372036854776e+18"),
            ("9223372036854775807 * 2", "1.8446744073709552e+19"),
            ("-9223372036854775808 / -1", "9.223372036854776e+18"),
            ("-9223372036854775808 % -1", "0"), ("-(-9223372036854775808)", "9.223372036854776e+18"),
            ("abs(-9223372036854775808)", "9.223372036854776e+18"), ("1 << 3", "8"), ("-8 >> 1", "-4"),
            ("1 << 64", "null"),
            ("1 << -1", "null"), ("1e308 * 10", "null"), ("-x", "null"), ("-'a'", "null"), ("abs(-2.5)", "2.5"),
            ("ceil(1.2)", "2"), ("floor(-1.2)", "-2"), ("floor(3)", "3"), ("ceil(1e300)", "1e+300"),
            ("abs('a')", "null"),
        ]
    )
    func arithmetic(text: String, result: String) throws {
        #expect(try evaluate(text) == result)
    }

    @Test(
        "functions",
        arguments: [
            ("'a' || 'b'", "\"ab\""), ("'a' || 1", "null"), ("concat('a', s, 'c')", "\"ablüec\""),
            ("concat('a', NULL)", "null"),
            ("contains(s, 'lü')", "true"), ("contains(s, 'x')", "false"), ("contains(s, '')", "true"),
            ("contains(x, 'x')", "null"), ("starts_with(s, 'bl')", "true"), ("starts_with(s, 'blüe!')", "false"),
            ("ends_with(s, 'üe')", "true"), ("ends_with(s, 'blah-blüe')", "false"), ("byte_length(s)", "5"),
            ("char_length(s)", "4"), ("character_length('')", "0"), ("char_length(1)", "null"),
            ("is_boolean(TRUE)", "true"), ("is_boolean(x)", "false"), ("is_number(1.5)", "true"),
            ("is_string(s)", "true"),
            ("is_string(NULL)", "false"), ("type(s)", "\"string\""), ("type(l)", "\"array\""),
            ("type(o)", "\"object\""),
            ("type(NULL)", "\"null\""), ("type(TRUE)", "\"boolean\""), ("type(1)", "\"number\""), ("type(x)", "null"),
            ("deserialize_json('{\"a\":1}')", "{\"a\":1}"), ("deserialize_json('{')", "null"),
            ("array_contains(l, 1)", "true"), ("array_contains(l, 1.0)", "true"),
            ("array_contains([1, 2], 'a')", "false"),
            ("array_contains(l, 7)", "null"), ("array_contains(s, 'b')", "null"), ("array_contains_null(l)", "true"),
            ("array_contains_null([1])", "false"), ("array_length(l)", "3"), ("array_length(o)", "null"),
            ("object_length(o)", "2"), ("object_keys(o)", "[\"j\",\"k\"]"), ("object_values(o)", "[1,{\"z\":null}]"),
            ("coalesce(x, NULL, 3, 4)", "3"), ("coalesce(x)", "null"), ("nvl(x, 'd')", "\"d\""),
            ("nvl(s, 'd')", "\"blüe\""),
            ("decode(2, 1, 'one', 2, 'two', 'other')", "\"two\""), ("decode(3, 1, 'one', 'other')", "\"other\""),
            ("decode(3, 1, 'one')", "null"), ("decode('1', 1, 'n', 's')", "\"s\""),
            ("decode(x, NULL, 'none')", "\"none\""),
            ("[x, s, 1]", "[null,\"blüe\",1]"), ("{'a': x, 'b': s}", "{\"b\":\"blüe\"}"),
        ]
    )
    func functions(text: String, result: String) throws {
        let document = "{\"s\":\"blüe\",\"l\":[1,null,\"a\"],\"o\":{\"j\":1,\"k\":{\"z\":null}}}"
        #expect(try evaluate(text, document) == result)
    }

    @Test("every function takes what is missing")
    func everyFunction() throws {
        for function in DQLFunction.allCases {
            let arguments = Array(repeating: "x", count: function.argumentCount.lowerBound).joined(separator: ", ")
            #expect(["null", "false", "MISSING"].contains(try evaluate("\(function.rawValue)(\(arguments))")))
        }
    }

    @Test(
        "what cannot be evaluated says why",
        arguments: [
            ("lenght(a) = 1", "column 1: there is no function lenght; did you mean char_length(…)?"),
            ("frobnicate(a) = 1", "column 1: there is no function frobnicate"),
            ("is_nubmer(a)", "column 1: there is no function is_nubmer; did you mean is_number(…)?"),
            ("1 = abs(a, b)", "column 5: abs takes 1 argument and is given 2"),
            ("decode(a, b)", "column 1: decode takes at least 3 arguments and is given 2"),
            ("regexp_like(a)", "column 1: regexp_like takes 2 to 3 arguments and is given 1"),
            ("a = :colour", "column 5: :colour has no value; expected an argument of this name; did you mean :color?"),
            ("regexp_like(a, '(')", "column 16: the regular expression has '(' without ')'"),
            (
                "regexp_like(a, 'b', 'q')",
                "column 21: the flags 'q' are not all known; expected some of c, i, m, s and x"
            ),
            ("a LIKE 'b' ESCAPE 'cd'", "column 19: ESCAPE takes one character"),
            ("a LIKE 'b!' ESCAPE '!'", "column 8: the pattern ends in its escape character"),
            ("a SIMILAR TO '[a'", "column 14: the pattern has '[' without ']'"),
        ]
    )
    func errors(text: String, message: String) {
        let error = #expect(throws: DQLError.self) { try evaluate(text, arguments: ["color": "blue"]) }
        #expect(error?.description == message)
    }

    @Test("arguments stand for their values")
    func arguments() throws {
        let arguments: DQLArguments = ["color": "blue", "list": [1, 2], "Color": 5]
        #expect(try evaluate("color = :color", "{\"color\":\"blue\"}", arguments: arguments) == "true")
        #expect(try evaluate("n IN :list", "{\"n\":2}", arguments: arguments) == "true")
        #expect(try evaluate("array_length(:list)", arguments: arguments) == "2")
        #expect(try evaluate(":Color", arguments: arguments) == "5")
    }

    @Test("texts, arrays and objects that grow beyond any document are null, and take no memory")
    func growth() throws {
        let document = #"{"t":"\#(String(repeating: "x", count: 1 << 20))"}"#
        let many = Array(repeating: "t", count: 900).joined(separator: ",")
        #expect(try evaluate("byte_length(concat(t, t, t))", document) == "\(3 << 20)")
        #expect(try evaluate("byte_length(t || t || t)", document) == "\(3 << 20)")
        #expect(try evaluate("byte_length(concat(\(many)))", document) == "null")
        #expect(try evaluate("concat(concat(\(many)), concat(\(many)))", document) == "null")
        #expect(try evaluate("array_length([\(many)])", document) == "900")
        #expect(try evaluate("array_contains_null([\(many)])", document) == "true")
        let joined = Array(repeating: "t", count: 90).joined(separator: " || ")
        #expect(try evaluate("\(joined) IS NULL", document) == "true")
    }

    @Test("arguments that stand in a condition again and again are refused when they come to too much")
    func repeatedArguments() throws {
        let text = String(repeating: "x", count: 8 << 20)
        let error = #expect(throws: DQLError.self) {
            try evaluate(
                "a IN (\(Array(repeating: ":t", count: 20).joined(separator: ",")))",
                arguments: ["t": .string(text)]
            )
        }
        #expect(error?.description.contains("have more than 67108864 bytes together") == true)
    }
}
