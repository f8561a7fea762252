/// What a scalar without quotes means.
///
/// Numbers are read as kubectl reads them (go-yaml 2 inside sigs.k8s.io/yaml), so that a manifest means the same here
/// and in a cluster: `0644` and `0o644` are octal, `089` is decimal, `0x1F` and `0b11` work, `1_000` is a thousand.
/// One thing differs on purpose: `yes`, `no`, `on` and `off` are strings, as YAML 1.2 says and as authors expect.
enum PlainValue {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// Infinity or not-a-number, for which JSON has no words.
    case notFinite
    case string

    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>) {
        guard let first = text.first else {
            self = .null
            return
        }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            self = Self.number(in: text)
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"):
            self = Self.word(in: text)
        default: self = .string
        }
    }

    private static func word(in text: UnsafeBufferPointer<UInt8>) -> PlainValue {
        switch text.count {
        case 1 where text[0] == UInt8(ascii: "~"): .null
        case 4 where text.equals("null") || text.equals("Null") || text.equals("NULL"): .null
        case 4 where text.equals("true") || text.equals("True") || text.equals("TRUE"): .bool(true)
        case 5 where text.equals("false") || text.equals("False") || text.equals("FALSE"): .bool(false)
        default: .string
        }
    }

    private static func number(in text: UnsafeBufferPointer<UInt8>) -> PlainValue {
        // Most are short decimals, and most texts that start with a digit are addresses and durations.
        if text[0] != UInt8(ascii: "0"), text.count < 19, let value = Self.decimal(text) { return .integer(value) }
        let body = Self.withoutSign(text)
        if body.count == 4, body[0] == UInt8(ascii: ".") {
            let word = UnsafeBufferPointer(rebasing: body[1...])
            if word.equals("inf") || word.equals("Inf") || word.equals("INF") { return .notFinite }
            if word.equals("nan") || word.equals("NaN") || word.equals("NAN"), body.count == text.count {
                return .notFinite
            }
        }
        guard text.allSatisfy(NumberText.isPossible) else { return .string }
        // go-yaml drops underscores except before a leading dot.
        let isDotted = text[0] == UInt8(ascii: ".")
        return NumberText(isDotted ? Array(text) : text.filter { $0 != UInt8(ascii: "_") }).value
    }

    private static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in text {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    private static func withoutSign(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") ? UnsafeBufferPointer(rebasing: text[1...]) : text
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are those of a literal.
    @inline(__always)
    func equals(_ literal: StaticString) -> Bool {
        guard self.count == literal.utf8CodeUnitCount else { return false }
        for index in 0..<self.count where self[index] != literal.utf8Start[index] { return false }
        return true
    }
}
