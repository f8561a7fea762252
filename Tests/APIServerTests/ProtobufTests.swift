import JSON
import Testing

@testable import APIServer

/// Writes fields by hand, as https://protobuf.dev/programming-guides/encoding/ describes them.
private struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    func field(_ number: UInt8, _ value: [UInt8]) -> ProtobufWriter {
        ProtobufWriter(bytes: self.bytes + [number << 3 | 2, UInt8(value.count)] + value)
    }

    func field(_ number: UInt8, _ text: String) -> ProtobufWriter { self.field(number, Array(text.utf8)) }

    func field(_ number: UInt8, _ message: ProtobufWriter) -> ProtobufWriter { self.field(number, message.bytes) }

    func field(_ number: UInt8, varint: [UInt8]) -> ProtobufWriter {
        ProtobufWriter(bytes: self.bytes + [number << 3] + varint)
    }
}

@Suite("ProtobufObject")
struct ProtobufTests {
    private static func envelope(_ kind: String, _ object: ProtobufWriter) -> [UInt8] {
        let type = ProtobufWriter().field(1, "v1").field(2, kind)
        let unknown = ProtobufWriter().field(1, type).field(2, object).field(3, "").field(4, "")
        return Array("k8s\0".utf8) + unknown.bytes
    }

    private static let secret = ProtobufTests.envelope(
        "Secret",
        ProtobufWriter()
            .field(
                1,
                ProtobufWriter().field(1, "berlin").field(2, "").field(8, "")
                    .field(11, ProtobufWriter().field(1, "team").field(2, "a"))
                    .field(11, ProtobufWriter().field(1, "tier").field(2, "")).field(14, "x/y")
            )
            .field(2, ProtobufWriter().field(1, "token").field(2, [0, 1, 255])).field(3, "Opaque")
            .field(5, varint: [1]).field(15, "of a newer client")
    )

    @Test("a Secret is read as JSON would say it")
    func secret() throws {
        #expect(
            try ProtobufObject.json(Self.secret) == [
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true, "data": ["token": "AAH/"],
                "metadata": ["name": "berlin", "labels": ["team": "a", "tier": ""], "finalizers": ["x/y"]],
            ]
        )
    }

    @Test("times become RFC 3339")
    func times() throws {
        // 1 800 000 000 = 2027-01-15T08:00:00Z
        let time = ProtobufWriter().field(1, varint: [0x80, 0xA4, 0xA7, 0xDA, 0x06])
        let event = Self.envelope("Event", ProtobufWriter().field(7, time).field(8, varint: [3]).field(10, time))
        let json = try ProtobufObject.json(event)
        #expect(json["lastTimestamp"] == "2027-01-15T08:00:00Z")
        #expect(json["eventTime"] == "2027-01-15T08:00:00.000000Z")
        #expect(json["count"] == 3)
    }

    @Test("what is cut off or changed is an error or another object, never a crash")
    func damage() {
        for end in Self.secret.indices { _ = try? ProtobufObject.json(Array(Self.secret[..<end])) }
        for index in Self.secret.indices {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var bytes = Self.secret
                bytes[index] = value
                _ = try? ProtobufObject.json(bytes)
            }
        }
        #expect(throws: ProtobufError.self) { try ProtobufObject.json([]) }
        #expect(throws: ProtobufError.self) { try ProtobufObject.json(Self.envelope("Pod", ProtobufWriter())) }
        #expect(throws: ProtobufError.self) {
            try ProtobufObject.json(Array("k8s\0".utf8) + [0x08] + [UInt8](repeating: 0xFF, count: 11))
        }
    }
}
