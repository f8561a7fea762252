import Glibc
import Synchronization
import Testing

@testable import HTTP

/// A scripted server on 127.0.0.1: each connection runs the script on a thread of its own.
final class LoopbackServer: Sendable {
    private struct State {
        var connections: [Int32] = []
        var accepted = 0
        var requests = 0
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    init(_ script: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 4_096) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        try #require(isBound)
        self.listener = listener
        self.port = Int(UInt16(bigEndian: address.sin_port))
        let isStarted = LoopThread.start { [self] in self.acceptAll(script) }
        try #require(isStarted)
    }

    /// The URL of a path on this server.
    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(self.port)\(path)" }

    /// How many connections have been accepted.
    var connectionCount: Int { self.state.withLock { $0.accepted } }

    /// How many requests have been read.
    var requestCount: Int { self.state.withLock { $0.requests } }

    func countRequest() {
        self.state.withLock { $0.requests += 1 }
    }

    /// Ends all connections and their threads.
    func stop() {
        self.state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(self.listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes a connection, so that its number is not shut down once it is another's.
    func close(_ descriptor: Int32) {
        self.state.withLock { state in
            guard let index = state.connections.firstIndex(of: descriptor) else { return }
            state.connections.remove(at: index)
            Glibc.close(descriptor)
        }
    }

    private func acceptAll(_ script: @escaping @Sendable (LoopbackConnection) -> Void) {
        while true {
            let descriptor = accept(self.listener, nil, nil)
            guard descriptor >= 0 else { break }
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            let isOpen = self.state.withLock { state in
                guard !state.isStopped else { return false }
                state.connections.append(descriptor)
                state.accepted += 1
                return true
            }
            guard isOpen else {
                Glibc.close(descriptor)
                break
            }
            _ = LoopThread.start {
                script(LoopbackConnection(descriptor, server: self))
                self.close(descriptor)
            }
        }
        Glibc.close(self.listener)
    }
}

/// Runs a test against a scripted server with a client of its own.
func withServer(
    configuration: HTTPClient.Configuration = .test(),
    script: @escaping @Sendable (LoopbackConnection) -> Void,
    body: (LoopbackServer, HTTPClient) async throws -> Void
) async throws {
    let server = try LoopbackServer(script)
    let client = HTTPClient(configuration: configuration)
    defer {
        client.shutdown()
        server.stop()
    }
    try await body(server, client)
}

extension HTTPClient.Configuration {
    /// A configuration that the environment cannot change.
    static func test(maxRequestsPerHost: Int = 64, streamBufferBytes: Int = 1 << 20) -> Self {
        Self(proxy: .none, maxRequestsPerHost: maxRequestsPerHost, streamBufferBytes: streamBufferBytes)
    }
}

/// The error that an operation throws.
func failure<Value>(of operation: () async throws -> Value) async throws -> HTTPError {
    do {
        let value = try await operation()
        Issue.record("no error but \(value)")
        throw CancellationError()
    } catch {
        return try #require(error as? HTTPError)
    }
}
