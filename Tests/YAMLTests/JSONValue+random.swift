import Clocks
import JSON

extension JSONValue {
    /// A value whose strings are made of what is hard to write in YAML.
    static func random(using generator: inout SplitMix64, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 10 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
        case 3:
            let number = Double(bitPattern: generator.next())
            return .number(number.isFinite ? number : 0.5)
        case 4..<7: return .string(Self.randomText(using: &generator))
        case 7..<9:
            let members = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                let key = Self.randomText(using: &generator)
                return JSONObject.Member(key: key, value: .random(using: &generator, depth: depth + 1))
            }
            return .object(JSONObject(members))
        default:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in .random(using: &generator, depth: depth + 1) })
        }
    }

    private static let pieces = [
        "a", "b", "yes", "No", "null", "~", "1", "0", "0x", "0o", "e", ".", "_", "-", "- ", "--- ", "...", ":", ": ",
        "#",
        " #", " ", "  ", "\n", "\n\n", "\t", "\r", "'", "\"", "\\", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">",
        "%",
        "@", "`", "?", "? ", "=", "<<", "ö", "😀", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{FFFE}", "\u{0}",
        "\u{7F}",
        "true", ".inf", "2026-01-31", "12:30:45", "+", "x\ny", "\n z", "e\u{301}", "long text that goes on and on ",
    ]

    private static func randomText(using generator: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            text += Self.pieces.randomElement(using: &generator) ?? ""
        }
        return text
    }
}
