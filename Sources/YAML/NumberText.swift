/// A text without underscores that may be a number: a sign, then digits in base 2, 8, 10 or 16, or a decimal fraction.
struct NumberText {
    private let text: [UInt8]
    private let isNegative: Bool
    /// Where the text goes on behind its sign.
    private let start: Int

    init(_ text: [UInt8]) {
        self.text = text
        self.isNegative = text.first == UInt8(ascii: "-")
        self.start = self.isNegative || text.first == UInt8(ascii: "+") ? 1 : 0
    }

    /// Whether a byte can stand in a number at all.
    static func isPossible(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "O"):
            true
        default: false
        }
    }

    /// What the text means; a string when it is no number after all.
    var value: PlainValue {
        self.integer ?? self.fraction ?? .string
    }

    private var integer: PlainValue? {
        guard self.start < self.text.count else { return nil }
        guard self.text[self.start] == UInt8(ascii: "0"), self.start + 1 < self.text.count else {
            return self.digits(from: self.start, base: 10)
        }
        return switch self.text[self.start + 1] {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): self.digits(from: self.start + 2, base: 16)
        case UInt8(ascii: "o"), UInt8(ascii: "O"): self.digits(from: self.start + 2, base: 8)
        case UInt8(ascii: "b"), UInt8(ascii: "B"): self.digits(from: self.start + 2, base: 2)
        default: self.leadingZero
        }
    }

    /// Octal when it can be, as in the mode 0644; else decimal.
    private var leadingZero: PlainValue? {
        let octal = self.digits(from: self.start + 1, base: 8)
        if case .integer? = octal { return octal }
        return self.digits(from: self.start, base: 10)
    }

    private func digits(from start: Int, base: UInt8) -> PlainValue? {
        guard start < self.text.count else { return nil }
        var exact: Int64 = 0
        var isExact = true
        var rounded = 0.0
        for byte in self.text[start...] {
            guard let digit = Self.digit(byte), digit < base else { return nil }
            // Negative numbers reach one further than positive ones, so both are built downwards.
            let (product, overflow) = exact.multipliedReportingOverflow(by: Int64(base))
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            isExact = isExact && !overflow && !carry
            exact = sum
            rounded = rounded * Double(base) + Double(digit)
        }
        if isExact, self.isNegative { return .integer(exact) }
        if isExact, exact != .min { return .integer(-exact) }
        if base == 10 { return self.double }
        return rounded.isFinite ? .number(self.isNegative ? -rounded : rounded) : .string
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the fractions of YAML 1.2's core schema.
    private var fraction: PlainValue? {
        var index = self.start
        let whole = self.skipDigits(&index)
        var behind = 0
        if index < self.text.count, self.text[index] == UInt8(ascii: ".") {
            index += 1
            behind = self.skipDigits(&index)
        }
        guard whole + behind > 0 else { return nil }
        if index < self.text.count, self.text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < self.text.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(self.text[index]) {
                index += 1
            }
            guard self.skipDigits(&index) > 0 else { return nil }
        }
        return index == self.text.count ? self.double : nil
    }

    private func skipDigits(_ index: inout Int) -> Int {
        let start = index
        while index < self.text.count, self.text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        return index - start
    }

    /// A number too large for a `Double` stays text, as it does for kubectl: `12e4567` may be the start of a hash.
    private var double: PlainValue {
        guard let value = Double(String(decoding: self.text, as: UTF8.self)), value.isFinite else { return .string }
        return .number(value)
    }
}
