import JSON
import Testing

@testable import YAML

@Suite("Stream")
struct StreamTests {
    @Test("a stream holds several documents, each with its line")
    func severalDocuments() throws {
        let documents = try YAML.documents(in: Array("a: 1\n---\nb: 2\n--- {c: 3}\n".utf8))
        #expect(documents.map(\.root.json) == [["a": 1], ["b": 2], ["c": 3]])
        #expect(documents.map(\.mark.line) == [1, 2, 4])
        #expect(
            documents.map(\.root.mark) == [
                .init(line: 1, column: 1), .init(line: 3, column: 1), .init(line: 4, column: 5),
            ]
        )
    }

    // kubectl skips chunks that are empty or null: k8s.io/cli-runtime/pkg/resource/visitor.go, StreamVisitor.
    @Test(
        "empty documents are skipped",
        arguments: [
            "", "---\n", "# only a comment\n", "---\n---\n...\n", "null\n", "--- ~\n---\n", "\u{FEFF}", "\n\n  \n",
        ]
    )
    func emptyDocuments(text: String) throws {
        #expect(try YAML.documents(in: Array(text.utf8)).isEmpty)
    }

    @Test("an empty string, list or mapping is no empty document", arguments: ["''", "[]", "{}", "0", "false"])
    func valuesThatAreNotEmpty(text: String) throws {
        #expect(try YAML.documents(in: Array(text.utf8)).count == 1)
    }

    @Test("a byte order mark and either line ending change nothing")
    func byteOrderMarkAndLineEndings() throws {
        #expect(try json("\u{FEFF}a: 1\r\nb:\r\n- x\r\n") == ["a": 1, "b": ["x"]])
        #expect(try document("\u{FEFF}a: 1\r\nb: 2\r\n").mark(at: [.key("b")]) == Mark(line: 2, column: 4))
    }

    @Test("UTF-16 with a byte order mark is read", arguments: [true, false])
    func utf16(isBigEndian: Bool) throws {
        let documents = try YAML.documents(in: utf16Bytes("größe: 😀\n", isBigEndian: isBigEndian))
        #expect(documents.map(\.root.json) == [["größe": "😀"]])
    }

    @Test("an unpaired surrogate in UTF-16 is an error with its place")
    func brokenUTF16() throws {
        let bytes: [UInt8] = utf16Bytes("a: 1\nb: ", isBigEndian: false) + [0x00, 0xDC]
        let error = try #require(throws: YAMLError.self) { try YAML.documents(in: bytes) }
        #expect(error.reason == .encoding)
        #expect(error.mark == Mark(line: 2, column: 4))
    }

    @Test(
        "bytes that are not UTF-8 are an error with their place",
        arguments: [[0xFF], [0xC3], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]]
    )
    func brokenUTF8(broken: [UInt8]) throws {
        let bytes = Array("a: 1\nö: ".utf8) + broken
        let error = try #require(throws: YAMLError.self) { try YAML.documents(in: bytes) }
        #expect(error.reason == .encoding)
        #expect(error.mark == Mark(line: 2, column: 4))
        #expect(error.message == "the text is not valid UTF-8 here: save the file as UTF-8")
    }

    @Test("control characters are an error with their place", arguments: [0x00, 0x07, 0x1B, 0x7F] as [UInt8])
    func controlCharacters(byte: UInt8) throws {
        let error = try #require(throws: YAMLError.self) { try YAML.documents(in: Array("a: 1\r\nb: x".utf8) + [byte]) }
        #expect(error.reason == .encoding)
        #expect(error.mark == Mark(line: 2, column: 5))
        #expect(error.message.hasPrefix("found the control character U+00"))
    }

    private func utf16Bytes(_ text: String, isBigEndian: Bool) -> [UInt8] {
        "\u{FEFF}\(text)".utf16.flatMap { unit in
            let low = UInt8(unit & 0xFF)
            let high = UInt8(unit >> 8)
            return isBigEndian ? [high, low] : [low, high]
        }
    }
}
