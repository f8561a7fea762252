import JSON

/// A document's fields as somebody wants them: without stamps yet.
package struct DocumentContent: Hashable, Sendable {
    /// One field.
    package struct Field: Hashable, Sendable {
        /// Its name.
        package let name: FieldName
        /// Its value as compact JSON.
        package let value: [UInt8]
    }

    /// The document.
    package let id: DocumentID
    /// The fields but `_id`, in the order of their names.
    package let fields: [Field]

    /// Takes the fields of a JSON object, `_id` among them.
    package init(_ value: JSONValue) throws(DocumentError) {
        guard let object = value.object else { throw .notAnObject }
        guard let id = object["_id"] else { throw .missingID }
        try self.init(id: DocumentID(id), object)
    }

    /// Takes fields for a document that is known; an `_id` among them is left out.
    ///
    /// - Parameters:
    ///   - id: The document.
    ///   - object: The fields.
    /// - Throws: What is longer or deeper than allowed.
    package init(id: DocumentID, _ object: JSONObject) throws(DocumentError) {
        self.id = id
        var fields: [Field] = []
        var total = id.bytes.count
        for member in object.members where member.key != "_id" {
            guard member.value.isNested(withinLevels: DocumentLimits.maximumDepth - 1) else {
                throw .badJSON(JSONError(.tooDeep(limit: DocumentLimits.maximumDepth), offset: 0))
            }
            let value = member.value.bytes
            total += member.key.utf8.count + value.count + 4
            fields.append(Field(name: FieldName(member.key), value: value))
        }
        guard total <= DocumentLimits.maximumBodyBytes - 16 else {
            throw .tooLong(.document, bytes: total, limit: DocumentLimits.maximumBodyBytes)
        }
        self.fields = fields
    }

    /// Takes some fields of what has been checked.
    init(id: DocumentID, _ fields: [Field]) {
        self.id = id
        self.fields = fields
    }

    func fields(at stamp: Stamp) -> [DocumentVersion.Field] {
        self.fields.map { DocumentVersion.Field(name: $0.name, value: $0.value, stamp: stamp) }
    }
}

extension JSONValue {
    /// Whether objects and arrays stand at most so many levels within one another.
    fileprivate func isNested(withinLevels levels: Int) -> Bool {
        switch self {
        case .array(let elements): levels > 0 && elements.allSatisfy { $0.isNested(withinLevels: levels - 1) }
        case .object(let object):
            levels > 0 && object.members.allSatisfy { $0.value.isNested(withinLevels: levels - 1) }
        default: true
        }
    }
}
