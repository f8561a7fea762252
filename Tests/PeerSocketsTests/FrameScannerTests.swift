import NIOCore
import Testing

@testable import PeerSockets

@Suite("Frame scanner")
struct FrameScannerTests {
    /// "Hello" in the forms of RFC 6455 §5.7.
    static let hello = Array("Hello".utf8)
    static let unmasked: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
    static let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    static let fragmented: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]

    private static func events(
        _ bytes: [UInt8],
        isServer: Bool = false,
        limit: Int = 1 << 20,
        portion: Int = .max
    ) throws(SocketClose) -> [FrameScanner.Event] {
        var scanner = FrameScanner(isServer: isServer, maximumMessage: limit)
        var buffer = ByteBuffer()
        var events: [FrameScanner.Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            buffer.writeBytes(rest.prefix(portion))
            rest = rest.dropFirst(portion)
            while let event = try scanner.next(&buffer) { events.append(event) }
        }
        return events
    }

    @Test("the examples of RFC 6455 §5.7 are read, whole and byte by byte", arguments: [1, 3, Int.max])
    func examples(portion: Int) throws {
        #expect(try Self.events(Self.unmasked, portion: portion) == [.message(Self.hello)])
        #expect(try Self.events(Self.masked, isServer: true, portion: portion) == [.message(Self.hello)])
        #expect(try Self.events(Self.fragmented, portion: portion) == [.message(Self.hello)])
        let ping: [UInt8] = [0x89, 0x05] + Self.hello
        let pong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(try Self.events(ping, portion: portion) == [.ping(Self.hello)])
        #expect(try Self.events(pong, isServer: true, portion: portion) == [.pong])
    }

    @Test("a ping may stand between the parts of a message")
    func interleaved() throws {
        let bytes = Array(Self.fragmented.prefix(5)) + [0x89, 0x00] + Array(Self.fragmented.dropFirst(5))
        #expect(try Self.events(bytes) == [.ping([]), .message(Self.hello)])
    }

    @Test(
        "what is written is read again, whatever its length, in frames of the size allowed",
        arguments: [0, 1, 7, 8, 125, 126, 127, 16_383, 16_384, 16_385, 65_535, 65_536, 200_000],
        [true, false]
    )
    func roundTrip(length: Int, isClient: Bool) throws {
        let message = (0..<length).map { UInt8(0x20 + $0 % 90) }
        var buffer = ByteBuffer()
        FrameWriter(isClient: isClient, maximumFrame: 16_384).write(message, into: &buffer)
        let bytes = Array(buffer.readableBytesView)
        #expect(try Self.events(bytes, isServer: isClient, portion: 1_000) == [.message(message)])
        var longest = 0
        while let header = try FrameHeader(reading: &buffer) {
            longest = max(longest, header.length)
            buffer.moveReaderIndex(forwardBy: header.length)
        }
        #expect(longest == min(length, 16_384))
    }

    @Test("a close carries its code and reason")
    func close() throws {
        let reason = SocketClose.policy("not logged in")
        var buffer = ByteBuffer()
        FrameWriter(isClient: true, maximumFrame: 100).write(reason, into: &buffer)
        #expect(try Self.events(Array(buffer.readableBytesView), isServer: true) == [.close(reason)])
        #expect(SocketClose.policy(String(repeating: "ä", count: 100)).reason.utf8.count <= 123)
    }

    @Test("a message beyond the limit is refused at its head, before any payload came")
    func limit() {
        #expect(throws: SocketClose.tooLarge("a message may have 1000 bytes")) {
            try Self.events([0x81, 126, 0x03, 0xE9], limit: 1_000)
        }
        #expect(throws: SocketClose.tooLarge("a message may have 1000 bytes")) {
            try Self.events([0x81, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], limit: 1_000)
        }
        // The limit is the message's, not the frame's.
        let parts: [UInt8] = [0x01, 3, 0x61, 0x61, 0x61, 0x80, 3]
        #expect(throws: SocketClose.tooLarge("a message may have 5 bytes")) { try Self.events(parts, limit: 5) }
    }

    @Test(
        "what breaks the rules ends with its code",
        arguments: [
            ([0xC1, 0x00], 1002), ([0x83, 0x00], 1002), ([0x09, 0x00], 1002), ([0x89, 126, 0, 200], 1002),
            ([0x80, 0x00], 1002), ([0x01, 0x00, 0x01, 0x00], 1002), ([0x82, 0x01, 0x00], 1003),
            ([0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002), ([0x81, 0x80, 1, 2, 3, 4], 1002),
            ([0x81, 0x02, 0xC3, 0x28], 1007), ([0x88, 0x01, 0x03], 1002), ([0x88, 0x02, 0x03, 0xED], 1002),
            ([0x88, 0x03, 0x03, 0xE8, 0xFF], 1007),
        ] as [([UInt8], UInt16)]
    )
    func violations(bytes: [UInt8], code: UInt16) {
        var found: SocketClose?
        do throws(SocketClose) { _ = try Self.events(bytes) } catch { found = error }
        #expect(found?.code == code)
    }

    @Test("whatever bytes come, the scanner answers and does not trap")
    func noise() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 1...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? Self.events(bytes, isServer: Bool.random(using: &random), limit: 64, portion: 7)
        }
    }
}
