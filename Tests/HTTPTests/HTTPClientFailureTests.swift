import Synchronization
import Testing

@testable import HTTP

@Suite("HTTPClient failures")
struct HTTPClientFailureTests {
    @Test("a refused connection certainly did not reach the server and is worth a retry")
    func refused() async throws {
        let server = try LoopbackServer { _ in }
        let url = server.url("/x?token=s3cret")
        server.stop()
        let client = HTTPClient(configuration: .test())
        let error = try await failure { try await client.send(HTTPRequest(.post, url, body: [1])) }
        #expect(error.kind == .couldNotConnect)
        #expect(!error.mayHaveReachedServer)
        #expect(error.isRetryable)
        #expect(error.message.hasPrefix("POST http://127.0.0.1:\(server.port)/x: could not connect ("))
        #expect(!error.message.contains("s3cret"))
    }

    @Test("a refused connection is told apart from an earlier success on the same handle")
    func refusedAfterSuccess() async throws {
        let other = try LoopbackServer { _ in }
        let url = other.url()
        other.stop()
        try await withServer(script: LoopbackServer.answering { connection, _ in connection.respond() }) {
            server,
            client in
            _ = try await client.send(HTTPRequest(.get, server.url()))
            let error = try await failure { try await client.send(HTTPRequest(.get, url)) }
            #expect(error.kind == .couldNotConnect)
            #expect(!error.mayHaveReachedServer)
        }
    }

