import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The server's half of the handshake: NIO's, but for the handlers that it would put in, which `PeerSocket` replaces.
///
/// Why: one handler that scans the whole read buffer and copies each payload once, refuses a message at its header by
/// a limit that moves with the login, and writes once per turn of the loop.
final class ServerUpgrade: HTTPServerProtocolUpgrader {
    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []

    private let handshake = NIOWebSocketServerUpgrader(
        automaticErrorHandling: false,
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )
    private let limits: SocketLimits
    private let owner: any SocketOwner
    private let handshakeGuard: HandshakeGuard

    init(limits: SocketLimits, owner: any SocketOwner, handshake: HandshakeGuard) {
        self.limits = limits
        self.owner = owner
        self.handshakeGuard = handshake
    }

    func buildUpgradeResponse(
        channel: any Channel,
        upgradeRequest: HTTPRequestHead,
        initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        self.handshake.buildUpgradeResponse(
            channel: channel,
            upgradeRequest: upgradeRequest,
            initialResponseHeaders: initialResponseHeaders
        )
    }

    func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        let socket = PeerSocket(
            origin: .accepted(path: upgradeRequest.uri),
            channel: context.channel,
            limits: self.limits,
            owner: self.owner
        )
        return context.eventLoop.makeCompletedFuture {
            context.pipeline.syncOperations.removeHandler(self.handshakeGuard, promise: nil)
            try context.pipeline.syncOperations.addHandler(socket)
        }
    }
}

/// The client's half of the handshake.
final class ClientUpgrade: NIOHTTPClientProtocolUpgrader {
    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []

    private let handshake = NIOWebSocketClientUpgrader(
        automaticErrorHandling: false,
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )
    private let limits: SocketLimits
    private let outcome: DialOutcome
    private let dialHandshake: DialHandshake

    init(limits: SocketLimits, outcome: DialOutcome, handshake: DialHandshake) {
        self.limits = limits
        self.outcome = outcome
        self.dialHandshake = handshake
    }

    func addCustom(upgradeRequestHeaders: inout HTTPHeaders) {
        self.handshake.addCustom(upgradeRequestHeaders: &upgradeRequestHeaders)
    }

    func shouldAllowUpgrade(upgradeResponse: HTTPResponseHead) -> Bool {
        self.handshake.shouldAllowUpgrade(upgradeResponse: upgradeResponse)
    }

    func upgrade(context: ChannelHandlerContext, upgradeResponse: HTTPResponseHead) -> EventLoopFuture<Void> {
        let socket = PeerSocket(
            origin: .dialled(attempt: self.outcome.attempt),
            channel: context.channel,
            limits: self.limits,
            owner: self.outcome.owner
        )
        self.outcome.isDecided = true
        return context.eventLoop.makeCompletedFuture {
            context.pipeline.syncOperations.removeHandler(self.dialHandshake, promise: nil)
            try context.pipeline.syncOperations.addHandler(socket)
        }
    }
}
