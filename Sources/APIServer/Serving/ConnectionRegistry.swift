import NIOCore
import NIOSSL
import Synchronization

/// Knows the connections that are open, so that a shutdown need not wait for clients that have gone to sleep.
///
/// Closing a TLS connection in good order waits seconds for the client's farewell.
final class ConnectionRegistry: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// A handler that enters the connection in whose pipeline it stands.
    func makeHandler() -> Handler { Handler(registry: self) }

    /// Cuts off every connection without a farewell.
    func cutOff() {
        for channel in self.channels.withLock({ Array($0.values) }) {
            channel.eventLoop.execute {
                // Closing from the place of the TLS handler passes the farewell by.
                let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
                context?.close(promise: nil)
            }
        }
    }

    private func enter(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        self.channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.channels.withLock { $0[id] = nil } }
    }

    /// Enters its connection; nothing else.
    final class Handler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let registry: ConnectionRegistry

        fileprivate init(registry: ConnectionRegistry) {
            self.registry = registry
        }

        func handlerAdded(context: ChannelHandlerContext) {
            self.registry.enter(context.channel)
        }
    }
}
