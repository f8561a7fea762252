import JSON

/// Why a scalar has no JSON value.
struct ScalarError: Error {
    let message: String
}

extension YAMLScalar {
    /// The value that style, tag and text make together.
    var value: JSONValue {
        get throws(ScalarError) {
            if self.tag == nil, self.style != .plain { return .string(self.text) }
            if self.tag == .string { return .string(self.text) }
            var text = self.text
            let plain = text.withUTF8 { PlainValue($0) }
            switch (self.tag, plain) {
            case (nil, .null), (.null, .null): return .null
            case (nil, .bool(let value)), (.bool, .bool(let value)): return .bool(value)
            case (nil, .integer(let value)), (.integer, .integer(let value)): return .integer(value)
            case (nil, .number(let value)), (.number, .number(let value)): return .number(value)
            case (.number, .integer(let value)): return .number(Double(value))
            // An integer beyond 64 bits.
            case (.integer, .number(let value)) where value.rounded() == value && !self.hasFraction:
                return .number(value)
            case (nil, .notFinite), (.number, .notFinite):
                throw ScalarError(
                    message:
                        "JSON has no number for \(self.text): write a finite number, or put it in quotes for a string"
                )
            case (nil, .string): return .string(self.text)
            case (let tag?, _):
                throw ScalarError(
                    message: "'\(self.excerpt)' does not fit its tag \(tag.text): expected \(tag.expectation)"
                )
            }
        }
    }

    private var hasFraction: Bool {
        self.text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
            && !self.text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") }
    }

    /// Enough of the text for an error message.
    var excerpt: String { self.text.count > 40 ? "\(self.text.prefix(40))…" : self.text }
}

extension YAMLScalar.Tag {
    /// The tag as authors write it.
    var text: String {
        switch self {
        case .string: "!!str"
        case .integer: "!!int"
        case .number: "!!float"
        case .bool: "!!bool"
        case .null: "!!null"
        }
    }

    fileprivate var expectation: String {
        switch self {
        case .string: "text"
        case .integer: "a whole number"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null, ~ or nothing"
        }
    }
}
