import Synchronization
import Testing

@testable import HTTP

@Suite("HTTPClient")
struct HTTPClientTests {
    @Test("a response has its status, version, headers and body")
    func response() async throws {
        let script = LoopbackServer.answering { connection, _ in
            connection.respond("hello", status: "201 Created", headers: "X-One: 1\r\nx-one: 2\r\nEmpty:\r\n")
        }
        try await withServer(script: script) { server, client in
            let response = try await client.send(HTTPRequest(.get, server.url("/a?b=c")))
            #expect(response.status == 201)
            #expect(response.isSuccess)
            #expect(response.version == .oneOne)
            #expect(response.headers.values(of: "X-ONE") == ["1", "2"])
            #expect(response.headers["empty"] == "")
            #expect(response.body == Array("hello".utf8))
        }
    }

    @Test("every method arrives as it is called, with its body", arguments: HTTPMethod.allCases)
    func method(_ method: HTTPMethod) async throws {
        let seen = Mutex<[(line: String, head: String, body: [UInt8])]>([])
        let script = LoopbackServer.answering { connection, request in
            seen.withLock { $0.append((request.line, request.head, request.body)) }
            if request.method == "HEAD" {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
            } else {
                connection.respond("{}")
            }
        }
        try await withServer(script: script) { server, client in
            let body = method == .head || method == .get ? nil : Array(#"{"a":1}"#.utf8)
            let headers: HTTPHeaders = ["Content-Type": "application/json", "X-Empty": ""]
            // Twice, for the second time finds a handle that has done it before.
            for _ in 0..<2 {
                let response = try await client.send(
                    HTTPRequest(method, server.url("/x/../y%20z?q=1"), headers: headers, body: body)
                )
                #expect(response.status == 200)
                #expect(response.body == (method == .head ? [] : Array("{}".utf8)))
            }
            for request in seen.withLock({ $0 }) {
                #expect(request.line == "\(method.rawValue) /x/../y%20z?q=1 HTTP/1.1")
                #expect(request.body == body ?? [])
                #expect(request.head.contains("\r\nContent-Type: application/json"))
                #expect(request.head.contains("\r\nX-Empty:"))
                #expect(!request.head.contains("Expect:"))
            }
        }
    }

    @Test("one handle sends one method after another without mixing them up")
    func methodSequence() async throws {
        let lines = Mutex<[String]>([])
        let script = LoopbackServer.answering { connection, request in
            lines.withLock { $0.append("\(request.method) \(request.body.count)") }
            connection.respond(request.method == "HEAD" ? "" : "ok")
        }
        try await withServer(script: script) { server, client in
            let steps: [(HTTPMethod, [UInt8]?)] = [
                (.post, [1, 2, 3]), (.get, nil), (.put, [1]), (.head, nil), (.delete, nil), (.patch, [1, 2]),
                (.get, nil), (.put, nil), (.delete, [9]), (.post, nil), (.get, nil),
            ]
            for (method, body) in steps { _ = try await client.send(HTTPRequest(method, server.url(), body: body)) }
            #expect(lines.withLock { $0 } == steps.map { "\($0.0.rawValue) \($0.1?.count ?? 0)" })
        }
    }

    @Test("a bearer token is sent as a field and printed nowhere")
    func bearerToken() async throws {
        let heads = Mutex<[String]>([])
        let script = LoopbackServer.answering { connection, request in
            heads.withLock { $0.append(contentsOf: request.lines("Authorization")) }
            connection.respond()
        }
        try await withServer(script: script) { server, client in
            let request = HTTPRequest(.get, server.url(), bearerToken: BearerToken("s3cret\n"))
            _ = try await client.send(request)
            #expect(heads.withLock { $0 } == ["Authorization: Bearer s3cret"])
            var dumped = ""
            dump(request, to: &dumped)
            #expect(!dumped.contains("s3cret"))
            #expect(!"\(request)".contains("s3cret"))
        }
    }

    @Test("requests one after another use one connection")
    func keepAlive() async throws {
        try await withServer(script: LoopbackServer.answering { connection, _ in connection.respond("x") }) {
            server,
            client in
            for _ in 0..<50 { _ = try await client.send(HTTPRequest(.get, server.url())) }
            #expect(server.connectionCount == 1)
            #expect(server.requestCount == 50)
        }
    }

    @Test("a thousand requests at once all come back, over no more connections than allowed")
    func thousandAtOnce() async throws {
        let script = LoopbackServer.answering { connection, request in connection.respond(String(request.path)) }
        try await withServer(configuration: .test(maxRequestsPerHost: 16), script: script) { server, client in
            let answers = try await withThrowingTaskGroup(of: (Int, HTTPResponse).self) { group in
                for index in 0..<1_000 {
                    group.addTask { (index, try await client.send(HTTPRequest(.get, server.url("/\(index)")))) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = String(decoding: $1.1.body, as: UTF8.self) }
            }
            #expect(answers.count == 1_000)
            #expect(answers.allSatisfy { $0.value == "/\($0.key)" })
            #expect(server.connectionCount <= 16)
        }
    }

    @Test("a redirect is an answer and is not followed")
    func redirect() async throws {
        let script = LoopbackServer.answering { connection, _ in
            connection.respond(status: "302 Found", headers: "Location: /elsewhere\r\n")
        }
        try await withServer(script: script) { server, client in
            let response = try await client.send(HTTPRequest(.get, server.url(), bearerToken: BearerToken("t")))
            #expect(response.status == 302)
            #expect(response.headers["Location"] == "/elsewhere")
            #expect(server.requestCount == 1)
        }
    }

    @Test("interim responses and trailers do not show")
    func interimAndTrailers() async throws {
        let script = LoopbackServer.answering { connection, _ in
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n")
            connection.send("2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n")
        }
        try await withServer(script: script) { server, client in
            let response = try await client.send(HTTPRequest(.get, server.url()))
            #expect(response.status == 200)
            #expect(response.headers["Link"] == nil)
            #expect(response.headers["X-Trailer"] == nil)
            #expect(response.headers["X-A"] == "1")
            #expect(response.body == Array("ok".utf8))
        }
    }

    @Test("large bodies pass in both directions", arguments: [HTTPMethod.post, .put])
    func largeBodies(_ method: HTTPMethod) async throws {
        let script = LoopbackServer.answering { connection, request in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
            connection.send(request.body)
        }
        try await withServer(script: script) { server, client in
            let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let response = try await client.send(HTTPRequest(method, server.url(), body: body))
            #expect(response.body == body)
        }
    }
}
