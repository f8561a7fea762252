/// One kept WebSocket to a port of the loopback: whole text messages, one at a time.
///
/// ```
/// byte 0        byte 1           0, 2 or 8 bytes     4 bytes, of a client   the rest
/// FIN · opcode  MASK · length    length, when the    mask                   payload
///                                first is 126, 127
/// ```
struct WebSocketConnection {
    private let connection: LoopbackConnection

    init(port: Int, path: String) throws {
        self.connection = try LoopbackConnection(port: port)
        let head =
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        try self.connection.write(Array(head.utf8))
        let answer = try self.connection.head()
        guard answer.hasPrefix("HTTP/1.1 101") else { throw LoopbackConnection.Broken(description: answer) }
    }

    func send(_ text: String) throws { try self.connection.write(Self.frame(text)) }

    /// The next text; what is said of the connection itself is passed over.
    func receive() throws -> (text: String, frameLength: Int) {
        while true {
            let head = try self.connection.take(2)
            let width = head[1] == 127 ? 8 : head[1] == 126 ? 2 : 0
            let length = try self.connection.take(width).reduce(0) { $0 << 8 | Int($1) }
            let payload = try self.connection.take(width == 0 ? Int(head[1]) : length)
            guard head[0] & 0x0F < 8 else { continue }
            return (String(decoding: payload, as: UTF8.self), 2 + width + payload.count)
        }
    }

    /// A text as it goes out; a mask of zeros is a mask.
    static func frame(_ text: String) -> [UInt8] {
        let payload = Array(text.utf8)
        let length: [UInt8] =
            payload.count < 126
            ? [0x80 | UInt8(payload.count)] : [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        return [0x81] + length + [0, 0, 0, 0] + payload
    }
}
