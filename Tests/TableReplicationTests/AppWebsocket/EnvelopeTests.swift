import JSON
import Testing

@testable import TableReplication

@Suite("Envelope")
struct EnvelopeTests {
    private func envelope(_ text: String) throws -> Envelope { try Envelope(Array(text.utf8)) }

    @Test("type, API and source are found in any order and with white space")
    func order() throws {
        let message = try self.envelope(
            " { \"x\" : [ {\"mt\":\"no\"}, \"}\\\"\" ] , \"src\" : \"s\" ,\n\"api\":\"cars\", \"mt\" : \"ReplicateNext\" } "
        )
        #expect(message.type == .replicateNext)
        #expect(message.api == Array("\"cars\"".utf8))
        #expect(message.source == Array("\"s\"".utf8))
    }

    @Test(
        "a message of an unknown type is one, with no type",
        arguments: [#"{"mt":"Foo"}"#, "{}", #"{"mt":1}"#, #"{"mt":""}"#]
    )
    func unknown(text: String) throws {
        #expect(try self.envelope(text).type == nil)
    }

    @Test(
        "what is no object is no message",
        arguments: [
            "", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\":[}", "{\"a\":{]}",
            "{\"a\":1}x",
            "{\"a\":\"", "{\"a\":\"\\", "{\"a\":[1,2}", "null", "{\"a\":1 2}",
        ]
    )
    func broken(text: String) {
        #expect(throws: MessageError.self) { try self.envelope(text) }
    }

    @Test("too many levels are refused, not followed")
    func deep() {
        let text = "{\"a\":" + String(repeating: "[", count: 100_000)
        #expect(throws: MessageError.tooDeep(limit: 68)) { try self.envelope(text) }
    }

    @Test("the src is sent back as it came; what is no JSON, or too long, is not")
    func source() throws {
        #expect(try self.envelope(#"{"src":"a\u00e9/é"}"#).source == Array(#""a\u00e9/é""#.utf8))
        #expect(try self.envelope(#"{"src":12}"#).source == Array("12".utf8))
        #expect(try self.envelope(#"{"src": {"b" : 1}}"#).source == Array(#"{"b":1}"#.utf8))
        #expect(try self.envelope("{\"src\":\"a\u{1}\"}").source.isEmpty)
        #expect(try self.envelope("{\"src\":\"\(String(repeating: "a", count: 2_000))\"}").source.isEmpty)
    }

    @Test("frames are cut to the limit and together are the message")
    func frames() {
        let frames = LinkPolicy.foreign.frames(messageBytes: 65_535)
        #expect(frames.map(\.count) == [16_384, 16_384, 16_384, 16_383])
        #expect(frames.first?.lowerBound == 0)
        #expect(frames.last?.upperBound == 65_535)
        #expect(LinkPolicy.foreign.frames(messageBytes: 16_384) == [0..<16_384])
        #expect(LinkPolicy.foreign.frames(messageBytes: 0) == [0..<0])
    }

    @Test("numbers are written in full", arguments: [0, 7, 10, 99, 1_234_567_890, UInt64.max])
    func numbers(value: UInt64) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value)
        #expect(String(decoding: bytes, as: UTF8.self) == String(value))
    }

    @Test("a writer puts commas between values, escapes text and emits no white space")
    func writer() throws {
        var writer = MessageWriter(.replicateNext, api: Array("\"a\"".utf8), source: Array("1".utf8))
        writer.name("rows")
        writer.openArray()
        for number in 0..<2 as Range<UInt64> {
            writer.openObject()
            writer.member("usn", number)
            writer.member("text", "\"\\\u{1}\n")
            writer.closeObject()
        }
        writer.closeArray()
        writer.member("end", true)
        let text = String(decoding: writer.finished(), as: UTF8.self)
        let row = #""text":"\"\\\u0001\u000a"}"#
        #expect(
            text == #"{"mt":"ReplicateNext","api":"a","src":1,"rows":[{"usn":0,\#(row),{"usn":1,\#(row)],"end":true}"#
        )
    }
}
