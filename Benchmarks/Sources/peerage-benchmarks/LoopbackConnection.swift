import Foundation

/// One kept connection to a port of the loopback, with as little between as possible.
final class LoopbackConnection {
    /// Why a request has no answer.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    init(port: Int) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Broken(description: "nothing listens on port \(port)") }
        var on: Int32 = 1
        setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(self.descriptor) }

    /// Sends a request and waits for its answer.
    ///
    /// - Returns: The status code and the body.
    func send(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> (status: Int, body: [UInt8]) {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        try self.write(Array(head.utf8) + body)
        while true {
            if let end = self.headEnd {
                let text = String(decoding: self.buffer[..<end], as: UTF8.self)
                let lines = text.components(separatedBy: "\r\n")
                let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) }
                guard let length else { throw Broken(description: "no Content-Length: \(text)") }
                while self.buffer.count < end + 4 + length { try self.read() }
                let answer = Array(self.buffer[(end + 4)..<(end + 4 + length)])
                self.buffer.removeFirst(end + 4 + length)
                return (status, answer)
            }
            try self.read()
        }
    }

    private var headEnd: Int? {
        guard self.buffer.count >= 4 else { return nil }
        return (0...(self.buffer.count - 4)).first { index in
            self.buffer[index] == 13 && self.buffer[index + 1] == 10 && self.buffer[index + 2] == 13
                && self.buffer[index + 3] == 10
        }
    }

    /// Waits for the head of an answer and takes it.
    func head() throws -> String {
        while true {
            if let end = self.headEnd {
                defer { self.buffer.removeFirst(end + 4) }
                return String(decoding: self.buffer[..<end], as: UTF8.self)
            }
            try self.read()
        }
    }

    /// Waits for so many bytes and takes them.
    func take(_ count: Int) throws -> [UInt8] {
        while self.buffer.count < count { try self.read() }
        defer { self.buffer.removeFirst(count) }
        return Array(self.buffer.prefix(count))
    }

    /// Sends bytes.
    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map { Foundation.send(self.descriptor, $0 + sent, bytes.count - sent, 0) } ?? 0
            }
            guard count > 0 else { throw Broken(description: "the connection broke while sending") }
            sent += count
        }
    }

    private func read() throws {
        let count = recv(self.descriptor, &self.chunk, self.chunk.count, 0)
        guard count > 0 else { throw Broken(description: "the connection was closed") }
        self.buffer += self.chunk[..<count]
    }
}
