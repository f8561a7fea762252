import JSON

/// Looks through a document's text and stamps, and builds a `DocumentVersion` only where that is needed.
///
/// The commonest document of all, inserted at once and written by us, is checked in one pass over its bytes and then
/// taken as it is. One reader serves many documents, so that its list of fields is allocated once.
package struct DocumentReader {
    /// Where a field stands in the text.
    struct Place {
        /// The name between its quotes.
        let name: Range<Int>
        let nameHasEscape: Bool
        let value: Range<Int>
        let valueHasEscape: Bool
    }

    /// What a document turned out to be.
    package enum Reading {
        /// Canonical text whose fields all have one stamp; `id` is the canonical `_id` inside the text.
        case plain(id: UnsafeBufferPointer<UInt8>, stamp: Stamp)
        /// Anything else.
        case version(DocumentVersion)
    }

    private var places: [Place] = []
    /// The index of `_id` among the places.
    private var idIndex = 0

    /// Creates a reader.
    package init() {}

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - id: The `_id` that it was sent for; needed when there is no body.
    ///   - body: The document's compact JSON; `nil` for a tombstone.
    ///   - stamps: The text of its stamps.
    /// - Returns: What it is; pointers in it are those into `body`.
    /// - Throws: What is wrong with it.
    package mutating func read(
        id: DocumentID? = nil,
        body: UnsafeBufferPointer<UInt8>?,
        stamps: UnsafeBufferPointer<UInt8>
    ) throws(DocumentError) -> Reading {
        if let body, stamps.count == Stamp.textLength, let stamp = Stamp(text: stamps) {
            try self.findFields(body)
            if let text = self.canonicalID(body) {
                guard id.map({ $0.bytes.elementsEqual(text) }) ?? true else { throw .otherID }
                return .plain(id: text, stamp: stamp)
            }
        }
        return .version(try self.version(id: id, body: body, stamps: stamps))
    }

    /// Reads a document into a version, whatever it is.
    ///
    /// - Parameters:
    ///   - id: The `_id` that it was sent for; needed when there is no body.
    ///   - body: The document's compact JSON; `nil` for a tombstone.
    ///   - stamps: The text of its stamps.
    /// - Returns: The version.
    /// - Throws: What is wrong with it.
    package mutating func version(
        id: DocumentID? = nil,
        body: UnsafeBufferPointer<UInt8>?,
        stamps: UnsafeBufferPointer<UInt8>
    ) throws(DocumentError) -> DocumentVersion {
        let stamps = try FieldStamps(text: stamps)
        guard let body else {
            guard let id else { throw .missingID }
            return try self.tombstone(id, stamps)
        }
        try self.findFields(body)
        let place = self.places[self.idIndex]
        let text = UnsafeBufferPointer(rebasing: body[place.value])
        let found = try DocumentID(scanned: text, hasEscape: place.valueHasEscape)
        guard id == nil || id == found else { throw .otherID }
        return try self.version(found, body, stamps)
    }

    private func tombstone(_ id: DocumentID, _ stamps: FieldStamps) throws(DocumentError) -> DocumentVersion {
        guard let deletedAt = stamps.deletedAt, stamps.base <= deletedAt else { throw .missingBody }
        var fields: [DocumentVersion.Field] = []
        for mark in stamps.marks where mark.name != .id {
            guard mark.isRemoved else { throw .contradiction(field: mark.name.text) }
            fields.append(DocumentVersion.Field(name: mark.name, value: nil, stamp: mark.stamp))
        }
        return DocumentVersion(id: id, existence: stamps.base, deletedAt: deletedAt, sorted: fields)
    }

    private func version(
        _ id: DocumentID,
        _ body: UnsafeBufferPointer<UInt8>,
        _ stamps: FieldStamps
    ) throws(DocumentError) -> DocumentVersion {
        var fields: [DocumentVersion.Field] = []
        fields.reserveCapacity(self.places.count + stamps.marks.count)
        for (index, place) in self.places.enumerated() where index != self.idIndex {
            let nameText = UnsafeBufferPointer(rebasing: body[place.name])
            let name = try FieldName(scanned: nameText, hasEscape: place.nameHasEscape)
            let mark = stamps.mark(of: name)
            guard mark?.isRemoved != true else { throw .contradiction(field: name.text) }
            let value = Array(body[place.value])
            fields.append(DocumentVersion.Field(name: name, value: value, stamp: mark?.stamp ?? stamps.base))
        }
        fields.sort { $0.name < $1.name }
        for (first, second) in zip(fields, fields.dropFirst()) where first.name == second.name {
            throw .duplicateField(first.name.text)
        }
        var existence = stamps.base
        let withValue = fields
        for mark in stamps.marks {
            if mark.name == .id {
                guard !mark.isRemoved else { throw .contradiction(field: "_id") }
                existence = mark.stamp
            } else if mark.isRemoved {
                fields.append(DocumentVersion.Field(name: mark.name, value: nil, stamp: mark.stamp))
            } else if !Self.contains(mark.name, withValue) {
                throw .contradiction(field: mark.name.text)
            }
        }
        if fields.count > withValue.count { fields.sort { $0.name < $1.name } }
        return DocumentVersion(id: id, existence: existence, deletedAt: stamps.deletedAt, sorted: fields)
    }

    private static func contains(_ name: FieldName, _ fields: [DocumentVersion.Field]) -> Bool {
        var low = 0
        var high = fields.count
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < fields.count && fields[low].name == name
    }
}

