import JSON
import Testing

@testable import KubernetesClient

@Suite("EventLineReader")
struct EventLineReaderTests {
    private static let text =
        #"{"type":"ADDED","object":{"n":1}}"# + "\n\n" + #"{"type":"DELETED","object":{"n":2}}"# + "\n"

    @Test("lines come out whole however the bytes arrive", arguments: [1, 2, 3, 7, 1_000])
    func pieces(size: Int) throws {
        var reader = EventLineReader()
        var lines: [EventLineReader.Line] = []
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += try reader.lines(adding: Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(lines == [.init(type: "ADDED", object: ["n": 1]), .init(type: "DELETED", object: ["n": 2])])
    }

    @Test("what is no event is an error", arguments: ["{}\n", "rubbish\n", #"{"type":"ADDED"}"# + "\n", "[]\n"])
    func malformed(text: String) {
        var reader = EventLineReader()
        #expect(throws: EventLineReader.Malformed.self) { try reader.lines(adding: Array(text.utf8)) }
    }

    @Test("a line without an end is an error before it fills the memory")
    func endless() {
        var reader = EventLineReader()
        #expect(throws: EventLineReader.Malformed.self) {
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0...17 { _ = try reader.lines(adding: piece) }
        }
    }
}
