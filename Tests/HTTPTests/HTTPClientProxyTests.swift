import Synchronization
import Testing

@testable import HTTP

@Suite("HTTPClient through a proxy")
struct HTTPClientProxyTests {
    private func request(
        _ url: String,
        through server: LoopbackServer,
        user: String = "",
        bypass: [String] = []
    ) -> HTTPRequest {
        HTTPRequest(
            .get,
            url,
            bearerToken: BearerToken("s3cret"),
            proxy: .server(url: "http://\(user)127.0.0.1:\(server.port)", bypass: bypass)
        )
    }

    @Test("a request for http goes to the proxy with its whole URL")
    func plain() async throws {
        let script = LoopbackServer.answering { connection, request in connection.respond(request.line) }
        try await withServer(script: script) { server, client in
            let answer = try await client.send(self.request("http://nowhere.invalid/x?y", through: server))
            #expect(String(decoding: answer.body, as: UTF8.self) == "GET http://nowhere.invalid/x?y HTTP/1.1")
        }
    }

    @Test("a proxy that refuses a tunnel is told apart, and learns nothing of the request")
    func refused() async throws {
        let heads = Mutex<[String]>([])
        let script = LoopbackServer.answering { connection, request in
            heads.withLock { $0.append(request.head) }
            connection.respond(status: "403 Forbidden")
        }
        try await withServer(script: script) { server, client in
            let request = self.request("https://nowhere.invalid/x", through: server, user: "me:pw@")
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .proxyRefused(status: 403))
            #expect(!error.mayHaveReachedServer)
            let head = try #require(heads.withLock { $0 }.first)
            #expect(head.hasPrefix("CONNECT nowhere.invalid:443 HTTP/1.1\r\n"))
            #expect(head.contains("Proxy-Authorization: Basic bWU6cHc="))
            #expect(!head.contains("s3cret"))
        }
    }

    @Test("a host on the bypass list is reached directly")
    func bypass() async throws {
        let script = LoopbackServer.answering { connection, request in connection.respond(request.line) }
        try await withServer(script: script) { server, client in
            let dead = HTTPProxy.server(url: "http://127.0.0.1:1", bypass: ["127.0.0.1"])
            let answer = try await client.send(HTTPRequest(.get, server.url("/direct"), proxy: dead))
            #expect(String(decoding: answer.body, as: UTF8.self) == "GET /direct HTTP/1.1")
        }
    }

    @Test("a proxy that is not there cannot be connected to")
    func absent() async throws {
        let client = HTTPClient(configuration: .test())
        let proxy = HTTPProxy.server(url: "http://127.0.0.1:1")
        let error = try await failure { try await client.send(HTTPRequest(.get, "http://a.invalid/", proxy: proxy)) }
        #expect(error.kind == .couldNotConnect)
        #expect(!error.mayHaveReachedServer)
    }

    @Test(
        "a proxy's URL that cannot be used is not quoted with its password",
        arguments: ["http://me:s3cret@[::1", "gopher://me:s3cret@127.0.0.1:1", "http://me:s3cret@127.0.0.1:99999"]
    )
    func unusable(_ url: String) async throws {
        let client = HTTPClient(configuration: .test())
        let request = HTTPRequest(.get, "http://a.invalid/", proxy: .server(url: url))
        let error = try await failure { try await client.send(request) }
        #expect(error.message.contains("the proxy's URL cannot be used"))
        #expect(!"\(error) \(request)".contains("s3cret"))
        #expect(!error.mayHaveReachedServer)
    }

    @Test("a proxy is printed without its credentials")
    func description() {
        #expect(HTTPProxy.server(url: "http://me:pw@h:1").description == "(redacted)@h:1")
        #expect(HTTPProxy.server(url: "http://h:1").description == "http://h:1")
        var dumped = ""
        dump(HTTPProxy.server(url: "http://me:pw@h:1"), to: &dumped)
        #expect(!dumped.contains("pw"))
    }
}
