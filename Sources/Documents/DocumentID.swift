import JSON

/// A document's `_id` in its one canonical form: compact JSON text, keys sorted at every level.
///
/// `"42"`, `{"site":"A","unit":7}`: so that equal ids are equal bytes on every peer.
package struct DocumentID: Hashable, Sendable {
    /// The canonical text.
    package let bytes: [UInt8]

    /// Creates an id from a JSON value, which must be a string or an object.
    package init(_ value: JSONValue) throws(DocumentError) {
        switch value {
        case .string, .object: self.bytes = value.bytes
        default: throw .badID
        }
        try Self.check(length: self.bytes.count)
    }

    /// Creates an id from JSON text, canonical or not.
    package init(text: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        var scanner = CompactJSONScanner(text)
        guard scanner.peek() == UInt8(ascii: "\"") || scanner.peek() == UInt8(ascii: "{") else { throw .badID }
        try Self.check(length: text.count)
        let hasEscape = try scanner.skipValue(depth: 1)
        guard scanner.isAtEnd else { throw .badJSON(JSONError(.trailingBytes, offset: scanner.offset)) }
        try self.init(scanned: text, hasEscape: hasEscape)
    }

    /// Creates an id from JSON text, canonical or not.
    package init(text: [UInt8]) throws(DocumentError) {
        let result = text.withUnsafeBufferPointer { text in
            Result { () throws(DocumentError) in try DocumentID(text: text) }
        }
        self = try result.get()
    }

    /// Creates an id from text that has been looked through.
    init(scanned text: UnsafeBufferPointer<UInt8>, hasEscape: Bool) throws(DocumentError) {
        try Self.check(length: text.count)
        if text.first == UInt8(ascii: "\""), !hasEscape {
            self.init(canonical: Array(text))
            return
        }
        do {
            try self.init(JSONValue(parsing: Array(text)))
        } catch let error as JSONError {
            throw .badJSON(error)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw .badID
        }
    }

    /// Takes over text that is known to be canonical, such as what this type once wrote into a file.
    package init(canonical bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Creates an id from the compact text of a string or an object whose names are in order.
    init(compact text: ArraySlice<UInt8>) throws(DocumentError) {
        self.bytes = Array(text)
        try Self.check(length: self.bytes.count)
    }

    private static func check(length: Int) throws(DocumentError) {
        guard length <= DocumentLimits.maximumIDBytes else {
            throw .tooLong(.id, bytes: length, limit: DocumentLimits.maximumIDBytes)
        }
    }
}

extension DocumentID: CustomStringConvertible {
    /// The canonical text.
    package var description: String { String(decoding: self.bytes, as: UTF8.self) }
}
