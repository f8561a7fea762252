import EmbeddedPeer
import Testing

/// What surrounds the operations: paths, methods, credentials, limits.
@Suite("Request handling")
struct RequestHandlingTests {
    @Test(
        "another Big Peer is not found",
        arguments: [
            "/namespace/fleet/bigPeer/paris/app", "/namespace/other/bigPeer/berlin/app",
            "/namespace/fleet/bigPeer/paris/app/cars/bigPeerReplication/r1",
        ]
    )
    func otherPeer(path: String) async throws {
        try await withPeer { _, curl in
            for method in ["GET", "POST"] {
                let reply = try await curl(method, path, method == "POST" ? "{}" : nil)
                #expect(reply.status == 404)
                #expect(reply.error == "big peer not found")
            }
        }
    }

    @Test(
        "unknown paths are 404 in JSON",
        arguments: [
            "/", "/app", "/namespace/fleet/bigPeer/berlin", "/namespace/fleet/bigPeer/berlin/app/",
            "/namespace/fleet/bigPeer/berlin/app/cars/other", "/namespace/fleet/bigPeer/berlin/app/cars/other/x",
            "/namespace/fleet/bigPeer/berlin/app/cars/bigPeerReplication/a/b",
        ]
    )
    func unknownPath(path: String) async throws {
        try await withPeer { _, curl in
            let reply = try await curl("GET", path)
            #expect(reply.status == 404)
            #expect(reply.error?.hasPrefix("no such path") == true)
        }
    }

    @Test(
        "other methods are 405 with Allow",
        arguments: [
            ("DELETE", "app", "GET, HEAD, POST"), ("POST", "app/cars", "GET, HEAD, PUT, PATCH, DELETE"),
            ("GET", "app/cars/bigPeerReplication", "POST"),
            ("POST", "app/cars/bigPeerReplication/r1", "GET, HEAD, PUT, PATCH, DELETE"),
            ("OPTIONS", "app", "GET, HEAD, POST"), ("DELETE", "app/cars/provider/p", "POST"),
        ]
    )
    func otherMethod(method: String, path: String, allow: String) async throws {
        try await withPeer { _, curl in
            let reply = try await curl(method, path)
            #expect(reply.status == 405)
            #expect(reply.headers["allow"] == allow)
            #expect(reply.error == "method not allowed: this path has \(allow)")
        }
    }

    @Test("HEAD answers like GET without a body")
    func head() async throws {
        try await withPeer { _, curl in
            let reply = try await curl("HEAD", "app")
            #expect(reply.status == 200)
            #expect(reply.headers["content-length"] == "53")
            #expect(reply.body.isEmpty)
            #expect(try await curl("HEAD", "app/cars").status == 404)
        }
    }

    /// The ten of the API's 21 operations that an embedded peer leaves out (`spec/big-peer-api.md` §1.2).
    @Test(
        "operations that are not offered are 501 with a sentence",
        arguments: [
            ("GET", "apiKey"), ("POST", "apiKey"), ("GET", "apiKey/k"), ("DELETE", "apiKey/k"),
            ("GET", "dataBridge"), ("POST", "dataBridge"), ("GET", "dataBridge/d"), ("DELETE", "dataBridge/d"),
            ("POST", "provider"), ("POST", "provider/p"),
        ]
    )
    func notOffered(method: String, path: String) async throws {
        try await withPeer { _, curl in
            let reply = try await curl(method, "app/cars/\(path)")
            #expect(reply.status == 501)
            #expect(reply.error?.hasPrefix("an embedded Big Peer has no") == true)
        }
    }

