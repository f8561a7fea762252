import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens WebSockets to other peers.
package struct SocketDialler: Sendable {
    /// Where to, and how.
    package struct Target: Sendable {
        /// A host name or an IP address without brackets.
        package var host: String
        /// The port.
        package var port: Int
        /// The path of the request, which names the app.
        package var path: String
        /// Whom to trust; `nil` speaks plainly.
        package var tls: ClientTLS?

        /// Creates a target.
        package init(host: String, port: Int, path: String, tls: ClientTLS? = nil) {
            self.host = host
            self.port = port
            self.path = path
            self.tls = tls
        }
    }

    private let limits: SocketLimits

    /// Creates a dialler.
    package init(limits: SocketLimits) {
        self.limits = limits
    }

    /// Dials; the owner hears of the socket, or of the failure.
    ///
    /// Must be called on the loop.
    ///
    /// - Parameters:
    ///   - target: Where to.
    ///   - attempt: The number by which the owner knows this dial.
    ///   - loop: Where everything happens, the owner's calls included.
    ///   - owner: Who is told.
    package func dial(_ target: Target, attempt: Int, on loop: any EventLoop, owner: any SocketOwner) {
        let outcome = DialOutcome(attempt: attempt, owner: owner)
        let bound = NIOLoopBound(outcome, eventLoop: loop)
        let limits = self.limits
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(limits.handshake)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: limits.unsentBytes / 2, high: limits.unsentBytes))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 8_192, maximum: 256 << 10)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.prepare(channel, target, limits: limits, outcome: bound.value)
                }
            }
        // An address needs no resolver, and no choice between two families.
        let address = try? SocketAddress(ipAddress: target.host, port: target.port)
        (address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: target.host, port: target.port))
            .whenFailure { error in bound.value.fail("\(target.host):\(target.port): \(Self.words(error))") }
    }

    private static func prepare(
        _ channel: any Channel,
        _ target: Target,
        limits: SocketLimits,
        outcome: DialOutcome
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls = target.tls {
            // A name goes into the handshake and is held against the certificate; for an address, NIOSSL does so itself.
            let isAddress = (try? SocketAddress(ipAddress: target.host, port: 0)) != nil
            try pipeline.addHandler(
                NIOSSLClientHandler(context: tls.context, serverHostname: isAddress ? nil : target.host)
            )
        }
        let handshake = DialHandshake(target: target, timeout: limits.handshake, outcome: outcome)
        let upgrade = ClientUpgrade(limits: limits, outcome: outcome, handshake: handshake)
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (upgraders: [upgrade], completionHandler: { _ in })
        )
        try pipeline.addHandler(handshake)
    }

    private static func words(_ error: any Error) -> String {
        var failure = error
        if let error = error as? NIOConnectionError {
            guard let first = error.connectionErrors.first?.error else {
                return "the name is not known (\(error.dnsAError ?? error.dnsAAAAError ?? error))"
            }
            failure = first
        }
        return (failure as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(failure)"
    }
}

/// What becomes of one dial: told to the owner once.
final class DialOutcome {
    let attempt: Int
    let owner: any SocketOwner
    var isDecided = false

    init(attempt: Int, owner: any SocketOwner) {
        self.attempt = attempt
        self.owner = owner
    }

    func fail(_ reason: String) {
        guard !self.isDecided else { return }
        self.isDecided = true
        self.owner.dialFailed(self.attempt, reason)
    }
}

/// Sends the request of the handshake, and sees that an answer comes in time.
final class DialHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let target: SocketDialler.Target
    private let timeout: TimeAmount
    private let outcome: DialOutcome
    private var timer: Scheduled<Void>?

    init(target: SocketDialler.Target, timeout: TimeAmount, outcome: DialOutcome) {
        self.target = target
        self.timeout = timeout
        self.outcome = outcome
    }

    private var address: String {
        self.target.host.contains(":")
            ? "[\(self.target.host)]:\(self.target.port)" : "\(self.target.host):\(self.target.port)"
    }

    func channelActive(context: ChannelHandlerContext) {
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.timeout) {
            self.fail(context, "no answer to the handshake in time")
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: self.target.path)
        head.headers.add(name: "Host", value: self.address)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = Self.unwrapInboundIn(data) else { return }
        self.fail(context, "answered \(head.status.code) \(head.status.reasonPhrase) and no WebSocket")
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(context, "the connection broke off during the handshake")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(context, "\(error)")
    }

    private func fail(_ context: ChannelHandlerContext, _ reason: String) {
        self.outcome.fail("\(self.address): \(reason)")
        context.close(promise: nil)
    }
}
