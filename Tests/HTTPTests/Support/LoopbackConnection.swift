import Glibc

/// The server's side of one connection, used by one thread.
final class LoopbackConnection {
    /// A request as it came over the wire.
    struct Request {
        let line: String
        let head: String
        let body: [UInt8]

        var method: Substring { self.line.prefix { $0 != " " } }
        var path: Substring { self.line.dropFirst(self.method.count + 1).prefix { $0 != " " } }

        /// The lines of the head that begin with a name.
        func lines(_ name: String) -> [String] {
            self.head.split(separator: "\r\n").map(String.init).filter { $0.hasPrefix(name + ":") }
        }
    }

    let descriptor: Int32
    private let server: LoopbackServer
    private var received: [UInt8] = []

    init(_ descriptor: Int32, server: LoopbackServer) {
        self.descriptor = descriptor
        self.server = server
    }

    /// The next request; `nil` once the client has closed.
    func readRequest() -> Request? {
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let range = self.received.firstRange(of: blank) {
                let head = String(decoding: self.received[..<range.lowerBound], as: UTF8.self)
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length:") }
                let count = length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
                if self.received.count >= range.upperBound + count {
                    let body = Array(self.received[range.upperBound..<(range.upperBound + count)])
                    self.received.removeFirst(range.upperBound + count)
                    self.server.countRequest()
                    return Request(line: String(head.prefix { $0 != "\r\n" }), head: head, body: body)
                }
            }
            guard self.receive() else { return nil }
        }
    }

    /// Waits until the client closes the connection.
    func readUntilClosed() {
        while self.receive() {}
    }

    /// Writes text; false once the client has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        self.send(Array(text.utf8))
    }

    /// Writes bytes; false once the client has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Writes a complete response that leaves the connection open.
    @discardableResult
    func respond(_ body: String = "", status: String = "200 OK", headers: String = "") -> Bool {
        self.send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Writes the head of a chunked response.
    func beginChunked() {
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n")
    }

    /// Writes one chunk; an empty one ends the response.
    @discardableResult
    func sendChunk(_ text: String) -> Bool {
        self.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Ends the connection so that the client sees a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Whether the client takes bytes within the time; the kernel's buffers are full otherwise.
    func isWritable(withinMilliseconds milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(self.descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        self.received.append(contentsOf: buffer[..<count])
        return true
    }
}

extension LoopbackServer {
    /// Answers every request in the same way for as long as the client wants.
    static func answering(
        _ answer: @escaping @Sendable (LoopbackConnection, LoopbackConnection.Request) -> Void
    ) -> @Sendable (LoopbackConnection) -> Void {
        { connection in
            while let request = connection.readRequest() { answer(connection, request) }
        }
    }
}
