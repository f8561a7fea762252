import NIOCore

/// A WebSocket that carries messages of text; it belongs to one event loop, as do those who hold it.
///
/// *Guarantees:* messages are handed over in their order, one call each and without leaving the loop. What is sent
/// within one turn of the loop leaves in one write. The owner is told of the end exactly once.
///
/// *Back-pressure:* inwards by `pause()`, which stops reading from TCP; outwards by `isWritable`.
package final class PeerSocket {
    /// Which end began.
    package enum Origin: Sendable, Hashable {
        /// The other end dialled, and asked for this path.
        case accepted(path: String)
        /// This end dialled; the number is the one that the dialler was given.
        case dialled(attempt: Int)
    }

    private enum Phase {
        /// Not in a pipeline yet. Can transition to `open`.
        case new
        /// Messages flow. Can transition to `closing` and `closed`.
        case open(ChannelHandlerContext)
        /// A close frame is on its way. Can transition to `closed`.
        case closing(ChannelHandlerContext, Scheduled<Void>?)
        /// Over.
        case closed
    }

    /// Which end began.
    package let origin: Origin
    /// The other end's address, for people.
    package let remoteAddress: String

    /// The other end's address without the port.
    package let remoteHost: String

    private var owner: (any SocketOwner)?
    private let limits: SocketLimits
    private var phase = Phase.new
    private var scanner: FrameScanner
    private var writer: FrameWriter
    private var unread = ByteBuffer()
    private var unsent = ByteBuffer()
    private var ending: SocketClose?
    private var isScanning = false
    private var isFlushDue = false
    private var isPaused = false
    private var isReadHeld = false
    private var isOwnerWaiting = false

    init(origin: Origin, channel: any Channel, limits: SocketLimits, owner: any SocketOwner) {
        self.origin = origin
        self.remoteAddress = channel.remoteText
        self.remoteHost = channel.remoteAddress?.ipAddress ?? "unknown"
        self.limits = limits
        self.owner = owner
        let isServer = if case .accepted = origin { true } else { false }
        self.scanner = FrameScanner(isServer: isServer, maximumMessage: limits.message)
        self.writer = FrameWriter(isClient: !isServer, maximumFrame: limits.outgoingFrame)
    }

    /// Allows longer messages and frames, because of who the other end has turned out to be.
    package func raiseLimits(message: Int, outgoingFrame: Int) {
        self.scanner.maximumMessage = message
        self.writer.maximumFrame = outgoingFrame
    }

    /// Whether more may be sent without piling up; when not, the owner is told once that changes.
    package var isWritable: Bool {
        guard case .open(let context) = self.phase, context.channel.isWritable,
            self.unsent.readableBytes < self.limits.unsentBytes
        else {
            self.isOwnerWaiting = true
            return false
        }
        return true
    }

    /// Sends a message; one to a socket that is closing is dropped.
    package func send(_ message: some Collection<UInt8>) {
        guard case .open(let context) = self.phase else { return }
        if self.unsent.capacity == 0 { self.unsent = context.channel.allocator.buffer(capacity: message.count + 14) }
        self.writer.write(message, into: &self.unsent)
        self.flushSoon(context)
    }

    /// Says goodbye, and closes once the other end has answered or its time is up.
    package func close(_ reason: SocketClose) {
        guard case .open(let context) = self.phase else { return }
        self.ending = self.ending ?? reason
        self.writer.write(reason, into: &self.unsent)
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.limits.closing) {
            context.close(promise: nil)
        }
        self.phase = .closing(context, timer)
        self.flush()
        // The answer must get through, also past messages that nobody will look at any more.
        self.resume()
    }

    /// Stops the handing over of messages, and the reading.
    package func pause() {
        guard case .open = self.phase else { return }
        self.isPaused = true
    }

    /// Goes on after a `pause()`.
    package func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        self.scan()
        guard !self.isPaused, self.isReadHeld, let context = self.context else { return }
        self.isReadHeld = false
        context.read()
    }
}

