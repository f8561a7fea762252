import Foundation

/// What the loopback itself can do between two threads with nothing but system calls.
enum LoopbackLimit {
    /// Sends bytes one way, 64 KiB a call.
    ///
    /// - Returns: Bytes a second.
    static func oneWay(_ total: Int) throws -> Double {
        let listener = try Listener()
        Thread {
            guard let descriptor = listener.accept() else { return }
            defer { close(descriptor) }
            let chunk = [UInt8](repeating: 97, count: 65_536)
            var left = total
            while left > 0 {
                let sent = send(descriptor, chunk, min(left, chunk.count), Int32(MSG_NOSIGNAL))
                guard sent > 0 else { return }
                left -= sent
            }
        }.start()
        let descriptor = try listener.connect()
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let begin = ContinuousClock.now
        var received = 0
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { received += count }
        guard received == total else { throw LoopbackConnection.Broken(description: "the loopback lost bytes") }
        return Double(total) / begin.duration(to: .now).seconds
    }

    /// Sends a request and waits for its answer, again and again.
    ///
    /// - Returns: Seconds of each exchange.
    static func roundTrips(_ count: Int, request: Int, answer: Int) throws -> [Double] {
        let listener = try Listener()
        Thread {
            guard let descriptor = listener.accept() else { return }
            defer { close(descriptor) }
            let bytes = [UInt8](repeating: 97, count: answer)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while Self.receive(descriptor, request, &chunk) {
                guard send(descriptor, bytes, answer, Int32(MSG_NOSIGNAL)) == answer else { return }
            }
        }.start()
        let descriptor = try listener.connect()
        defer { close(descriptor) }
        let bytes = [UInt8](repeating: 97, count: request)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        return try (0..<count).map { _ in
            let begin = ContinuousClock.now
            guard send(descriptor, bytes, request, Int32(MSG_NOSIGNAL)) == request,
                self.receive(descriptor, answer, &chunk)
            else { throw LoopbackConnection.Broken(description: "the loopback broke") }
            return begin.duration(to: .now).seconds
        }
    }

    private static func receive(_ descriptor: Int32, _ count: Int, _ chunk: inout [UInt8]) -> Bool {
        var left = count
        while left > 0 {
            let received = recv(descriptor, &chunk, min(left, chunk.count), 0)
            guard received > 0 else { return false }
            left -= received
        }
        return true
    }

    /// A port that one connection is expected at.
    private struct Listener {
        private let descriptor: Int32
        private let address: sockaddr_in

        init() throws {
            self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = self.descriptor
            let isListening = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isListening else { throw LoopbackConnection.Broken(description: "no port on the loopback is free") }
            self.address = address
        }

        /// Waits for the connection; nobody else comes.
        func accept() -> Int32? {
            let accepted = Foundation.accept(self.descriptor, nil, nil)
            close(self.descriptor)
            return accepted < 0 ? nil : Self.prompt(accepted)
        }

        func connect() throws -> Int32 {
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = self.address
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Foundation.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else { throw LoopbackConnection.Broken(description: "the loopback refuses") }
            return Self.prompt(connection)
        }

        private static func prompt(_ connection: Int32) -> Int32 {
            var on: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            return connection
        }
    }
}
