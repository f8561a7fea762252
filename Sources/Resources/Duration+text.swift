extension Duration {
    /// Reads a duration as Go prints it, such as `10s` or `1h30m`; negative ones are refused.
    init?(durationText text: String) {
        var total: Int64 = 0
        var rest = text.utf8[...]
        guard !rest.isEmpty, rest.count <= 32 else { return nil }
        while !rest.isEmpty {
            guard let nanoseconds = Self.takeTerm(from: &rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { return nil }
            total = sum
        }
        self = .nanoseconds(total)
    }

    /// The rule for a duration's text as a regular expression.
    static let textRegex = #"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$"#

    /// The duration in the largest units that say it without a remainder: `5m`, `1h30m`, `90ms`.
    package var text: String {
        let (seconds, attoseconds) = self.components
        if seconds == 0, attoseconds == 0 { return "0s" }
        let milliseconds = attoseconds / 1_000_000_000_000_000
        var text = ""
        if seconds >= 3600 { text += "\(seconds / 3600)h" }
        if seconds % 3600 >= 60 { text += "\(seconds % 3600 / 60)m" }
        if seconds % 60 > 0 { text += "\(seconds % 60)s" }
        if milliseconds > 0 { text += "\(milliseconds)ms" }
        return text.isEmpty ? "<1ms" : text
    }

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ]

    /// Takes one number with its unit from the front.
    private static func takeTerm(from rest: inout Substring.UTF8View) -> Int64? {
        guard let whole = self.takeDigits(from: &rest) else { return nil }
        var fraction: (value: Int64, scale: Int64) = (0, 1)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let count = rest.count
            guard let digits = self.takeDigits(from: &rest), count - rest.count <= 9 else { return nil }
            for _ in 0..<(count - rest.count) { fraction.scale *= 10 }
            fraction.value = digits
        }
        let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        rest = rest[name.endIndex...]
        guard let unit = self.units.first(where: { $0.name == String(Substring(name)) })?.nanoseconds else {
            return nil
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        let (part, partOverflow) = fraction.value.multipliedReportingOverflow(by: unit)
        let (sum, sumOverflow) = product.addingReportingOverflow(part / fraction.scale)
        return overflow || partOverflow || sumOverflow ? nil : sum
    }

    private static func takeDigits(from rest: inout Substring.UTF8View) -> Int64? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return Int64(String(Substring(digits)))
    }
}