extension PeerSocket {
    private var context: ChannelHandlerContext? {
        switch self.phase {
        case .open(let context), .closing(let context, _): context
        case .new, .closed: nil
        }
    }

    private func flushSoon(_ context: ChannelHandlerContext) {
        guard !self.isFlushDue else { return }
        self.isFlushDue = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        self.isFlushDue = false
        guard let context = self.context, self.unsent.readableBytes > 0 else { return }
        let bytes = self.unsent
        self.unsent = ByteBuffer()
        context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
        self.tellDrained()
    }

    private func tellDrained() {
        guard self.isOwnerWaiting, self.isWritable else { return }
        self.isOwnerWaiting = false
        self.owner?.drained(self)
    }

    /// Takes what has been read apart, as far as the owner wants it.
    private func scan() {
        guard !self.isScanning else { return }
        self.isScanning = true
        defer { self.isScanning = false }
        do throws(SocketClose) {
            while !self.isPaused, self.context != nil, let event = try self.scanner.next(&self.unread) {
                self.perform(event)
            }
        } catch {
            self.fail(error)
        }
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
    }

    private func perform(_ event: FrameScanner.Event) {
        switch (event, self.phase) {
        case (.message(let message), .open): self.owner?.received(message, on: self)
        case (.ping(let payload), .open(let context)):
            // Who does not read has no use for an answer either.
            guard context.channel.isWritable else { return }
            self.writer.write(.pong, payload, into: &self.unsent)
            self.flushSoon(context)
        case (.close(let reason), .open(let context)):
            self.ending = reason
            self.writer.write(reason, into: &self.unsent)
            self.phase = .closing(context, nil)
            self.flush()
            context.close(promise: nil)
        case (.close, .closing(let context, _)): context.close(promise: nil)
        case (.pong, _), (.message, _), (.ping, _), (.close, _): break
        }
    }

    /// Ends a connection whose other end broke the rules: nothing more is read from it.
    private func fail(_ reason: SocketClose) {
        self.unread = ByteBuffer()
        switch self.phase {
        case .open: self.close(reason)
        case .closing(let context, _): context.close(promise: nil)
        case .new, .closed: break
        }
    }

    private func end() {
        if case .closed = self.phase { return }
        if case .closing(_, let timer) = self.phase { timer?.cancel() }
        self.phase = .closed
        self.unread = ByteBuffer()
        self.unsent = ByteBuffer()
        let owner = self.owner
        self.owner = nil
        owner?.closed(self, self.ending ?? .lost("the connection broke off"))
    }
}

extension PeerSocket: ChannelDuplexHandler {
    /// Bytes from TLS or TCP.
    package typealias InboundIn = ByteBuffer
    /// Nothing goes on from here.
    package typealias InboundOut = Never
    /// Nothing is written into it but by `send`.
    package typealias OutboundIn = Never
    /// Bytes for TLS or TCP.
    package typealias OutboundOut = ByteBuffer

    /// The socket stands.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.phase = .open(context)
        guard context.channel.isActive else { return self.end() }
        self.owner?.opened(self)
    }

    /// The pipeline is taken down.
    package func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
    }

    /// Bytes came.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        if self.unread.readableBytes == 0 {
            self.unread = bytes
        } else {
            self.unread.discardReadBytes()
            self.unread.writeBuffer(&bytes)
        }
        self.scan()
    }

    /// The channel wants to read: held back while the owner is behind.
    package func read(context: ChannelHandlerContext) {
        if self.isPaused {
            self.isReadHeld = true
        } else {
            context.read()
        }
    }

    /// There is room to send again, or none any more.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.tellDrained()
    }

    /// The connection is gone.
    package func channelInactive(context: ChannelHandlerContext) {
        self.end()
    }

    /// TCP or TLS failed.
    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.ending = self.ending ?? .lost("\(error)")
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension PeerSocket: Sendable {}
