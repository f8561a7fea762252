import Clocks
import HTTP
import JSON
import Logging
import Metering
import Testing

@testable import APIServer

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A TCP connection that says nothing, or only what it is told to.
private final class RawSocket: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
    }

    deinit { close(self.descriptor) }

    /// Whether the other side has closed it.
    var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(self.descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN
    }

    func write(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { send(self.descriptor, $0.baseAddress, $0.count, 0) } }
}

@Suite("Connections that do not show the token", .timeLimit(.minutes(10)))
struct StrangerTests {
    @Test("make room for those that do", arguments: [[], Array("GET / HTTP/1.1\r\n".utf8), [0x16, 0x03, 0x01, 0x02]])
    func handshake(bytes: [UInt8]) async throws {
        let time = ManualTime()
        try await TestServer.run(time: time) { configuration in
            configuration.maximumConnections = 4
        } _: { (server: TestServer) async throws in
            let strangers = try (0..<8).map { _ in try RawSocket(port: server.endpoint.port) }
            for stranger in strangers { stranger.write(bytes) }
            // Four are let in at a time, and only when their time is up the next.
            for stranger in strangers {
                while !stranger.isClosed {
                    if time.sleeperCount > 0 { time.advance(by: ConnectionRegistry.strangerPatience) }
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
            #expect(try await server.send(.get, "/api/v1/secrets").status == 200)
        }
    }

    @Test("make room also when they ask for what everybody may see, and keep the connection")
    func publicPaths() async throws {
        let time = ManualTime()
        try await TestServer.run(time: time) { configuration in
            configuration.maximumConnections = 2
        } _: { (server: TestServer) async throws in
            let clients = (0..<2).map { _ in server.newClient() }
            for client in clients {
                var request = server.request(.get, "/livez")
                request.bearerToken = nil
                #expect(try await client.send(request).status == 200)
            }
            // An answer of that sort is no reason to stay.
            await time.untilSleeping(2)
            time.advance(by: ConnectionRegistry.strangerPatience)
            #expect(try await server.send(.get, "/api/v1/secrets").status == 200)
            for client in clients { client.shutdown() }
        }
    }

    @Test("do not keep scrapers out of the listener for metrics")
    func metrics() async throws {
        let page = MetricsPage(MetricsRegistry())
        let listener = MetricsListener(
            host: "127.0.0.1",
            port: 0,
            page: page,
            idleTime: .milliseconds(200),
            logger: .quiet
        )
        let running = Task { try await listener.run() }
        let client = HTTPClient(configuration: .init(proxy: .none))
        let url = try await listener.waitUntilListening()
        let port = try #require(url.split(separator: ":").last?.split(separator: "/").first.flatMap { Int($0) })
        let strangers = try (0..<70).map { _ in try RawSocket(port: port) }
        #expect(try await client.send(HTTPRequest(.get, url)).status == 200)
        withExtendedLifetime(strangers) {}
        client.shutdown()
        running.cancel()
        _ = await running.result
    }

    @Test("whoever has shown it stays connected")
    func admitted() async throws {
        let time = ManualTime()
        try await TestServer.run(time: time) { server in
            let list = try await server.send(.get, "/api/v1/secrets")
            #expect(time.sleeperCount == 0)
            let version = try #require(list.json["metadata"]?["resourceVersion"]?.string)
            // A watch that outlasts the patience, and is ended by the server in good order.
            let query = "watch=true&timeoutSeconds=1&resourceVersion=\(version)"
            let stream = try await server.client.stream(server.request(.get, "/api/v1/secrets?\(query)"))
            #expect(stream.status == 200)
            time.advance(by: ConnectionRegistry.strangerPatience)
            _ = try await stream.rest(limit: 1 << 20)
        }
    }
}