    @Test("a token is asked for on every path, and can be exchanged while the peer runs")
    func token() async throws {
        try await withPeer(.berlin(token: try AccessToken("first\n"))) { peer, curl in
            for path in ["app", "/", "/namespace/x/bigPeer/y/app"] {
                let refused = try await curl("GET", path)
                #expect(refused.status == 401)
                #expect(refused.headers["www-authenticate"] == "Bearer")
                #expect(refused.error == "a valid bearer token is required")
            }
            for wrong in ["Bearer second", "Bearer firs", "Bearer firstfirst", "Basic first", "first", "Bearer "] {
                #expect(try await curl("GET", "app", headers: ["Authorization: \(wrong)"]).status == 401)
            }
            #expect(try await curl("GET", "app", headers: ["Authorization: Bearer first"]).status == 200)
            #expect(try await curl("GET", "app", headers: ["authorization: bearer first"]).status == 200)
            try peer.updateToken(try AccessToken("second"))
            #expect(try await curl("GET", "app", headers: ["Authorization: Bearer first"]).status == 401)
            #expect(try await curl("GET", "app", headers: ["Authorization: Bearer second"]).status == 200)
        }
    }

    @Test("without a token, requests from web pages are refused")
    func browser() async throws {
        try await withPeer { _, curl in
            let reply = try await curl("POST", "app", #"{"name":"a"}"#, headers: ["Origin: https://evil.example"])
            #expect(reply.status == 403)
            #expect(try await curl("GET", "app/a").status == 404)
        }
        try await withPeer(.berlin(token: try AccessToken("t"))) { _, curl in
            let headers = ["Origin: https://dashboard.example", "Authorization: Bearer t"]
            let reply = try await curl("GET", "app", headers: headers)
            #expect(reply.status == 200)
        }
    }

    @Test("a body over the limit is 413, announced or not")
    func longBody() async throws {
        var configuration = EmbeddedPeerConfiguration.berlin()
        configuration.limits.bodyBytes = 1_000
        try await withPeer(configuration) { _, curl in
            let body = #"{"name":"a","pad":"\#(String(repeating: "x", count: 1_000))"}"#
            for headers in [[], ["Transfer-Encoding: chunked"]] {
                let reply = try await curl("POST", "app", body, headers: headers)
                #expect(reply.status == 413)
                #expect(reply.error == "the body is longer than 1000 bytes")
            }
            #expect(
                try await curl("POST", "app", #"{"name":"a"}"#, headers: ["Transfer-Encoding: chunked"]).status == 200
            )
        }
    }

    @Test("a body that nests too deep is 400")
    func deepBody() async throws {
        try await withPeer { _, curl in
            let body =
                #"{"name":"a","x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}"
            let reply = try await curl("POST", "app", body)
            #expect(reply.status == 400)
            #expect(reply.error == "the body is not JSON: more than 32 levels of nesting at byte 47")
        }
    }

    @Test("a header section over the limit is 400")
    func longHeader() async throws {
        try await withPeer { _, curl in
            let reply = try await curl("GET", "app", headers: ["X-Long: \(String(repeating: "x", count: 40_000))"])
            #expect(reply.status == 400)
            let many = (0..<200).map { "X-\($0): y" }
            #expect(try await curl("GET", "app", headers: many).status == 400)
            #expect(try await curl("GET", "app").status == 200)
        }
    }

    @Test("a connection without requests is closed")
    func idle() async throws {
        var configuration = EmbeddedPeerConfiguration.berlin()
        configuration.limits.idleTimeout = .milliseconds(50)
        try await withPeer(configuration) { _, curl in
            // curl's telnet ends when the server closes, or with "timed out" when it does not.
            let output = try await Curl.run(["-sS", "--max-time", "120", "telnet://\(curl.address)"])
            #expect(output.isEmpty)
        }
    }

    @Test("connections over the limit wait for their turn")
    func manyConnections() async throws {
        var configuration = EmbeddedPeerConfiguration.berlin()
        configuration.limits.connections = 2
        try await withPeer(configuration) { _, curl in
            // Processes of their own, because one curl would keep its connections for the next request.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<12 {
                    group.addTask { try await curl("POST", "app", #"{"name":"a\#(index)"}"#).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 12))
        }
    }
}
