import Clocks
import FuzzSeeds
import JSON
import Testing

@Suite("Parser")
struct ParserTests {
    @Test(
        "every kind of value is read",
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-12", -12), ("\"a\"", "a"), ("[]", []),
            ("{}", [:]), (" [ 1 , \"b\" , { \"c\" : null } ]\r\n\t", [1, "b", ["c": .null]]),
        ] as [(String, JSONValue)]
    )
    func values(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test("texts that come again are each what is written, however many others stand between")
    func repeatedTexts() throws {
        let texts = (0..<40).map { "a text of the same length \($0 % 20 + 10)" }
        let json = "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: json) == .array(texts.map(JSONValue.string)))
    }

    // The y_number_* vectors of https://github.com/nst/JSONTestSuite, and the edges of 64 bits.
    @Test(
        "integers that fit in 64 bits stay integers, all other numbers are doubles",
        arguments: [
            ("-0", .integer(0)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(0x1p63)), ("-9223372036854775809", .number(-0x1p63)),
            ("18446744073709551616", .number(0x1p64)), ("123e65", .number(1.23e67)), ("0e+1", .number(0)),
            ("1E22", .number(1e22)), ("1e-2", .number(0.01)), ("123.456e78", .number(1.23456e80)), ("-0.0", .number(0)),
            ("1.0", .number(1)), ("1e-400", .number(0)), ("5e-324", .number(.leastNonzeroMagnitude)),
        ] as [(String, JSONValue)]
    )
    func numbers(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "strings are read with their escapes",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\uABCD""#, "Aé\u{ABCD}"),
            (#""\ud83d\ude00 \uD801\udc37""#, "😀 \u{10437}"), (#""\u0000""#, "\0"), (#""größe 😀""#, "größe 😀"),
            ("\"\u{7F}\u{2028}\u{FFFF}\"", "\u{7F}\u{2028}\u{FFFF}"),
            (#""plain, then \\ an escape""#, "plain, then \\ an escape"),
        ]
    )
    func strings(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    // Among others the n_* vectors of https://github.com/nst/JSONTestSuite.
    @Test(
        "what RFC 8259 does not allow is an error with its place",
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1", .unexpectedEnd, 2),
            ("[1,]", .expected("a value"), 3), ("[,1]", .expected("a value"), 1), ("[1 2]", .expected("',' or ']'"), 3),
            ("{\"a\"}", .expected("':'"), 4), ("{\"a\":}", .expected("a value"), 5),
            ("{\"a\":1,}", .expected("a key in double quotes"), 7), ("{a:1}", .expected("a key in double quotes"), 1),
            ("{'a':1}", .expected("a key in double quotes"), 1), ("{\"a\":1", .unexpectedEnd, 6),
            ("tru", .unexpectedEnd, 0), ("[tr]", .expected("true"), 1), ("nulL", .expected("null"), 0),
            ("True", .expected("a value"), 0), ("1 2", .trailingBytes, 2), ("[]]", .trailingBytes, 2),
            ("1\0", .trailingBytes, 1),
            ("01", .badNumber, 0), ("-01", .badNumber, 0), ("-", .badNumber, 0), ("1.", .badNumber, 0),
            ("1.e1", .badNumber, 0),
            ("1e", .badNumber, 0), ("1e+", .badNumber, 0), ("1e400", .badNumber, 0), ("+1", .expected("a value"), 0),
            (".5", .expected("a value"), 0), ("NaN", .expected("a value"), 0), ("0x1", .trailingBytes, 1),
            ("\"a", .unexpectedEnd, 0), ("\"a\\", .unexpectedEnd, 3), ("\"\\u12", .unexpectedEnd, 5),
            ("\"\\x\"", .badString, 2),
            ("\"\\u12g4\"", .badString, 5), ("\"\\u12\"", .badString, 5), ("\"a\nb\"", .badString, 2),
            ("\"\\n\u{1}\"", .badString, 3), ("\"\\ud800\"", .badString, 3), ("\"\\ud800\\u0041\"", .badString, 3),
            ("\"\\ude00\"", .badString, 3), ("\"\\ud800\\n\"", .badString, 3), ("\u{FEFF}1", .expected("a value"), 0),
            ("/**/1", .expected("a value"), 0),
        ] as [(String, JSONError.Reason, Int)]
    )
    func errors(text: String, reason: JSONError.Reason, offset: Int) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        #expect(error == JSONError(reason, offset: offset))
    }

    @Test(
        "strings must be UTF-8",
        arguments: [[0xFF], [0xC3], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]]
    )
    func brokenUTF8(broken: [UInt8]) throws {
        for escape in [[], Array("\\n".utf8)] {
            let bytes = [0x22] + escape + broken + [0x22]
            let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: bytes) }
            #expect(error == JSONError(.badString, offset: 0))
        }
    }

    @Test("one key twice in one object is an error", arguments: [#"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#])
    func duplicateKeys(text: String) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        #expect(error.reason == .duplicateKey("a"))
    }

    @Test("of fields that are there twice the last can be taken, and told where that was")
    func collectedDuplicates() throws {
        var places: [[PathComponent]] = []
        let text = #"{"a":1,"b":[{"c":1},{"c":1,"c":2,"c":3}],"a":{"d":4}}"#
        let value = try JSONValue(parsing: Array(text.utf8), duplicates: &places)
        #expect(value == ["a": ["d": 4], "b": [["c": 1], ["c": 3]]])
        let inner: [PathComponent] = [.key("b"), .index(1), .key("c")]
        #expect(places == [inner, [.key("a")]])
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(#"{"a":1,"a":}"#.utf8), duplicates: &places) }
    }

    @Test("nesting is limited, without end is refused at once")
    func depth() throws {
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSONValue(parsing: deep).array?.count == 1)
        for text in [
            "[\(deep)]", String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 1_000_000),
        ] {
            let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
            #expect(error.reason == .tooDeep(limit: 128))
        }
        #expect(throws: JSONError(.tooDeep(limit: 1), offset: 1)) {
            _ = try JSONValue(parsing: Array("[[]]".utf8), maximumDepth: 1)
        }
    }

    @Test("no bytes make the parser crash, and what it accepts it writes again", arguments: fuzzSeeds(4))
    func mutations(seed: UInt64) throws {
        let text = #"{"a":[1,-2.5e3,true,false,null,"x\n\ud83d\ude00ö"],"b":{"c":[],"d":{}},"":9223372036854775807}"#
        let alphabet = Array(#"{}[]:,"\u0eE+-.tfn 19a"#.utf8) + [0x00, 0x0A, 0x1F, 0x80, 0xC3, 0xFF]
        var generator = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1..<4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
                case 2: bytes.remove(at: index)
                default: bytes.removeLast(bytes.count - index)
                }
                if bytes.isEmpty { break }
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: bytes)
                accepted += 1
                #expect(try JSONValue(parsing: value.bytes) == value)
            } catch {
                #expect(0...bytes.count ~= error.offset)
            }
        }
        #expect(accepted > 10)
    }
}
