import Documents
import JSON
import Testing

@Suite("DocumentContent")
struct DocumentContentTests {
    private func span(_ text: String) throws -> JSONObjectSpan {
        let bytes = Array(text.utf8)
        let span = bytes.withUnsafeBufferPointer { pointer in
            var reader = JSONSpanReader(bytes, pointer, maximumDepth: 72, objectDepth: DocumentLimits.maximumDepth)
            return reader.object(depth: 0)
        }
        return try #require(span)
    }

    @Test(
        "a document that stands in a request is what its value would be",
        arguments: [
            #"{"_id":"1"}"#, #"{"color" : "blue", "_id" : "1", "A": 5, "z": [1, {"y": 1, "x": 2e2}]}"#,
            #"{"note":"gr\u00fcn","_id":{"unit":7,"site":"A"}}"#,
        ]
    )
    func sameAsValue(text: String) throws {
        let stamp = Stamp(time: HybridTime(rawValue: 5), peer: PeerID(rawValue: 6))
        let value = try DocumentContent(try JSONValue(parsing: text))
        let content = try DocumentContent(try self.span(text))
        #expect(content.id == value.id)
        #expect(content.fields == value.fields)
        #expect(content.body == DocumentVersion(inserting: value, at: stamp).body)
        #expect(DocumentVersion(inserting: content, at: stamp) == DocumentVersion(inserting: value, at: stamp))
    }

    @Test("a document without an _id, or with one that is too long, is refused in either form")
    func refusals() throws {
        #expect(throws: DocumentError.missingID) { try DocumentContent(try self.span(#"{"a":1}"#)) }
        let long = String(repeating: "x", count: DocumentLimits.maximumIDBytes)
        #expect(throws: DocumentError.self) { try DocumentContent(try self.span(#"{"_id":"\#(long)"}"#)) }
        let body = String(repeating: "x", count: DocumentLimits.maximumBodyBytes)
        #expect(throws: DocumentError.self) { try DocumentContent(try self.span(#"{"_id":"1","a":"\#(body)"}"#)) }
    }
}
