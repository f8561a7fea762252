import Clocks
import NIOCore
import NIOEmbedded
import Testing

@testable import APIServer

@Suite("ConnectionRegistry")
struct ConnectionRegistryTests {
    private func channel() throws -> EmbeddedChannel {
        let handler = ConnectionRegistry(time: ManualTime()).makeHandler(patience: .seconds(180))
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func stall(_ channel: EmbeddedChannel, _ isStalled: Bool) {
        channel.isWritable = !isStalled
        channel.pipeline.fireChannelWritabilityChanged()
    }

    @Test("a client that reads nothing is cut off, so that no watch waits for it for ever")
    func stalled() throws {
        let channel = try self.channel()
        self.stall(channel, true)
        channel.embeddedEventLoop.advanceTime(by: .seconds(179))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("a client that goes on reading is not cut off, however slow it is")
    func slow() throws {
        let channel = try self.channel()
        for _ in 0..<3 {
            self.stall(channel, true)
            channel.embeddedEventLoop.advanceTime(by: .seconds(170))
            self.stall(channel, false)
            channel.embeddedEventLoop.advanceTime(by: .seconds(170))
        }
        #expect(channel.isActive)
        _ = try channel.finish()
    }
}
