import JSON

/// The name of a top-level field: its UTF-8, without quotes or escapes.
///
/// Names are compared by their bytes: for `String`, é and e with a combining accent are one text, for JSON two.
package struct FieldName: Hashable, Comparable, Sendable {
    /// The name of the field that identifies a document.
    package static let id = FieldName("_id")

    /// The UTF-8.
    package let utf8: [UInt8]

    /// Creates a name.
    package init(_ name: String) {
        self.utf8 = Array(name.utf8)
    }

    /// Creates a name from its UTF-8.
    init(utf8: [UInt8]) {
        self.utf8 = utf8
    }

    /// Creates a name from JSON text between quotes that has been looked through.
    init(scanned text: UnsafeBufferPointer<UInt8>, hasEscape: Bool) throws(DocumentError) {
        guard hasEscape else {
            self.utf8 = Array(text)
            return
        }
        do {
            let value = try JSONValue(parsing: [UInt8(ascii: "\"")] + Array(text) + [UInt8(ascii: "\"")])
            self.utf8 = Array((value.string ?? "").utf8)
        } catch {
            throw .badJSON(error)
        }
    }

    /// The name as text.
    package var text: String { String(decoding: self.utf8, as: UTF8.self) }

    /// Appends the name as a JSON string.
    package func appendQuoted(to bytes: inout [UInt8]) {
        if self.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: JSONValue.string(self.text).bytes)
        } else {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: self.utf8)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Whether the name can stand in stamps without quotes.
    ///
    /// A hyphen in front would read as "removed".
    var isPlain: Bool {
        !self.utf8.isEmpty && self.utf8.first != UInt8(ascii: "-") && self.utf8.allSatisfy(Self.isPlain)
    }

    /// Whether a byte can stand in a name without quotes.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Whether a name comes before another in a document.
    package static func < (first: FieldName, second: FieldName) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }
}
