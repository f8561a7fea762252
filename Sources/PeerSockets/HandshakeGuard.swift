import NIOCore
import NIOHTTP1

/// Ends an accepted connection that does not become a WebSocket: in time, and with an answer that says what to do.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let timeout: TimeAmount
    private var timer: Scheduled<Void>?
    private var isOver = false

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.timeout) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head = Self.unwrapInboundIn(data), !self.isOver else { return }
        self.isOver = true
        let sentence = "This port speaks WebSocket (AppWebsocket with Replication): connect with ws:// or wss://\n"
        var head = HTTPResponseHead(version: .http1_1, status: .upgradeRequired)
        head.headers.add(name: "Upgrade", value: "websocket")
        head.headers.add(name: "Connection", value: "Upgrade, close")
        head.headers.add(name: "Sec-WebSocket-Version", value: "13")
        head.headers.add(name: "Content-Type", value: "text/plain")
        head.headers.add(name: "Content-Length", value: "\(sentence.utf8.count)")
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: sentence)))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A handshake that asks for another version of WebSocket is answered above; anything else is no HTTP.
        if error is HTTPParserError || !context.channel.isActive { context.close(promise: nil) }
    }
}
