import Clocks
import JSON
import Testing

@testable import YAML

@Suite("Emitter")
struct EmitterTests {
    // The layout of `kubectl get -o yaml`.
    @Test("a resource looks as kubectl prints it")
    func layout() {
        let value: JSONValue = [
            "apiVersion": "peerage.dev/v1alpha1", "kind": "BigPeerReplication",
            "metadata": ["name": "cars-berlin", "annotations": [:], "creationTimestamp": "2026-01-31T12:00:00Z"],
            "data": ["script": "#!/bin/sh\nexit 0\n"],
            "spec": [
                "connections": ["10.0.0.7:4040"], "suspend": false, "driftInterval": "5m", "weight": .number(1.5),
                "none": .null,
                "queriesByCollection": ["cars": ["color = 'blue'", "true"], "drivers": []],
                "nested": [["a", "b"], [["c": 1, "d": [2]]], [[]]],
            ],
        ]
        #expect(
            YAML.text(of: [value], firstKeys: YAMLEmitter.resourceKeys) == """
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeerReplication
                metadata:
                  annotations: {}
                  creationTimestamp: "2026-01-31T12:00:00Z"
                  name: cars-berlin
                spec:
                  connections:
                  - 10.0.0.7:4040
                  driftInterval: 5m
                  nested:
                  - - a
                    - b
                  - - c: 1
                      d:
                      - 2
                  - - []
                  none: null
                  queriesByCollection:
                    cars:
                    - color = 'blue'
                    - "true"
                    drivers: []
                  suspend: false
                  weight: 1.5
                data:
                  script: |
                    #!/bin/sh
                    exit 0

                """
        )
    }

    @Test("documents are separated")
    func documents() {
        #expect(YAML.text(of: [["a": 1], "x", [], .null]) == "a: 1\n---\nx\n---\n[]\n---\nnull\n")
        #expect(YAML.text(of: []) == "")
    }

    @Test(
        "strings stand without quotes when they can",
        arguments: [
            "a", "a b", "10.0.0.7:4040", "color = 'blue'", "http://x/y?z#w", "-a", "?a", ":a", "a:b", "a#b", "größe 😀",
            "5m", "1.2.3", "12e", "yesterday", "2164bef3-37c0-489c-9ac6-c94b034525d7", "a, b", "a]", "0g", "v1",
        ]
    )
    func plain(text: String) {
        #expect(YAML.text(of: [.string(text)]) == "\(text)\n")
    }

    @Test(
        "strings that some reader takes for something else stand in double quotes",
        arguments: [
            "", "y", "N", "yes", "No", "ON", "off", "true", "False", "NULL", "~", "=", "<<", "1", "-1", "+1", "0x1",
            "0o7",
            "0b1", "017", "089", "1e3", "1E+3", "1.5", ".5", "5.", "1_000", "1,000", "190:20:30", "1:30.5", ".inf",
            "-.INF",
            ".NaN", "2026-01-31", "2026-1-1 10:00:00", "2026-01-31T12:00:00Z",
        ]
    )
    func ambiguous(text: String) {
        #expect(YAML.text(of: [.string(text)]) == "\"\(text)\"\n")
    }

    @Test(
        "strings that the grammar would break apart stand in single quotes",
        arguments: [
            ("a: b", "'a: b'"), ("a #b", "'a #b'"), ("a:", "'a:'"), (" a", "' a'"), ("a ", "'a '"), ("- a", "'- a'"),
            ("-", "'-'"), ("? a", "'? a'"), ("#a", "'#a'"), ("[a", "'[a'"), ("{a", "'{a'"), ("*a", "'*a'"),
            ("&a", "'&a'"),
            ("!a", "'!a'"), ("|", "'|'"), ("%a", "'%a'"), ("@a", "'@a'"), ("`a", "'`a'"), ("'a'", "'''a'''"),
            ("\"a\"", "'\"a\"'"), ("---", "'---'"), ("...", "'...'"), ("--- a", "'--- a'"),
        ]
    )
    func indicators(text: String, expected: String) {
        #expect(YAML.text(of: [.string(text)]) == "\(expected)\n")
    }

    @Test(
        "characters that nobody can see are escaped",
        arguments: [
            ("a\tb", #""a\tb""#), ("\0", #""\u0000""#), ("a\r\nb", #""a\r\nb""#), ("\u{1B}[0m", #""\u001b[0m""#),
            ("\u{85}\u{2028}\u{FEFF}\u{FFFE}", #""\u0085\u2028\ufeff\ufffe""#), ("a \nb", #""a \nb""#),
            ("\n", #""\n""#),
            ("\\\"\n ", #""\\\"\n ""#),
        ]
    )
    func escapes(text: String, expected: String) {
        #expect(YAML.text(of: [.string(text)]) == "\(expected)\n")
    }

    @Test(
        "several lines become a literal that says what its end is",
        arguments: [
            ("a\nb", "|-\n    a\n    b\n"), ("a\nb\n", "|\n    a\n    b\n"), ("a\n\nb\n\n", "|+\n    a\n\n    b\n\n"),
            (" a\nb", "|2-\n     a\n    b\n"), ("\na", "|-\n\n    a\n"), ("\ta\nb", "|2-\n    \ta\n    b\n"),
            ("\n a\n", "|2\n\n     a\n"),
        ]
    )
    func literals(text: String, expected: String) throws {
        let value: JSONValue = ["k": ["t": .string(text)], "l": [.string(text)]]
        let list = expected.replacing("    ", with: "  ")
        #expect(YAML.text(of: [value]) == "k:\n  t: \(expected)l:\n- \(list)")
        #expect(try json(YAML.text(of: [value])) == value)
        #expect(try json(YAML.text(of: [.string(text)])) == .string(text))
    }

    @Test("long keys, keys of several lines and odd keys read back")
    func keys() throws {
        let long = String(repeating: "key ", count: 1000) + "end"
        let value: JSONValue = .object(
            JSONObject([
                .init(key: long, value: [["a": 1], "b"]), .init(key: long + "2", value: ["a": ["b": [1]]]),
                .init(key: long + "3", value: "x\ny"), .init(key: "a\nb", value: 1), .init(key: "", value: 2),
                .init(key: "<<", value: ["a": 1]), .init(key: "1", value: 3), .init(key: "yes", value: 4),
                .init(key: "? a", value: []), .init(key: String(repeating: "\n", count: 400), value: 5),
            ])
        )
        #expect(try json(YAML.text(of: [value])) == value)
    }

    @Test(
        "numbers keep their value and their kind",
        arguments: [
            (0.0, "0.0"), (-0.5, "-0.5"), (3, "3.0"), (1e16, "1.0e+16"), (1e300, "1.0e+300"),
            (.leastNonzeroMagnitude, "5.0e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, "null"), (.nan, "null"),
        ]
    )
    func numbers(number: Double, expected: String) throws {
        #expect(YAML.text(of: [.number(number)]) == "\(expected)\n")
        if number.isFinite { #expect(try json("[\(expected)]") == [.number(number)]) }
    }

    @Test("whatever is written reads back as the same value", arguments: 0..<8 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<250 {
            // Inside a list, because a stream drops null documents.
            let value: JSONValue = [.random(using: &generator), .random(using: &generator)]
            let text = YAML.text(of: [value])
            let back = try Result { () throws(YAMLError) in try YAML.documents(in: Array(text.utf8)) }.get()
            #expect(back.map(\.root.json.bytes) == [value.bytes], "\(text.debugDescription)")
        }
    }
}