// MARK: - The text

extension DocumentReader {
    /// Finds every top-level field, and `_id` among them.
    private mutating func findFields(_ body: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        guard body.count <= DocumentLimits.mergedBodyBytes else {
            throw .tooLong(.document, bytes: body.count, limit: DocumentLimits.mergedBodyBytes)
        }
        self.places.removeAll(keepingCapacity: true)
        var scanner = CompactJSONScanner(body)
        guard scanner.take(UInt8(ascii: "{")) else { throw .notAnObject }
        var idIndex: Int?
        while scanner.peek() != UInt8(ascii: "}") || !self.places.isEmpty {
            guard scanner.peek() == UInt8(ascii: "\"") else { throw scanner.unexpected("a key in double quotes") }
            let nameStart = scanner.offset + 1
            let nameHasEscape = try scanner.skipString()
            let name = nameStart..<scanner.offset - 1
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.unexpected("':'") }
            let valueStart = scanner.offset
            let valueHasEscape = try scanner.skipValue(depth: 1)
            if try Self.isID(body, name, nameHasEscape) {
                guard idIndex == nil else { throw .duplicateField("_id") }
                idIndex = self.places.count
            }
            self.places.append(
                Place(
                    name: name,
                    nameHasEscape: nameHasEscape,
                    value: valueStart..<scanner.offset,
                    valueHasEscape: valueHasEscape
                )
            )
            if scanner.take(UInt8(ascii: ",")) { continue }
            guard scanner.peek() == UInt8(ascii: "}") else { throw scanner.unexpected("',' or '}'") }
            break
        }
        guard scanner.take(UInt8(ascii: "}")) else { throw scanner.unexpected("'}'") }
        guard scanner.isAtEnd else { throw .badJSON(JSONError(.trailingBytes, offset: scanner.offset)) }
        guard let idIndex else { throw .missingID }
        self.idIndex = idIndex
        let id = body[self.places[idIndex].value]
        guard id.first == UInt8(ascii: "\"") || id.first == UInt8(ascii: "{") else { throw .badID }
    }

    private static func isID(
        _ body: UnsafeBufferPointer<UInt8>,
        _ name: Range<Int>,
        _ hasEscape: Bool
    ) throws(DocumentError) -> Bool {
        if hasEscape {
            return try FieldName(scanned: UnsafeBufferPointer(rebasing: body[name]), hasEscape: true) == .id
        }
        return name.count == 3 && body[name.lowerBound] == UInt8(ascii: "_")
            && body[name.lowerBound + 1] == UInt8(ascii: "i") && body[name.lowerBound + 2] == UInt8(ascii: "d")
    }

    /// The `_id`, if the text is what `DocumentVersion` would write.
    private func canonicalID(_ body: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard self.idIndex == 0, let first = self.places.first, body[first.value.lowerBound] == UInt8(ascii: "\""),
            !first.valueHasEscape, first.value.count <= DocumentLimits.maximumIDBytes
        else { return nil }
        for index in self.places.indices {
            guard !self.places[index].nameHasEscape else { return nil }
            guard index < 2 || Self.isAscending(body, self.places[index - 1].name, self.places[index].name) else {
                return nil
            }
        }
        return UnsafeBufferPointer(rebasing: body[first.value])
    }

    private static func isAscending(
        _ body: UnsafeBufferPointer<UInt8>,
        _ first: Range<Int>,
        _ second: Range<Int>
    ) -> Bool {
        let count = min(first.count, second.count)
        for index in 0..<count {
            let one = body[first.lowerBound + index]
            let other = body[second.lowerBound + index]
            if one != other { return one < other }
        }
        return first.count < second.count
    }
}
