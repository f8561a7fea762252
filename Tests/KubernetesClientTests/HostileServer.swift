import Glibc
import Synchronization
import Testing

/// An HTTP server on 127.0.0.1 that answers as a test wants, or does not answer; real sockets, a thread for each.
final class HostileServer: Sendable {
    /// A request as it came over the wire.
    struct Request: Sendable {
        let method: String
        let target: String
        let head: String
        let body: String

        /// The value of a query parameter.
        func query(_ name: String) -> String? {
            let parameters = self.target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return parameters.split(separator: "&").first { $0.hasPrefix("\(name)=") }.map {
                String($0.dropFirst(name.count + 1))
            }
        }

        /// The values of a field, in order.
        func fields(_ name: String) -> [String] {
            self.head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("\(name.lowercased()): ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    /// What to do about a request.
    enum Reply: Sendable {
        /// A complete answer.
        case answer(Int, String, headers: [String] = [])
        /// Pieces of an answer without an end, and then silence.
        case silence(after: [String])
        /// Pieces of an answer without an end, and then the end of the connection.
        case cut(after: [String])
        /// Pieces, and then the end of the answer in good order.
        case stream([String])
        /// Nothing at all.
        case hang
    }

    private struct State {
        var connections: Set<Int32> = []
        var requests: [Request] = []
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let respond: @Sendable (Request, _ number: Int) -> Reply

    /// Starts a server; requests are numbered from one.
    init(_ respond: @escaping @Sendable (Request, _ number: Int) -> Reply) throws {
        self.respond = respond
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        try #require(isBound)
        self.port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { self.accept() }
    }

    var url: String { "http://127.0.0.1:\(self.port)" }

    /// The requests that have come.
    var requests: [Request] { self.state.withLock(\.requests) }

    /// Ends everything.
    func stop() {
        self.state.withLock { state in
            // Once: afterwards the listener's number may be that of somebody else's socket.
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(self.listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            },
            box.toOpaque()
        )
        if result == 0 { pthread_detach(thread) } else { box.release() }
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(self.listener, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let isOpen = self.state.withLock { state in
                if !state.isStopped { state.connections.insert(connection) }
                return !state.isStopped
            }
            guard isOpen else {
                close(connection)
                break
            }
            Self.thread {
                self.serve(connection)
                self.state.withLock { state in
                    state.connections.remove(connection)
                    close(connection)
                }
            }
        }
        close(self.listener)
    }

    private func serve(_ connection: Int32) {
        var received: [UInt8] = []
        while let request = self.read(connection, &received) {
            let number = self.state.withLock { state in
                state.requests.append(request)
                return state.requests.count
            }
            switch self.respond(request, number) {
            case .answer(let status, let body, let headers):
                let head = (["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers)
                self.send(connection, head.joined(separator: "\r\n") + "\r\n\r\n" + body)
            case .stream(let pieces):
                self.send(connection, pieces: pieces)
                self.send(connection, "0\r\n\r\n")
            case .cut(let pieces):
                self.send(connection, pieces: pieces)
                return
            case .silence(let pieces):
                self.send(connection, pieces: pieces)
                while self.receive(connection, &received) {}
                return
            case .hang:
                while self.receive(connection, &received) {}
                return
            }
        }
    }

    private func read(_ connection: Int32, _ received: inout [UInt8]) -> Request? {
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let range = received.firstRange(of: blank) {
                let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
                let lengths = head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("content-length: ") }
                let length = lengths.first.flatMap { Int($0.dropFirst(16)) } ?? 0
                if received.count >= range.upperBound + length {
                    let body = received[range.upperBound..<(range.upperBound + length)]
                    let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
                    defer { received.removeFirst(range.upperBound + length) }
                    return Request(
                        method: words.first.map(String.init) ?? "",
                        target: words.dropFirst().first.map(String.init) ?? "",
                        head: head,
                        body: String(decoding: body, as: UTF8.self)
                    )
                }
            }
            guard self.receive(connection, &received) else { return nil }
        }
    }

    private func receive(_ connection: Int32, _ received: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    private func send(_ connection: Int32, pieces: [String]) {
        self.send(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces { self.send(connection, "\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n") }
    }

    private func send(_ connection: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
