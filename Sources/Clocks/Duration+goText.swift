extension Duration {
    /// The units of Go's duration syntax with their nanoseconds, largest first; `µs` is also accepted.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Reads the duration syntax of Go and Kubernetes: `10s`, `5m`, `1h30m`, `1.5h`, `250ms`, `-2s`, `0`.
    ///
    /// Source: Go's `time.ParseDuration`. `nil` for anything else, and for what does not fit in 64 bits of
    /// nanoseconds (about 292 years), which is Go's limit too.
    ///
    /// - Parameter goText: The text.
    package init?(goText: String) {
        var rest = Substring(goText).utf8[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        guard !rest.isEmpty else { return nil }
        if rest.elementsEqual("0".utf8) {
            self = .zero
            return
        }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = Self.takePart(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        self = .nanoseconds(isNegative ? -total : total)
    }

    /// The duration in Go's syntax, without zero parts: `1h30m`, `168h`, `1.5s`, `250ms`, `0s`.
    ///
    /// Reading it back gives the same duration when that is a whole number of nanoseconds that fits in 64 bits;
    /// everything else is cut toward zero or clamped.
    package var goText: String {
        let (seconds, attoseconds) = self.components
        let total = seconds.multipliedClamping(by: 1_000_000_000).addingClamping(attoseconds / 1_000_000_000)
        if total == 0 { return "0s" }
        var text = total < 0 ? "-" : ""
        var rest = total.magnitude
        if rest < 1_000_000_000 {
            for unit in Self.units.suffix(3) where rest >= unit.nanoseconds.magnitude {
                return text + Self.decimal(rest, unit: unit.nanoseconds.magnitude) + unit.name
            }
        }
        for unit in Self.units.prefix(2) {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.nanoseconds.magnitude)
            if count > 0 { text += "\(count)\(unit.name)" }
            rest = remainder
        }
        return rest == 0 ? text : text + Self.decimal(rest, unit: 1_000_000_000) + "s"
    }

    /// Seconds as a floating-point number, for arithmetic that tolerates rounding.
    package var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// Takes one `number unit` off the front and gives its nanoseconds.
    private static func takePart(_ rest: inout Substring.UTF8View) -> Int64? {
        var whole: Int64 = 0
        var digits = 0
        while let digit = rest.takeDigit() {
            let (tens, over) = whole.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(digit)
            guard !over, !overflow else { return nil }
            whole = sum
            digits += 1
        }
        // Digits past the 18th cannot change a whole number of nanoseconds.
        var fraction = 0.0
        var scale = 0.1
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            while let digit = rest.takeDigit() {
                fraction += Double(digit) * scale
                scale /= 10
                digits += 1
            }
        }
        guard digits > 0, let unit = self.takeUnit(&rest) else { return nil }
        let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
        let (sum, over) = nanoseconds.addingReportingOverflow(Int64((fraction * Double(unit)).rounded()))
        return overflow || over ? nil : sum
    }

    private static func takeUnit(_ rest: inout Substring.UTF8View) -> Int64? {
        let name = rest.prefix { $0 != UInt8(ascii: ".") && !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
        rest = rest[name.endIndex...]
        // Go takes the micro sign (U+00B5) and the Greek mu (U+03BC).
        if name.elementsEqual("\u{B5}s".utf8) || name.elementsEqual("\u{3BC}s".utf8) { return 1_000 }
        return self.units.first { name.elementsEqual($0.name.utf8) }?.nanoseconds
    }

    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        let (whole, remainder) = value.quotientAndRemainder(dividingBy: unit)
        if remainder == 0 { return "\(whole)" }
        // A one in front keeps the leading zeros of the fraction.
        var digits = "\(unit + remainder)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension Substring.UTF8View {
    fileprivate mutating func takeDigit() -> Int64? {
        guard let byte = self.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        self.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }
}
