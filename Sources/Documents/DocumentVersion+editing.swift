/// Edits made here: each has one stamp, which is newer than every other that the document's clock has seen.
extension DocumentVersion {
    /// A document that was not there before.
    package init(inserting content: DocumentContent, at stamp: Stamp) {
        self.init(id: content.id, existence: stamp, deletedAt: nil, sorted: content.fields(at: stamp))
    }

    /// Inserts the document again, or merges it into the one that is there: fields that are not given stay.
    package mutating func upsert(_ content: DocumentContent, at stamp: Stamp) {
        self.merge(DocumentVersion(inserting: content, at: stamp))
    }

    /// Puts a document in the place of the one that is there: fields that are not given are removed.
    package mutating func replace(_ content: DocumentContent, at stamp: Stamp) {
        let removed = self.fields.filter { $0.value != nil }
            .map { Field(name: $0.name, value: nil, stamp: stamp) }
        // Of a value and a removal with one stamp the value wins.
        self.merge(DocumentVersion(id: self.id, existence: stamp, deletedAt: nil, sorted: removed))
        self.merge(DocumentVersion(inserting: content, at: stamp))
    }

    /// Sets fields, and removes those of others that are there; the document's existence is as old as before.
    ///
    /// - Parameters:
    ///   - content: The fields to set.
    ///   - removed: The fields to remove.
    ///   - stamp: When.
    package mutating func update(_ content: DocumentContent, removing removed: [FieldName] = [], at stamp: Stamp) {
        let given = Set(removed)
        let gone = self.fields.filter { $0.value != nil && given.contains($0.name) }
            .map { Field(name: $0.name, value: nil, stamp: stamp) }
        self.merge(DocumentVersion(id: self.id, existence: self.existence, deletedAt: self.deletedAt, sorted: gone))
        self.merge(
            DocumentVersion(
                id: content.id,
                existence: self.existence,
                deletedAt: self.deletedAt,
                sorted: content.fields(at: stamp)
            )
        )
    }

    /// Writes only what differs, so that whoever gives the same document again changes nothing.
    ///
    /// - Parameters:
    ///   - content: The fields as they should be.
    ///   - removingOthers: Whether fields that are not given are removed.
    ///   - stamp: When.
    package mutating func match(_ content: DocumentContent, removingOthers: Bool, at stamp: Stamp) {
        guard self.isAlive else { return self.replace(content, at: stamp) }
        let different = content.fields.filter { self[$0.name] != $0.value }
        let given = Set(content.fields.map(\.name))
        let others = self.fields.filter { $0.value != nil && !given.contains($0.name) }.map(\.name)
        self.update(DocumentContent(id: content.id, different), removing: removingOthers ? others : [], at: stamp)
    }

    /// Deletes the document.
    package mutating func delete(at stamp: Stamp) {
        self.deletedAt = max(self.deletedAt ?? stamp, stamp)
        self.normalize()
    }
}
