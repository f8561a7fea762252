import Clocks
import JSON
import Testing

@Suite("Writer")
struct WriterTests {
    @Test(
        "values are written without white space",
        arguments: [
            (.null, "null"), (true, "true"), (.integer(.min), "-9223372036854775808"), (.number(0.1), "0.1"),
            (.number(3), "3.0"),
            (.number(1e300), "1e+300"), (.number(-0.0), "-0.0"), (.number(.infinity), "null"), (.number(.nan), "null"),
            (["a", [:], []], #"["a",{},[]]"#), (["b": 1, "a": [.null]], #"{"a":[null],"b":1}"#),
        ] as [(JSONValue, String)]
    )
    func compact(value: JSONValue, text: String) {
        #expect(value.text == text)
    }

    @Test(
        "quotes, backslashes and control characters are escaped, nothing else",
        arguments: [
            ("\"\\/", #""\"\\/""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\0\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
            ("\u{7F}ö😀\u{2028}", "\"\u{7F}ö😀\u{2028}\""), ("", "\"\""), ("a\nb", #""a\nb""#), ("\n", #""\n""#),
        ]
    )
    func escapes(string: String, text: String) throws {
        #expect(JSONValue.string(string).text == text)
        #expect(JSONValue.object([string: 1]).text == "{\(text):1}")
        #expect(try JSONValue(parsing: text) == .string(string))
    }

    @Test("indented text puts each member and element on its line")
    func indented() {
        let value: JSONValue = ["b": [1, [:]], "a": ["c": []]]
        #expect(
            value.indentedText == """
                {
                  "a": {
                    "c": []
                  },
                  "b": [
                    1,
                    {}
                  ]
                }

                """
        )
        #expect(JSONValue.array([]).indentedText == "[]\n")
    }

    @Test("a writer appends")
    func appending() {
        var writer = JSONWriter()
        writer.write([1])
        writer.appendRaw(UInt8(ascii: "\n"))
        writer.write("a")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "[1]\n\"a\"")
    }

    @Test("doubles keep every bit")
    func doubles() throws {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            guard case .number(let back) = try JSONValue(parsing: JSONValue.number(number).bytes) else {
                Issue.record("expected a number")
                return
            }
            #expect(back.bitPattern == number.bitPattern)
        }
    }
}
