import NIOCore

/// Takes frames apart and puts messages together; pure.
///
/// *Guarantees:* a message beyond the limit is refused at the header that would exceed it, before its bytes are
/// stored; a payload is copied once, however its bytes arrive.
struct FrameScanner {
    /// What a scan may come upon.
    enum Event: Equatable {
        /// A whole message of text.
        case message([UInt8])
        /// A ping, which wants its payload back.
        case ping([UInt8])
        /// A pong.
        case pong
        /// The other end says goodbye.
        case close(SocketClose)
    }

    private enum State {
        /// Waiting for the head of a frame.
        case header
        /// Waiting for the rest of a data frame's payload.
        case payload(FrameHeader, taken: Int)
    }

    /// The longest message that is taken.
    var maximumMessage: Int

    private let isServer: Bool
    private var state = State.header
    private var message: [UInt8] = []
    private var isInsideMessage = false

    /// Creates a scanner.
    ///
    /// - Parameters:
    ///   - isServer: Whether the frames come from a client, which must mask them.
    ///   - maximumMessage: The longest message that is taken.
    init(isServer: Bool, maximumMessage: Int) {
        self.isServer = isServer
        self.maximumMessage = maximumMessage
    }

    /// Takes bytes up to the next event; `nil` when more bytes are needed.
    mutating func next(_ buffer: inout ByteBuffer) throws(SocketClose) -> Event? {
        while true {
            switch self.state {
            case .header:
                let whole = buffer
                guard let header = try FrameHeader(reading: &buffer) else { return nil }
                guard (header.mask != nil) == self.isServer else {
                    throw .protocolError(self.isServer ? "a client must mask its frames" : "a server must not mask")
                }
                if header.opcode.isControl {
                    guard let event = try self.control(header, &buffer) else {
                        buffer = whole
                        return nil
                    }
                    return event
                }
                try self.begin(header)
                self.state = .payload(header, taken: 0)
            case .payload(let header, let taken):
                let now = min(header.length - taken, buffer.readableBytes)
                if now > 0 { self.take(now, from: &buffer, mask: header.mask, offset: taken) }
                guard taken + now == header.length else {
                    self.state = .payload(header, taken: taken + now)
                    return nil
                }
                self.state = .header
                guard header.isFinal else { continue }
                return .message(try self.finish())
            }
        }
    }

    private mutating func begin(_ header: FrameHeader) throws(SocketClose) {
        switch header.opcode {
        case .continuation:
            guard self.isInsideMessage else { throw .protocolError("a continuation without a beginning") }
        case .binary: throw .unacceptable("only messages of text are understood here")
        case .text, .close, .ping, .pong:
            guard !self.isInsideMessage else { throw .protocolError("a message begins before the last one ended") }
            self.isInsideMessage = true
        }
        guard header.length <= self.maximumMessage - self.message.count else {
            throw .tooLarge("a message may have \(self.maximumMessage) bytes")
        }
        self.message.reserveCapacity(self.message.count + header.length)
    }

    private mutating func take(_ count: Int, from buffer: inout ByteBuffer, mask: FrameMask?, offset: Int) {
        let start = self.message.count
        buffer.readWithUnsafeReadableBytes { bytes in
            self.message.append(contentsOf: bytes.prefix(count))
            return count
        }
        guard let mask else { return }
        self.message.withUnsafeMutableBytes { bytes in
            mask.apply(to: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]), from: offset)
        }
    }

    private mutating func finish() throws(SocketClose) -> [UInt8] {
        let message = self.message
        self.message = []
        self.isInsideMessage = false
        guard Self.isText(message) else { throw .invalidText("a message is not UTF-8") }
        return message
    }

    private func control(_ header: FrameHeader, _ buffer: inout ByteBuffer) throws(SocketClose) -> Event? {
        guard var payload = buffer.readBytes(length: header.length) else { return nil }
        payload.withUnsafeMutableBytes { header.mask?.apply(to: $0) }
        switch header.opcode {
        case .ping: return .ping(payload)
        case .close: return .close(try Self.close(payload))
        case .pong, .continuation, .text, .binary: return .pong
        }
    }

    /// Reads the payload of a close frame: nothing, or a code and a reason.
    private static func close(_ payload: [UInt8]) throws(SocketClose) -> SocketClose {
        guard !payload.isEmpty else { return SocketClose(code: 1005, reason: "") }
        guard payload.count >= 2 else { throw .protocolError("a close frame with half a code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard SocketClose.isLegal(code) else { throw .protocolError("\(code) is no code of a close frame") }
        let reason = Array(payload[2...])
        guard Self.isText(reason) else { throw .invalidText("the reason of a close frame is not UTF-8") }
        return SocketClose(code: code, reason: String(decoding: reason, as: UTF8.self))
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }
}
