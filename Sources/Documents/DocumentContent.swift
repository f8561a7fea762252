import JSON

/// A document's fields as somebody wants them: without stamps yet.
package struct DocumentContent: Sendable {
    /// One field.
    package struct Field: Hashable, Sendable {
        /// Its name.
        package let name: FieldName
        /// Its value as compact JSON.
        package let value: [UInt8]
    }

    /// What the fields are held as.
    private enum Form {
        /// One by one, in the order of their names.
        case fields([Field])
        /// As the document's compact JSON, and where names and values are in it.
        case text([UInt8], [(name: Range<Int>, value: Range<Int>)])
    }

    /// The document.
    package let id: DocumentID
    private let form: Form

    /// The fields but `_id`, in the order of their names.
    package var fields: [Field] {
        switch self.form {
        case .fields(let fields): fields
        case .text(let text, let places):
            places.map { Field(name: FieldName(utf8: Array(text[$0.name])), value: Array(text[$0.value])) }
        }
    }

    /// About how many bytes it has.
    package var weight: Int {
        switch self.form {
        case .text(let text, _): text.count
        case .fields(let fields): fields.reduce(self.id.bytes.count) { $0 + $1.name.utf8.count + $1.value.count }
        }
    }

    /// The document's compact JSON as `DocumentVersion.body` would write it, if it is at hand.
    package var body: [UInt8]? {
        if case .text(let text, _) = self.form { text } else { nil }
    }

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
        self.form = .fields(fields)
    }

    /// Takes the members of an object as they stand in a text, `_id` among them.
    package init(_ span: JSONObjectSpan) throws(DocumentError) {
        guard let id = span["_id"] else { throw .missingID }
        self.id = try DocumentID(compact: span.value(of: id))
        // Of `_id` only the value counts, as above.
        let total = span.count - span.name(of: id).count - 6
        guard total <= DocumentLimits.maximumBodyBytes - 16 else {
            throw .tooLong(.document, bytes: total, limit: DocumentLimits.maximumBodyBytes)
        }
        var text: [UInt8] = []
        text.reserveCapacity(span.count)
        text.append(contentsOf: #"{"_id":"#.utf8)
        text.append(contentsOf: self.id.bytes)
        var places: [(name: Range<Int>, value: Range<Int>)] = []
        places.reserveCapacity(span.members.count - 1)
        for member in span.members {
            let name = span.name(of: member)
            if name.elementsEqual("_id".utf8) { continue }
            text.append(contentsOf: #","#.utf8)
            text.append(UInt8(ascii: "\""))
            let start = text.count
            text.append(contentsOf: name)
            let end = text.count
            text.append(contentsOf: #"":"#.utf8)
            let value = text.count
            text.append(contentsOf: span.value(of: member))
            places.append((start..<end, value..<text.count))
        }
        text.append(UInt8(ascii: "}"))
        self.form = .text(text, places)
    }

    /// Takes some fields of what has been checked.
    init(id: DocumentID, _ fields: [Field]) {
        self.id = id
        self.form = .fields(fields)
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
