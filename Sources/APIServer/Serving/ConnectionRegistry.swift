import Clocks
import NIOCore
import NIOSSL
import Synchronization

/// Knows the connections that are open, so that neither a shutdown nor a watch waits for clients that have gone to sleep,
/// and strangers do not keep others out.
///
/// The server takes a bounded number of connections. One that has not shown the token a while after it was opened is
/// cut off, whether it is still in the handshake, sends nothing, or asks for what everybody may see.
///
/// Closing a TLS connection in good order waits seconds for the client's farewell.
final class ConnectionRegistry: Sendable {
    private struct Connection {
        let channel: any Channel
        /// What will cut it off; gone once it has shown the token.
        var deadline: Task<Void, Never>?
    }

    /// How long a new connection has time to show the token; handshake and first request are within it.
    static let strangerPatience = Duration.seconds(10)

    private let time: any Time
    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

    /// Creates a registry without connections.
    ///
    /// - Parameter time: The clock for the patience with strangers.
    init(time: any Time) {
        self.time = time
    }

    /// A handler that enters the connection in whose pipeline it stands.
    ///
    /// - Parameter patience: How long the client may read nothing of what is written to it.
    /// - Returns: The handler, for one connection.
    func makeHandler(patience: TimeAmount) -> Handler { Handler(registry: self, patience: patience) }

    /// Lets a connection stay, since it has shown the token.
    func admit(_ channel: any Channel) {
        let deadline = self.connections.withLock { connections -> Task<Void, Never>? in
            connections[ObjectIdentifier(channel)]?.deadline.take()
        }
        deadline?.cancel()
    }

    /// Cuts off every connection without a farewell.
    func cutOff() {
        for channel in self.connections.withLock({ $0.values.map(\.channel) }) {
            channel.eventLoop.execute { Self.cutOff(channel) }
        }
    }

    /// Closes one connection, on its event loop.
    private static func cutOff(_ channel: any Channel) {
        // Closing from the place of the TLS handler passes the farewell by.
        if let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
            context.close(promise: nil)
        } else {
            channel.close(promise: nil)
        }
    }

    private func enter(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let deadline = Task { [time] in
            guard (try? await time.sleep(for: Self.strangerPatience)) != nil else { return }
            channel.eventLoop.execute { Self.cutOff(channel) }
        }
        self.connections.withLock { $0[id] = Connection(channel: channel, deadline: deadline) }
        channel.closeFuture.whenComplete { _ in
            deadline.cancel()
            self.connections.withLock { $0[id] = nil }
        }
    }

    /// Enters its connection, and cuts it off when the client has read nothing for too long: whoever writes to it, such
    /// as a watch, would wait for ever.
    final class Handler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let registry: ConnectionRegistry
        private let patience: TimeAmount
        private var end: Scheduled<Void>?

        fileprivate init(registry: ConnectionRegistry, patience: TimeAmount) {
            self.registry = registry
            self.patience = patience
        }

        func handlerAdded(context: ChannelHandlerContext) {
            self.registry.enter(context.channel)
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) {
            self.end?.cancel()
            self.end = nil
            if !context.channel.isWritable {
                let channel = context.channel
                self.end = context.eventLoop.scheduleTask(in: self.patience) { ConnectionRegistry.cutOff(channel) }
            }
            context.fireChannelWritabilityChanged()
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.end?.cancel()
            self.end = nil
            context.fireChannelInactive()
        }
    }
}
