import JSON

/// A value while an expression is evaluated; text and nested JSON stay in the document's bytes as long as they can.
enum Operand {
    /// What a path gives that leads nowhere.
    case missing
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// Text without escapes, borrowed.
    case text(Bytes)
    case string(String)
    /// An array or object as JSON, borrowed.
    case raw(Bytes)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads the JSON text of one value; what is no JSON is missing.
    init(json bytes: Bytes) {
        switch bytes.first {
        case UInt8(ascii: "\"")?: self.init(jsonString: bytes)
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: self = .raw(bytes)
        case UInt8(ascii: "t")?: self = .bool(true)
        case UInt8(ascii: "f")?: self = .bool(false)
        case UInt8(ascii: "n")?: self = .null
        default: self.init(jsonNumber: bytes)
        }
    }

    private init(jsonString bytes: Bytes) {
        let content = bytes.part(1..<max(bytes.count - 1, 1))
        if content.contains(UInt8(ascii: "\\")) {
            self = content.jsonText.map(Operand.string) ?? .missing
        } else {
            self = .text(content)
        }
    }

    private init(jsonNumber bytes: Bytes) {
        var magnitude: Int64 = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.part(1..<bytes.count) : bytes
        // 18 digits cannot overflow.
        if (1...18).contains(digits.count), digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
            for digit in digits { magnitude = magnitude &* 10 &+ Int64(digit &- UInt8(ascii: "0")) }
            self = .integer(isNegative ? -magnitude : magnitude)
            return
        }
        let text = bytes.string
        if let integer = Int64(text) {
            self = .integer(integer)
        } else if let number = Double(text), number.isFinite {
            self = .number(number)
        } else {
            self = .missing
        }
    }

    /// The operand that a JSON value is.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self.init(finite: value)
        case .string(let value): self = .string(value)
        case .array(let value): self = .array(value)
        case .object(let value): self = .object(value)
        }
    }

    /// A number, or null where there is none.
    init(finite number: Double) {
        self = number.isFinite ? .number(number) : .null
    }

    /// The JSON value that it is; `nil` for what is missing.
    var json: JSONValue? {
        switch self {
        case .missing: nil
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let bytes): .string(bytes.string)
        case .string(let value): .string(value)
        case .raw(let bytes): try? JSONValue(parsing: Array(bytes))
        case .array(let value): .array(value)
        case .object(let value): .object(value)
        }
    }

    /// About how many bytes a copy of it takes, as far as one would have to be made.
    var weight: Int {
        switch self {
        case .missing, .null, .bool, .integer, .number: 16
        case .text(let bytes), .raw(let bytes): 16 + bytes.count
        case .string(let text): 16 + text.utf8.count
        // These were counted when they were made.
        case .array, .object: 16
        }
    }

    /// The elements, if it is an array.
    var elements: [JSONValue]? {
        switch self {
        case .array(let elements): elements
        case .raw(let bytes) where bytes.first == UInt8(ascii: "["): self.json?.array
        default: nil
        }
    }

    /// The object, if it is one.
    var members: JSONObject? {
        switch self {
        case .object(let object): object
        case .raw(let bytes) where bytes.first == UInt8(ascii: "{"): self.json?.object
        default: nil
        }
    }

    /// Calls a body with the text's bytes; `nil` when this is no text.
    func withText<Value>(_ body: (Bytes) -> Value) -> Value? {
        switch self {
        case .text(let bytes): return body(bytes)
        case .string(let string):
            if let value = string.utf8.withContiguousStorageIfAvailable(body) { return value }
            return Array(string.utf8).withUnsafeBufferPointer(body)
        default: return nil
        }
    }

    /// The text, if it is one.
    var string: String? {
        switch self {
        case .text(let bytes): bytes.string
        case .string(let string): string
        default: nil
        }
    }

    /// Whether there is nothing to work with.
    var isNothing: Bool {
        switch self {
        case .missing, .null: true
        default: false
        }
    }

    /// The value of a member; missing when this is no object or has none.
    func member(_ name: Bytes) -> Operand {
        switch self {
        case .raw(let bytes): bytes.member(name).map(Operand.init(json:)) ?? .missing
        case .object(let object): object[name.string].map(Operand.init) ?? .missing
        default: .missing
        }
    }
}
