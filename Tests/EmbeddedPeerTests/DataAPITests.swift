import EmbeddedPeer
import JSON
import Testing

/// The shapes are those of Ditto's Big Peers: https://docs.ditto.live/cloud/http-api/api/post-storeexecute.
@Suite("Data API")
struct DataAPITests {
    private static let app = "2164bef3-37c0-489c-9ac6-c94b034525d7"

    private func withData(
        token: AccessToken? = nil,
        statementBytes: Int? = nil,
        _ body: (_ data: Curl) async throws -> Void
    ) async throws {
        var configuration = EmbeddedPeerConfiguration.berlin(token: token)
        if let statementBytes { configuration.limits.statementBytes = statementBytes }
        try await withPeer(configuration) { peer, curl in
            let headers = token == nil ? [] : ["Authorization: Bearer secret"]
            let made = try await curl("POST", "app", #"{"name":"cars","appId":"\#(Self.app)"}"#, headers: headers)
            #expect(made.status == 200)
            try await body(Curl(address: try #require(peer.endpoints?.data), base: ""))
        }
    }

    private static let path = "/\(app)/api/v4/store/execute"

    @Test("documents are inserted, selected, updated and deleted, and the answers name what was touched")
    func statements() async throws {
        try await self.withData { data async throws in
            func execute(_ statement: String, _ args: JSONValue = .null) async throws -> JSONValue {
                let body = (["statement": .string(statement), "args": args] as JSONValue).text
                let reply = try await data("POST", Self.path, body, headers: ["Content-Type: application/json"])
                #expect(reply.status == 200, "\(reply.body)")
                return try #require(reply.json)
            }
            let inserted = try await execute(
                "INSERT INTO cars DOCUMENTS (:one), (:two)",
                ["one": ["_id": "a", "color": "blue"], "two": ["_id": "b", "color": "red"]]
            )
            #expect(inserted["queryType"] == "insert")
            #expect(inserted["mutatedDocumentIds"] == ["a", "b"])
            #expect(inserted["items"] == [])
            #expect(inserted["warnings"] == [])
            #expect(inserted["totalWarningsCount"] == 0)
            #expect(inserted["transactionId"]?.integer ?? 0 >= 2)
            let selected = try await execute("SELECT * FROM cars WHERE color = :color", ["color": "blue"])
            #expect(selected["items"] == [["_id": "a", "color": "blue"]])
            let updated = try await execute("UPDATE cars SET color = 'green' WHERE _id = 'b'")
            #expect(updated["mutatedDocumentIds"] == ["b"])
            #expect(try await execute("DELETE FROM cars WHERE color = 'blue'")["mutatedDocumentIds"] == ["a"])
            #expect(try await execute("SELECT * FROM cars")["items"] == [["_id": "b", "color": "green"]])
        }
    }

    @Test("long statements and long answers go through as short ones do")
    func long() async throws {
        try await self.withData { data async throws in
            let text = String(repeating: "x", count: 1_000)
            let arguments = JSONObject(
                (0..<400).map { .init(key: "d\($0)", value: ["_id": .string("\($0)"), "text": .string(text)]) }
            )
            let places = (0..<400).map { "(:d\($0))" }.joined(separator: ",")
            for (statement, args) in [
                ("INSERT INTO cars DOCUMENTS \(places)", JSONValue.object(arguments)),
                ("SELECT * FROM cars WHERE _id IN (:ids)", ["ids": .array((0..<90).map { .string("\($0)") })]),
                ("SELECT * FROM cars", .null),
            ] {
                let body = (["statement": .string(statement), "args": args] as JSONValue).text
                let reply = try await data("POST", Self.path, body, headers: ["Content-Type: application/json"])
                #expect(reply.status == 200, "\(reply.body.prefix(200))")
                let answer = try #require(reply.json)
                if statement.hasPrefix("INSERT") {
                    #expect(answer["mutatedDocumentIds"]?.array?.count == 400)
                } else if statement.hasSuffix("cars") {
                    #expect(answer["items"]?.array?.count == 400)
                    #expect(answer["items"]?.array?.allSatisfy { $0["text"] == .string(text) } == true)
                }
            }
        }
    }

    @Test("a statement whose condition is probably not what was meant is executed, and the answer warns of it")
    func warnings() async throws {
        try await self.withData { data async throws in
            let body = (["statement": "DELETE FROM cars WHERE color = \"blue\" OR owner = NULL"] as JSONValue).text
            let reply = try await data("POST", Self.path, body, headers: ["Content-Type: application/json"])
            #expect(reply.status == 200)
            #expect(reply.json?["mutatedDocumentIds"] == [])
            #expect(reply.json?["totalWarningsCount"] == 2)
            #expect(
                reply.json?["warnings"]?.array?.last?["message"] == """
                    column 50: the condition compares with NULL by =, which is never true; write IS NULL, or IS NOT NULL
                    """
            )
        }
    }

    @Test("a bad statement is refused with its place, as JSON of the usual shape")
    func refusal() async throws {
        try await self.withData { data async throws in
            let reply = try await data("POST", Self.path, #"{"statement":"SELECT * FORM cars"}"#)
            #expect(reply.status == 400)
            #expect(reply.json?["error"]?["line"] == 1)
            #expect(reply.json?["error"]?["column"] == 10)
            #expect(reply.json?["error"]?["message"]?.string?.isEmpty == false)
            #expect(reply.json?["items"] == [])
        }
    }

    @Test("an app that is not there, another path and another method are told apart")
    func paths() async throws {
        try await self.withData { data async throws in
            let other = "/00000000-0000-4000-8000-000000000000/api/v4/store/execute"
            let body = #"{"statement":"SELECT * FROM cars"}"#
            #expect(try await data("POST", other, body).status == 404)
            #expect(try await data("POST", "/\(Self.app)/api/v4/store/find", body).status == 404)
            #expect(try await data("GET", Self.path).status == 405)
            #expect(try await data("POST", Self.path, "{}").status == 422)
            #expect(try await data("POST", Self.path, #"{"statement":"SELECT 1","args":[1]}"#).status == 422)
        }
    }

    @Test("every refusal has the shape of an answer, and a message under error")
    func oneShape() async throws {
        try await self.withData(statementBytes: 4_096) { data async throws in
            let statement = #"{"statement":"SELECT * FROM cars"}"#
            let other = "/00000000-0000-4000-8000-000000000000/api/v4/store/execute"
            let long = #"{"statement":"\#(String(repeating: "x", count: 4_096))"}"#
            let replies = [
                (400, try await data("POST", Self.path, "{")),
                (400, try await data("POST", Self.path, #"{"statement":"SELECT"}"#)),
                (403, try await data("POST", Self.path, statement, headers: ["Origin: http://a.example"])),
                (404, try await data("POST", other, statement)),
                (404, try await data("POST", "/x", statement)),
                (405, try await data("GET", Self.path)),
                (413, try await data("POST", Self.path, long)),
                (422, try await data("POST", Self.path, "{}")),
            ]
            for (status, reply) in replies {
                #expect(reply.status == status, "\(reply.body)")
                #expect(reply.json?["error"]?["message"]?.string?.isEmpty == false, "\(status): \(reply.body)")
                #expect(reply.json?["items"] == [] && reply.json?["mutatedDocumentIds"] == [], "\(status)")
            }
            #expect(replies[5].1.headers["allow"] == "POST")
        }
    }

    @Test("the token of the REST API is asked for here, too")
    func token() async throws {
        try await self.withData(token: try AccessToken("secret")) { data async throws in
            let body = #"{"statement":"SELECT * FROM cars"}"#
            #expect(try await data("POST", Self.path, body).status == 401)
            #expect(try await data("POST", Self.path, body, headers: ["Authorization: Bearer secret"]).status == 200)
        }
    }
}
