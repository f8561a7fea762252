/// What one peer knows about a document: its fields with their stamps, and when it was deleted last.
///
/// *Guarantees:* always in normal form, so that two versions that say the same are equal: fields in the order of their
/// names, none that is not newer than the deletion, none called `_id`. Hence equal versions have equal texts, too.
package struct DocumentVersion: Hashable, Sendable {
    /// One top-level field.
    package struct Field: Hashable, Sendable {
        /// Its name.
        package let name: FieldName
        /// Its value as compact JSON; `nil` when it was removed.
        package let value: [UInt8]?
        /// When that happened.
        package let stamp: Stamp

        /// Creates a field.
        package init(name: FieldName, value: [UInt8]?, stamp: Stamp) {
            self.name = name
            self.value = value
            self.stamp = stamp
        }
    }

    /// The document.
    package let id: DocumentID
    /// When it was inserted last, or deleted if that is later: the stamp of the field `_id`.
    package internal(set) var existence: Stamp
    /// When it was deleted last.
    package internal(set) var deletedAt: Stamp?
    /// The fields but `_id`, removed ones included, in the order of their names.
    package internal(set) var fields: [Field]

    /// Creates a version.
    ///
    /// - Parameters:
    ///   - id: The document.
    ///   - existence: When it was inserted last.
    ///   - deletedAt: When it was deleted last.
    ///   - fields: Its fields but `_id`, in the order of their names.
    init(id: DocumentID, existence: Stamp, deletedAt: Stamp?, sorted fields: [Field]) {
        self.id = id
        self.existence = existence
        self.deletedAt = deletedAt
        self.fields = fields
        self.normalize()
    }

    /// Reads a version from its texts.
    ///
    /// - Parameters:
    ///   - id: The `_id` that it was sent for; needed when there is no body.
    ///   - body: The document's compact JSON; `nil` for a tombstone.
    ///   - stamps: The text of its stamps.
    /// - Throws: What is wrong with them.
    package init(id: DocumentID? = nil, body: [UInt8]?, stamps: [UInt8]) throws(DocumentError) {
        var reader = DocumentReader()
        let result = stamps.withUnsafeBufferPointer { stamps in
            body.withUnsafeBytes { body in
                Result { () throws(DocumentError) in try reader.version(id: id, body: body, stamps: stamps) }
            }
        }
        self = try result.get()
    }

    /// Whether there is a document: it was inserted, or a field of it written, after it was deleted last.
    package var isAlive: Bool {
        guard let deletedAt = self.deletedAt else { return true }
        return self.existence > deletedAt || self.fields.contains { $0.value != nil }
    }

    /// The latest stamp in it.
    package var newest: Stamp {
        self.fields.reduce(self.existence) { max($0, $1.stamp) }
    }

    /// The value of a field as compact JSON.
    package subscript(name: FieldName) -> [UInt8]? {
        name == .id ? self.id.bytes : self.fields.first { $0.name == name }?.value
    }

    /// Drops what the deletion covers.
    mutating func normalize() {
        guard let deletedAt = self.deletedAt else { return }
        self.existence = max(self.existence, deletedAt)
        self.fields.removeAll { $0.stamp <= deletedAt }
    }
}

extension [UInt8]? {
    /// Calls a function with the bytes, or with none.
    fileprivate func withUnsafeBytes<R>(_ body: (UnsafeBufferPointer<UInt8>?) -> R) -> R {
        guard let bytes = self else { return body(nil) }
        return bytes.withUnsafeBufferPointer { body($0) }
    }
}
