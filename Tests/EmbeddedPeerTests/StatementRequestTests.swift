import JSON
import Testing

@testable import DQL
@testable import EmbeddedPeer

@Suite("StatementRequest")
struct StatementRequestTests {
    private func request(_ body: String) throws -> StatementRequest {
        try StatementRequest(Array(body.utf8), maximumDepth: 72)
    }

    @Test(
        "a request means the same however it is written",
        arguments: [
            #"{"statement":"SELECT * FROM c WHERE a = :a","args":{"b":{"_id":"1"},"a":[1, 2]}}"#,
            #"{ "args" : { "a" : [1,2], "b" : { "_id" : "1" } }, "statement" : "SELECT * FROM c WHERE a = :a" }"#,
            #"{"statement":"SELECT * FROM c WHERE a = :a","args":{"\u0061":[1,2],"b":{"_id":"1"}},"more":[{}]}"#,
        ]
    )
    func forms(body: String) throws {
        let request = try self.request(body)
        #expect(request.statement == "SELECT * FROM c WHERE a = :a")
        #expect(request.arguments["a"] == [1, 2])
        #expect(request.arguments["b"] == ["_id": "1"])
        #expect(request.arguments["c"] == nil)
    }

    @Test(
        "what is wrong with a request is said with its place",
        arguments: [
            ("{\"statement\":5}", "statement is an integer; expected a string"),
            ("{\"args\":{}}", "statement is missing; expected a DQL statement"),
            ("{\"statement\":\"x\",\"args\":[]}", "args is a list; expected an object"),
            ("{\"statement\":\"x\",\"args\":{\"a\":{\"b\":tru}}}", "the body is not JSON"),
            ("{\"statement\":\"x\",\"args\":{\"a\":1,\"a\":2}}", "the body is not JSON"),
            ("{\"statement\":\"x\",\"statement\":\"y\"}", "the body is not JSON"),
        ]
    )
    func errors(body: String, message: String) {
        let error = #expect(throws: PeerAPIError.self) { try self.request(body) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
