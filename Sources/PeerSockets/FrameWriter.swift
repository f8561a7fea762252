import NIOCore

/// Writes messages as frames, one after the other into one buffer; pure.
struct FrameWriter {
    /// The longest payload of a frame; a longer message becomes several frames.
    var maximumFrame: Int
    /// Whether the frames go to a server, which wants them masked.
    let isClient: Bool

    /// Creates a writer.
    init(isClient: Bool, maximumFrame: Int) {
        self.isClient = isClient
        self.maximumFrame = maximumFrame
    }

    /// Writes a message of text.
    func write(_ message: some Collection<UInt8>, into buffer: inout ByteBuffer) {
        let fast: Void? = message.withContiguousStorageIfAvailable { bytes in
            self.write(UnsafeRawBufferPointer(bytes), into: &buffer)
        }
        if fast == nil { Array(message).withUnsafeBytes { self.write($0, into: &buffer) } }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, into buffer: inout ByteBuffer) {
        var sent = 0
        repeat {
            let count = min(bytes.count - sent, self.maximumFrame)
            self.frame(
                sent == 0 ? .text : .continuation,
                isFinal: sent + count == bytes.count,
                UnsafeRawBufferPointer(rebasing: bytes[sent..<sent + count]),
                into: &buffer
            )
            sent += count
        } while sent < bytes.count
    }

    /// Writes a ping or a pong.
    func write(_ opcode: FrameHeader.Opcode, _ payload: [UInt8], into buffer: inout ByteBuffer) {
        payload.withUnsafeBytes { self.frame(opcode, isFinal: true, $0, into: &buffer) }
    }

    /// Writes a close frame.
    func write(_ close: SocketClose, into buffer: inout ByteBuffer) {
        guard SocketClose.isLegal(close.code) else { return self.write(.close, [], into: &buffer) }
        let code = [UInt8(truncatingIfNeeded: close.code >> 8), UInt8(truncatingIfNeeded: close.code)]
        self.write(.close, code + Array(close.reason.utf8), into: &buffer)
    }

    private func frame(
        _ opcode: FrameHeader.Opcode,
        isFinal: Bool,
        _ payload: UnsafeRawBufferPointer,
        into buffer: inout ByteBuffer
    ) {
        let mask = self.isClient ? FrameMask.random() : nil
        FrameHeader(isFinal: isFinal, opcode: opcode, length: payload.count, mask: mask).write(into: &buffer)
        guard let mask else {
            buffer.writeBytes(payload)
            return
        }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: payload.count) { space in
            let target = UnsafeMutableRawBufferPointer(rebasing: space[..<payload.count])
            target.copyMemory(from: payload)
            mask.apply(to: target)
            return payload.count
        }
    }
}