    @Test("a connection that closes in the middle of a body is lost")
    func closedInBody() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        } body: { server, client in
            let error = try await failure { try await client.send(HTTPRequest(.put, server.url(), body: [1])) }
            #expect(error.kind == .connectionLost)
            #expect(error.mayHaveReachedServer)
            #expect(error.isRetryable)
        }
    }

    @Test("a connection that closes without an answer leaves the outcome unknown")
    func closedWithoutAnswer() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
        } body: { server, client in
            let error = try await failure { try await client.send(HTTPRequest(.post, server.url(), body: [1])) }
            #expect(error.kind == .connectionLost)
            #expect(error.mayHaveReachedServer)
        }
    }

    @Test("a connection that is reset is lost")
    func reset() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.reset()
        } body: { server, client in
            let error = try await failure { try await client.send(HTTPRequest(.get, server.url())) }
            #expect(error.kind == .connectionLost)
        }
    }

    /// RFC 9110 §9.2.2: a client must not send again by itself what is not idempotent.
    @Test(
        "on a kept-alive connection that dies, only an idempotent request is sent again",
        arguments: [(HTTPMethod.post, 1), (.patch, 1), (.put, 2), (.get, 2), (.delete, 2)]
    )
    func staleConnection(_ method: HTTPMethod, sent: Int) async throws {
        let seen = Mutex(0)
        try await withServer { connection in
            guard let first = connection.readRequest() else { return }
            // Only the warm-up and a repeated request come first on a connection.
            if first.path == "/second" { seen.withLock { $0 += 1 } }
            connection.respond()
            if connection.readRequest() != nil { seen.withLock { $0 += 1 } }
        } body: { server, client in
            _ = try await client.send(HTTPRequest(.get, server.url("/first")))
            let request = HTTPRequest(method, server.url("/second"), body: method == .get ? nil : [1, 2, 3])
            if sent == 1 {
                let error = try await failure { try await client.send(request) }
                #expect(error.kind == .connectionLost)
                #expect(error.mayHaveReachedServer)
            } else {
                #expect(try await client.send(request).status == 200)
            }
            #expect(seen.withLock { $0 } == sent)
        }
    }

    @Test(
        "an answer that is not HTTP is not worth a retry",
        arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 abc\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"]
    )
    func garbage(_ answer: String) async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.send(answer)
        } body: { server, client in
            let error = try await failure { try await client.send(HTTPRequest(.get, server.url())) }
            #expect(error.kind == .badResponse)
            #expect(!error.isRetryable)
        }
    }

    @Test("a body beyond the limit is refused, whether announced or not", arguments: [true, false])
    func tooLarge(isAnnounced: Bool) async throws {
        let script = LoopbackServer.answering { connection, _ in
            if isAnnounced {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nx")
            } else {
                connection.beginChunked()
                while connection.sendChunk(String(repeating: "x", count: 1_000)) {}
            }
        }
        try await withServer(script: script) { server, client in
            let request = HTTPRequest(.get, server.url(), maxResponseBytes: 10_000)
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .responseTooLarge(limit: 10_000))
            #expect(!error.isRetryable)
        }
    }

    @Test("a body as long as the limit is accepted")
    func exactlyTheLimit() async throws {
        let script = LoopbackServer.answering { connection, _ in connection.respond("12345") }
        try await withServer(script: script) { server, client in
            let response = try await client.send(HTTPRequest(.get, server.url(), maxResponseBytes: 5))
            #expect(response.body.count == 5)
        }
    }

    @Test("a head without an end is refused")
    func endlessHead() async throws {
        let script = LoopbackServer.answering { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send("X: \(String(repeating: "x", count: 1_000))\r\n") {}
        }
        try await withServer(script: script) { server, client in
            let error = try await failure { try await client.send(HTTPRequest(.get, server.url())) }
            #expect(error.kind == .responseTooLarge(limit: ResponseAssembler.headLimit))
        }
    }

    @Test("a name that does not exist is not found")
    func unknownHost() async throws {
        // RFC 6761 §6.4: names below "invalid" never exist; libcurl asks the resolver all the same.
        let client = HTTPClient(configuration: .test())
        let error = try await failure { try await client.send(HTTPRequest(.get, "http://nowhere.invalid/")) }
        #expect(error.kind == .couldNotResolve(host: "nowhere.invalid"))
        #expect(!error.mayHaveReachedServer)
    }

    @Test(
        "a URL that cannot be sent to is refused before anything happens",
        arguments: [
            "", "http://", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:s3cret@127.0.0.1/",
            "http://127.0.0.1:99999/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX-Evil: 1", "http://h\u{E9}/",
        ]
    )
    func badURL(_ url: String) async throws {
        let client = HTTPClient(configuration: .test())
        let error = try await failure { try await client.send(HTTPRequest(.get, url)) }
        guard case .badURL = error.kind else { return #expect(Bool(false), "\(error)") }
        #expect(!error.mayHaveReachedServer)
        #expect(!error.isRetryable)
        #expect(!error.message.contains("s3cret"))
        #expect(!error.message.utf8.contains(UInt8(ascii: "\n")))
    }

    @Test(
        "a header that would split the request or change its framing is refused",
        arguments: [
            ("X-A", "1\r\nX-Evil: 1"), ("X-A", "1\n"), ("X-A", "\u{0}"), ("X A", "1"), ("X-A:", "1"), ("", "1"),
            ("X-A\r\nX-Evil", "1"), ("Content-Length", "5"), ("transfer-encoding", "chunked"),
        ]
    )
    func headerInjection(_ name: String, _ value: String) async throws {
        let client = HTTPClient(configuration: .test())
        let request = HTTPRequest(.get, "http://127.0.0.1:1/", headers: [name: value])
        let error = try await failure { try await client.send(request) }
        #expect(error.kind == .badHeader(name: name))
    }

    @Test("only of a write it is told that it may have taken effect")
    func effect() {
        for kind in [HTTPError.Kind.connectionLost, .timedOut(.waiting), .timedOut(.receiving)] {
            for method in HTTPMethod.allCases {
                let error = HTTPError(kind, endpoint: "\(method.rawValue) http://a", mayHaveReachedServer: true)
                let isTold = error.message.contains("may have taken effect")
                #expect(isTold == (method != .get && method != .head), "\(error.message)")
            }
        }
    }

    @Test("a token that would split the request is refused")
    func tokenInjection() async throws {
        let client = HTTPClient(configuration: .test())
        let request = HTTPRequest(.get, "http://127.0.0.1:1/", bearerToken: BearerToken("a\r\nX-Evil: 1"))
        let error = try await failure { try await client.send(request) }
        #expect(error.kind == .badHeader(name: "Authorization"))
        #expect(!error.message.contains("Evil"))
    }
}
