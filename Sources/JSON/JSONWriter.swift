/// Writes JSON into a growing byte buffer, copying runs between the bytes that must be escaped.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []

    /// Creates an empty writer.
    public init(reserving capacity: Int = 512) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Writes a value without white space.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: self.append("null")
        case .bool(true): self.append("true")
        case .bool(false): self.append("false")
        case .integer(let integer): self.bytes.append(contentsOf: String(integer).utf8)
        case .number(let number): self.write(number)
        case .string(let string): self.write(string)
        case .array(let elements):
            self.bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                self.write(element)
            }
            self.bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            self.bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in object.members {
                if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                self.write(member.key)
                self.bytes.append(UInt8(ascii: ":"))
                self.write(member.value)
            }
            self.bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Writes a value over several lines, two spaces a level.
    public mutating func writeIndented(_ value: JSONValue, level: Int = 0) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            self.bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                self.breakLine(isFirst: index == 0, level: level + 1)
                self.writeIndented(element, level: level + 1)
            }
            self.closeLine(UInt8(ascii: "]"), level: level)
        case .object(let object) where !object.isEmpty:
            self.bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                self.breakLine(isFirst: index == 0, level: level + 1)
                self.write(member.key)
                self.append(": ")
                self.writeIndented(member.value, level: level + 1)
            }
            self.closeLine(UInt8(ascii: "}"), level: level)
        default: self.write(value)
        }
    }

    /// Appends a byte that the caller knows to be right where it stands, such as a line feed between documents.
    public mutating func appendRaw(_ byte: UInt8) {
        self.bytes.append(byte)
    }

    private mutating func breakLine(isFirst: Bool, level: Int) {
        self.append(isFirst ? "\n" : ",\n")
        self.bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    private mutating func closeLine(_ bracket: UInt8, level: Int) {
        self.bytes.append(UInt8(ascii: "\n"))
        self.bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
        self.bytes.append(bracket)
    }

    private mutating func append(_ text: StaticString) {
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ number: Double) {
        // JSON has no word for these; null is what JavaScript writes.
        guard number.isFinite else { return self.append("null") }
        self.bytes.append(contentsOf: number.description.utf8)
    }

    private mutating func write(_ string: String) {
        self.bytes.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var runStart = 0
            for index in utf8.indices where Self.mustEscape(utf8[index]) {
                self.bytes.append(contentsOf: utf8[runStart..<index])
                self.appendEscape(of: utf8[index])
                runStart = index + 1
            }
            self.bytes.append(contentsOf: utf8[runStart...])
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.append("\\\"")
        case UInt8(ascii: "\\"): self.append("\\\\")
        case 0x08: self.append("\\b")
        case 0x09: self.append("\\t")
        case 0x0A: self.append("\\n")
        case 0x0C: self.append("\\f")
        case 0x0D: self.append("\\r")
        default:
            self.append("\\u00")
            self.bytes.append(Self.hexDigit(byte >> 4))
            self.bytes.append(Self.hexDigit(byte & 0xF))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension JSONValue {
    /// The value as compact JSON.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The value as compact JSON text.
    public var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// The value as JSON over several lines, two spaces a level, with a line feed at its end.
    public var indentedText: String {
        var writer = JSONWriter()
        writer.writeIndented(self)
        writer.appendRaw(UInt8(ascii: "\n"))
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
