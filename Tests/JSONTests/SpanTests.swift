import FuzzSeeds
import JSON
import Testing

@Suite("JSONObjectSpan")
struct SpanTests {
    private func span(_ text: String, objectDepth: Int = 64) -> JSONObjectSpan? {
        self.span(Array(text.utf8), objectDepth: objectDepth)
    }

    private func span(_ text: [UInt8], objectDepth: Int = 64) -> JSONObjectSpan? {
        text.withUnsafeBufferPointer { bytes in
            var reader = JSONSpanReader(text, bytes, maximumDepth: 128, objectDepth: objectDepth)
            guard let span = reader.object(depth: 0), reader.isAtEnd() else { return nil }
            return span
        }
    }

    private func written(_ span: JSONObjectSpan) -> [UInt8] {
        var bytes = Array("{".utf8)
        for (index, member) in span.members.enumerated() {
            bytes += Array((index > 0 ? ",\"" : "\"").utf8) + span.name(of: member) + Array("\":".utf8)
            bytes += span.value(of: member)
        }
        return bytes + Array("}".utf8)
    }

    private static let texts = [
        "{}", " { } ", #"{"b":1,"a":2}"#, #"{ "_id" : "1" , "color" : "blue" , "Z" : null , "on" : true }"#,
        #"{"a":1e3,"b":-0,"c":1.50,"d":00012345678901234567890}"#.replacing("00012", with: "12"),
        #"{"text":"gr\u00fcn","other":"größer","tab":"\t"}"#,
        #"{"deep":{"z":1,"a":[1, 2, {"y":0,"x":[]}]},"list":[ ]}"#,
        #"{"n":-5,"m":123456789012345678,"long":1234567890123456789,"huge":123456789012345678901234567890}"#,
    ]

    @Test("a span says of every object what its value says", arguments: Self.texts)
    func same(text: String) throws {
        let span = try #require(self.span(text))
        let value = try JSONValue(parsing: text)
        #expect(JSONValue.object(span.object) == value)
        #expect(self.written(span) == value.bytes)
        #expect(span.count >= value.bytes.count)
    }

    @Test(
        "what is unusual is left to the parser",
        arguments: [
            #"{"a":1,"a":2}"#, #"{"\u0061":1}"#, #"{"größe":1}"#, #"{"a":1"#, #"{"a":01}"#, #"{"a":tru}"#, #"{"a" 1}"#,
            #"{"a":1}x"#, "[1]", "5", "", #"{"a":-}"#, "{\"a\":\"\u{1}\"}", #"{"a":{"b":1,"b":1}}"#, #"{"a":1,}"#,
        ]
    )
    func unusual(text: String) {
        #expect(self.span(text) == nil)
    }

    @Test("an object that is deeper than allowed is left to the parser")
    func depth() {
        #expect(self.span(#"{"a":[[1]]}"#, objectDepth: 3) != nil)
        #expect(self.span(#"{"a":[[1]]}"#, objectDepth: 2) == nil)
    }

    @Test("an object of many members is sorted, and one of very many only when it is in order")
    func many() throws {
        let falling = (0..<200).reversed().map { #""f\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try #require(self.span("{\(falling)}")).object.count == 200)
        let disorder = (0..<2_000).reversed().map { #""f\#(10_000 + $0)":\#($0)"# }.joined(separator: ",")
        #expect(self.span("{\(disorder)}") == nil)
        let order = (0..<2_000).map { #""f\#(10_000 + $0)":\#($0)"# }.joined(separator: ",")
        #expect(try #require(self.span("{\(order)}")).object.count == 2_000)
    }

    @Test(
        "of mutated texts a span never takes what the parser refuses, and never reads another value",
        arguments: fuzzSeeds(4)
    )
    func mutated(seed: UInt64) throws {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var taken = 0
        for round in 0..<5_000 {
            var text = Array(Self.texts[round % Self.texts.count].utf8)
            for _ in 0...next(3) where !text.isEmpty {
                switch next(3) {
                case 0: text[next(text.count)] = UInt8(next(256))
                case 1: text.remove(at: next(text.count))
                default: text.insert(Array(#"{}[]",:\ 0123456789eE.-tfnu"#.utf8)[next(27)], at: next(text.count + 1))
                }
            }
            guard let span = self.span(text) else { continue }
            taken += 1
            let value = try JSONValue(parsing: text)
            #expect(self.written(span) == value.bytes, "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(taken > 100)
    }
}
