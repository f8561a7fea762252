import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A port on which WebSockets are accepted; their owner hears of each as it opens.
package struct SocketServer: Sendable {
    private let channel: any Channel

    /// The port that it listens on.
    package let port: Int

    /// Listens.
    ///
    /// Must be called on the loop.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port; 0 for any.
    ///   - tls: What TLS needs; `nil` speaks plainly.
    ///   - limits: What clients may ask for.
    ///   - loop: Where everything happens, the owner's calls included.
    ///   - owner: Who is told.
    /// - Returns: The server once it listens, or why it does not.
    package static func listen(
        host: String,
        port: Int,
        tls: ServerTLS?,
        limits: SocketLimits,
        on loop: any EventLoop,
        owner: any SocketOwner
    ) -> EventLoopFuture<SocketServer> {
        let acceptor = NIOLoopBound(Acceptor(tls: tls, limits: limits, owner: owner), eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.unsentBytes / 2, high: limits.unsentBytes)
            )
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 8_192, maximum: 256 << 10)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try acceptor.value.accept(channel) }
            }
            .bind(host: host, port: port)
            .map { SocketServer(channel: $0, port: $0.localAddress?.port ?? port) }
    }

    /// Accepts no more; what stands goes on.
    package func stop() -> EventLoopFuture<Void> {
        self.channel.close(mode: .all)
    }
}

/// Sets up the pipeline of each connection that comes in.
private final class Acceptor {
    private let tls: ServerTLS?
    private let limits: SocketLimits
    private let owner: any SocketOwner
    private var connections = 0

    /// More connections than the limit allow.
    private struct TooMany: Error {}

    init(tls: ServerTLS?, limits: SocketLimits, owner: any SocketOwner) {
        self.tls = tls
        self.limits = limits
        self.owner = owner
    }

    func accept(_ channel: any Channel) throws {
        guard self.connections < self.limits.connections else { throw TooMany() }
        self.connections += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.connections -= 1 }
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
        let handshake = HandshakeGuard(timeout: self.limits.handshake)
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = self.limits.headerBytes
        decoder.maxHeaderListSize = self.limits.headerBytes
        decoder.maxHeaderFieldCount = 100
        let upgrade = ServerUpgrade(limits: self.limits, owner: self.owner, handshake: handshake)
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (upgraders: [upgrade], completionHandler: { _ in }),
            withErrorHandling: true,
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: decoder
        )
        try pipeline.addHandler(handshake)
    }
}
