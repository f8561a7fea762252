import NIOCore

/// The head of a WebSocket frame (RFC 6455 §5.2).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
/// |I|S|S|S|  (4)  |A|     (7)     |  (16 if len is 126, 64 if 127) |
/// |N|V|V|V|       |S|             |                               |
/// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
/// |                   Masking key (32, if MASK is 1)              |
/// +---------------------------------------------------------------+
/// |                          Payload data                         |
/// ```
struct FrameHeader: Equatable {
    /// What a frame carries.
    enum Opcode: UInt8 {
        /// More of the message that is under way.
        case continuation = 0x0
        /// The start of a message of text.
        case text = 0x1
        /// The start of a message of bytes.
        case binary = 0x2
        /// The end of the connection, with a reason.
        case close = 0x8
        /// A question that a pong answers.
        case ping = 0x9
        /// The answer to a ping.
        case pong = 0xA

        /// Whether the frame may stand between the frames of a message.
        var isControl: Bool { self.rawValue & 0x8 != 0 }
    }

    /// Whether the message ends here.
    var isFinal: Bool
    /// What the frame carries.
    var opcode: Opcode
    /// The payload's length in bytes.
    var length: Int
    /// What the payload is masked with; only clients mask, and always.
    var mask: FrameMask?

    /// The longest payload of a control frame (RFC 6455 §5.5).
    static let maximumControlLength = 125

    /// Creates a header.
    init(isFinal: Bool = true, opcode: Opcode, length: Int, mask: FrameMask? = nil) {
        self.isFinal = isFinal
        self.opcode = opcode
        self.length = length
        self.mask = mask
    }

    /// Reads a header; `nil`, and nothing taken, while bytes are missing.
    init?(reading buffer: inout ByteBuffer) throws(SocketClose) {
        var rest = buffer
        guard let first = rest.readInteger(as: UInt8.self), let second = rest.readInteger(as: UInt8.self) else {
            return nil
        }
        guard first & 0x70 == 0 else { throw .protocolError("a reserved bit is set, and no extension was agreed on") }
        guard let opcode = Opcode(rawValue: first & 0x0F) else {
            throw .protocolError("there is no opcode \(first & 0x0F)")
        }
        let length: UInt64
        switch second & 0x7F {
        case 126:
            guard let long = rest.readInteger(as: UInt16.self) else { return nil }
            length = UInt64(long)
        case 127:
            guard let long = rest.readInteger(as: UInt64.self) else { return nil }
            length = long
        case let short: length = UInt64(short)
        }
        guard let count = Int(exactly: length) else { throw .protocolError("the frame's length is not a length") }
        if opcode.isControl {
            guard first & 0x80 != 0 else { throw .protocolError("a control frame must not be fragmented") }
            guard count <= Self.maximumControlLength else { throw .protocolError("a control frame is too long") }
        }
        if second & 0x80 != 0 {
            guard let key = rest.readInteger(as: UInt32.self) else { return nil }
            self.mask = FrameMask(key: key)
        }
        self.isFinal = first & 0x80 != 0
        self.opcode = opcode
        self.length = count
        buffer = rest
    }

    /// Writes the header.
    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger((self.isFinal ? 0x80 : 0) | self.opcode.rawValue)
        let masked: UInt8 = self.mask == nil ? 0 : 0x80
        switch self.length {
        case ...125: buffer.writeInteger(masked | UInt8(truncatingIfNeeded: self.length))
        case ...0xFFFF:
            buffer.writeInteger(masked | 126)
            buffer.writeInteger(UInt16(truncatingIfNeeded: self.length))
        default:
            buffer.writeInteger(masked | 127)
            buffer.writeInteger(UInt64(self.length))
        }
        if let mask { buffer.writeInteger(mask.key) }
    }
}
