import JSON

/// Why a document, its `_id` or its stamps are not taken.
package enum DocumentError: Error, Hashable, Sendable {
    /// The text is not compact JSON.
    case badJSON(JSONError)
    /// The document is not an object.
    case notAnObject
    /// The document has no `_id`.
    case missingID
    /// The `_id` is neither a string nor an object.
    case badID
    /// The `_id` in the document is not the one that it was sent for.
    case otherID
    /// Something is longer than allowed.
    case tooLong(What, bytes: Int, limit: Int)
    /// A field is there twice.
    case duplicateField(String)
    /// The stamps do not follow their grammar.
    case badStamps(expected: String, offset: Int)
    /// The stamps speak of a field in a way that the document contradicts.
    case contradiction(field: String)
    /// A document without text is not deleted according to its stamps.
    case missingBody
    /// A stamp lies too far in the future.
    case tooFarAhead(milliseconds: UInt64)

    /// What can be too long.
    package enum What: String, Hashable, Sendable {
        /// The document's text.
        case document
        /// The document's `_id`.
        case id = "_id"
        /// The document's stamps.
        case stamps
    }
}

extension DocumentError: CustomStringConvertible {
    /// One sentence: what is wrong, where, and what to do where that is not plain.
    package var description: String {
        switch self {
        case .badJSON(let error): "not compact JSON: \(error)"
        case .notAnObject: "a document must be a JSON object"
        case .missingID: "a document must have an _id"
        case .badID: "_id must be a string or an object"
        case .otherID: "the document holds another _id than the one that it was sent for"
        case .tooLong(.stamps, let bytes, let limit):
            "the stamps of the document's fields have \(bytes) bytes; at most \(limit) are allowed: have fewer fields"
        case .tooLong(let what, let bytes, let limit):
            "the \(what.rawValue) has \(bytes) bytes; at most \(limit) are allowed"
        case .duplicateField(let name): "the field \"\(name)\" is there twice"
        case .badStamps(let expected, let offset): "bad stamps: expected \(expected) at byte \(offset)"
        case .contradiction(let field): "the stamps contradict the document about the field \"\(field)\""
        case .missingBody: "a document that is not deleted came without its text"
        case .tooFarAhead(let milliseconds):
            "a stamp is \(milliseconds / 1_000) s ahead of this machine's clock; check the clocks of both peers"
        }
    }
}
