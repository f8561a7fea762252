import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 whose requests are answered on the event loop of their connection.
///
/// *Expected of responders:* what takes long, or waits for a file, happens elsewhere, as on any event loop.
struct LoopBoundHTTP: ServerChildChannel {
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        self.base.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopTaskExecutor(value.channel.eventLoop)) {
            await self.base.handle(value: value, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// A server of HTTP/1.1 whose requests are answered on the event loops of their connections.
    ///
    /// - Parameter limits: How much a client may ask.
    /// - Returns: The builder.
    static func http1OnLoops(_ limits: EmbeddedPeerLimits) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            LoopBoundHTTP(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: HTTP1Channel.Configuration(
                        idleTimeout: TimeAmount(limits.idleTimeout),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: limits.headerBytes,
                            maxHeaderListSize: limits.headerBytes,
                            maxHeaderFieldCount: limits.headerFields
                        )
                    )
                )
            )
        }
    }
}
