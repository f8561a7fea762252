import JSON

/// Writes values as YAML in the way kubectl prints them: block style, two spaces, lists not indented under their key.
///
/// *Guarantees:* what it writes reads back as the same value with `YAML.documents` and with readers of YAML 1.1, except
/// that numbers JSON has no words for become null.
package struct YAMLEmitter: Sendable {
    /// The order in which people write a resource's members.
    package static let resourceKeys = ["apiVersion", "kind", "metadata", "spec", "status"]

    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []
    private let firstKeys: [String]

    /// Creates an emitter.
    ///
    /// - Parameter firstKeys: Top-level keys that stand before all others, in this order.
    package init(firstKeys: [String] = []) {
        self.firstKeys = firstKeys
    }

    /// Writes one document, with `---` before it when it is not the first.
    package mutating func write(_ document: JSONValue) {
        if !self.bytes.isEmpty { self.append("---\n") }
        guard case .object(let object) = document, !self.firstKeys.isEmpty, !object.isEmpty else {
            return self.write(document, column: -Self.step, behind: .documentStart)
        }
        let first = self.firstKeys.compactMap { key in object[key].map { JSONObject.Member(key: key, value: $0) } }
        let rest = object.members.filter { !self.firstKeys.contains($0.key) }
        self.write(members: first + rest, column: 0, behind: .documentStart)
    }

    private static let step = 2

    /// What stands on the line already.
    private enum Position {
        case documentStart
        /// `key:`, behind which a collection begins on the next line.
        case colon
        /// `-` or the `:` of a long key, behind which a collection begins on the same line.
        case indicator
    }

    /// Writes a value and ends its last line; `column` is that of the collection around it.
    private mutating func write(_ value: JSONValue, column: Int, behind position: Position) {
        switch value {
        case .object(let object) where !object.isEmpty:
            self.write(members: object.members, column: column + Self.step, behind: position)
        case .array(let elements) where !elements.isEmpty:
            self.write(elements, column: position == .colon ? column : column + Self.step, behind: position)
        default:
            if position != .documentStart { self.append(" ") }
            self.writeScalar(value, column: column)
        }
    }

    private mutating func write(members: [JSONObject.Member], column: Int, behind position: Position) {
        self.startCollection(behind: position)
        for (index, member) in members.enumerated() {
            if index > 0 || position == .colon { self.indent(column) }
            let start = self.bytes.count
            self.writeKey(member.key)
            // Readers look for the ':' of a key within 1024 characters unless a '?' announces it.
            if self.bytes.count - start > 512 {
                self.bytes.insert(contentsOf: "? ".utf8, at: start)
                self.append("\n")
                self.indent(column)
                self.append(":")
                self.write(member.value, column: column, behind: .indicator)
            } else {
                self.append(":")
                self.write(member.value, column: column, behind: .colon)
            }
        }
    }

    private mutating func write(_ elements: [JSONValue], column: Int, behind position: Position) {
        self.startCollection(behind: position)
        for (index, element) in elements.enumerated() {
            if index > 0 || position == .colon { self.indent(column) }
            self.append("-")
            self.write(element, column: column, behind: .indicator)
        }
    }

    private mutating func startCollection(behind position: Position) {
        switch position {
        case .documentStart: break
        case .colon: self.append("\n")
        case .indicator: self.append(" ")
        }
    }

    private mutating func writeScalar(_ value: JSONValue, column: Int) {
        switch value {
        case .null: self.append("null")
        case .bool(let bool): self.append(bool ? "true" : "false")
        case .integer(let integer): self.bytes.append(contentsOf: String(integer).utf8)
        case .number(let number): self.write(number)
        case .string(var string):
            string.withUTF8 { self.write($0, column: column, isKey: false) }
            return
        case .array: self.append("[]")
        case .object: self.append("{}")
        }
        self.append("\n")
    }

    private mutating func write(_ number: Double) {
        guard number.isFinite else { return self.append("null") }
        let text = number.description
        // YAML 1.1 knows no number with an exponent and without a point.
        if !text.utf8.contains(UInt8(ascii: ".")), let exponent = text.utf8.firstIndex(of: UInt8(ascii: "e")) {
            self.bytes.append(contentsOf: text[..<exponent].utf8)
            self.append(".0")
            self.bytes.append(contentsOf: text[exponent...].utf8)
        } else {
            self.bytes.append(contentsOf: text.utf8)
        }
    }

    private mutating func writeKey(_ key: String) {
        var key = key
        key.withUTF8 { self.write($0, column: 0, isKey: true) }
    }

    private mutating func write(_ text: UnsafeBufferPointer<UInt8>, column: Int, isKey: Bool) {
        switch TextShape(text).style(isKey: isKey) {
        case .plain: self.bytes.append(contentsOf: text)
        case .singleQuoted: self.writeSingleQuoted(text)
        case .doubleQuoted: self.writeDoubleQuoted(text)
        case .literal(let needsIndicator, let chomping):
            self.writeLiteral(text, column: column + Self.step, needsIndicator: needsIndicator, chomping: chomping)
            return
        }
        if !isKey { self.append("\n") }
    }

    private mutating func indent(_ column: Int) {
        self.bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(column, 0)))
    }

    private mutating func append(_ text: StaticString) {
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

// MARK: - Strings

extension YAMLEmitter {
    private mutating func writeSingleQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        self.append("'")
        for byte in text {
            self.bytes.append(byte)
            if byte == UInt8(ascii: "'") { self.bytes.append(byte) }
        }
        self.append("'")
    }

    private mutating func writeDoubleQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        self.append("\"")
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": self.append("\\\"")
            case "\\": self.append("\\\\")
            case "\n": self.append("\\n")
            case "\r": self.append("\\r")
            case "\t": self.append("\\t")
            case let scalar where TextShape.mustEscape(scalar): self.writeEscape(scalar)
            default: UTF8.encode(scalar).map { self.bytes.append(contentsOf: $0) }
            }
        }
        self.append("\"")
    }

    /// Writes `\u1234`; all that must be escaped lies below U+10000.
    private mutating func writeEscape(_ scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16)
        self.append("\\u")
        self.bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, 4 - digits.utf8.count)))
        self.bytes.append(contentsOf: digits.utf8)
    }

    private mutating func writeLiteral(
        _ text: UnsafeBufferPointer<UInt8>,
        column: Int,
        needsIndicator: Bool,
        chomping: TextShape.Chomping
    ) {
        self.append("|")
        // The number of columns by which the text is indented further than the collection around it.
        if needsIndicator { self.append("2") }
        switch chomping {
        case .strip: self.append("-")
        case .clip: break
        case .keep: self.append("+")
        }
        self.append("\n")
        var lineStart = 0
        while lineStart < text.count {
            let lineEnd = text[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            if lineEnd > lineStart {
                self.indent(max(column, Self.step))
                self.bytes.append(contentsOf: text[lineStart..<lineEnd])
            }
            self.append("\n")
            lineStart = lineEnd + 1
        }
    }
}
