import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends text and reads until the other end closes.
enum RawClient {
    static func ask(_ port: Int, _ text: String) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let answer = Mutex("")
        do {
            try await channel.executeThenClose { inbound, outbound in
                if !text.isEmpty { try await outbound.write(ByteBuffer(string: text)) }
                for try await part in inbound { answer.withLock { $0 += String(buffer: part) } }
            }
        } catch is IOError, is ChannelError {
            // A reset is an end too, and what is closed need not be closed again.
        }
        return answer.withLock { $0 }
    }
}
