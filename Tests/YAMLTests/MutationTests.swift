import Clocks
import FuzzSeeds
import JSON
import Testing

@testable import YAML

@Suite("Mutation")
struct MutationTests {
    private static let text = """
        %YAML 1.2
        %TAG !k! tag:yaml.org,2002:
        --- # comment
        apiVersion: &v peerage.dev/v1alpha1
        metadata: {name: "gr\\u00f6ße", 'labels': {a: *v, ? b : !k!str 1}}
        base: &base
          x: [1, 0x1F, .5, 1e3, ~, !!int "7"]
        spec:
          <<: [*base, {z: 1}]
          script: |2-
              indented

            text
          folded: >+
            one
            two

        ...
        ---
        - - a
          - b: "c\\
             d"
        - ? k
          : v
        """
    private static let pieces = [
        "\n", "\t", "  ", "- ", "? ", ": ", "#", "&a ", "*a", "!!", "!x", "|", ">-", "'", "\"", "\\", "[", "]", "{",
        "}", ",",
        "---\n", "...\n", "%", "<<: ", "\0", "\u{FEFF}", "\u{2028}", "\r", "0x", "9", ".", "~", "\u{85}",
    ].map { Array($0.utf8) }

    @Test("no text makes the reader crash, hang or report a place outside", arguments: fuzzSeeds(4))
    func mutations(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<1000 {
            let bytes = Self.mutated(using: &generator)
            let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 }
            do throws(YAMLError) {
                for document in try YAML.documents(in: bytes) {
                    #expect(1...lines ~= document.mark.line)
                    accepted += 1
                    // What was read can be written and read again.
                    let written = Array(YAML.text(of: [[document.root.json]]).utf8)
                    #expect(try YAML.documents(in: written).map(\.root.json) == [[document.root.json]])
                }
            } catch {
                // A value that is missing at the very end is told of the line that would follow.
                #expect(1...lines + 1 ~= error.mark.line, "\(error): \(String(decoding: bytes, as: UTF8.self))")
                #expect(1...(bytes.count + 1) ~= error.mark.column)
                #expect(!error.message.isEmpty)
            }
        }
        #expect(accepted > 100)
    }

    private static func mutated(using generator: inout SplitMix64) -> [UInt8] {
        var bytes = Array(Self.text.utf8)
        if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
        for _ in 0..<Int.random(in: 0..<5, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0..<8, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: start)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: start)
            }
        }
        return bytes
    }
}
