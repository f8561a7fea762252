/// Texts that some reader takes for something else than a string when they stand without quotes.
///
/// Beyond our own reader these are the booleans, base-60 numbers, dates, `=` and `<<` of YAML 1.1
/// (https://yaml.org/type/), which PyYAML, Ruby and go-yaml 2 still know.
enum AmbiguousText {
    private static let words: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ".inf", "+.inf", "-.inf", ".nan",
    ]

    static func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard case .string = PlainValue(text) else { return true }
        if text.count <= 5, Self.words.contains(String(decoding: text, as: UTF8.self).lowercased()) { return true }
        return Self.isOldNumber(text) || Self.isDate(text)
    }

    /// Digits with underscores, commas, colons and at most one point, maybe with an exponent: `1_000`, `190:20:30`.
    private static func isOldNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        let hasSign = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        var body = hasSign ? text[1...] : text[...]
        if body.first == UInt8(ascii: "0"), let base = body.dropFirst().first {
            let isPrefixed = [UInt8(ascii: "b"), UInt8(ascii: "o"), UInt8(ascii: "x")].contains(base | 0x20)
            if isPrefixed { return body.dropFirst(2).allSatisfy(NumberText.isPossible) }
        }
        if let exponent = body.lastIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            var power = body[(exponent + 1)...]
            if power.first == UInt8(ascii: "+") || power.first == UInt8(ascii: "-") { power = power.dropFirst() }
            guard !power.isEmpty, power.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) else { return false }
            body = body[..<exponent]
        }
        var digits = 0
        var points = 0
        for byte in body {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: ":"): break
            default: return false
            }
        }
        return digits > 0 && points <= 1
    }

    /// `2026-01-31`, alone or before a time of day.
    private static func isDate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let parts = text.prefix(11).split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, 1...2 ~= parts[1].count else { return false }
        let isDigit = { (byte: UInt8) in byte &- UInt8(ascii: "0") <= 9 }
        return parts[0].allSatisfy(isDigit) && parts[1].allSatisfy(isDigit) && parts[2].first.map(isDigit) == true
    }
}
