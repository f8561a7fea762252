import JSON

/// A document's stamps as they are stored and sent.
///
/// ```
/// stamps  = base *( ";" name "=" stamp        a field whose stamp is not the base
///                 / ";-" name "=" stamp       a field that was removed
///                 / ";!=" stamp )             the document was deleted; at most once
/// base    = stamp                             the document's existence, and every field that is not named
/// name    = plain / JSON string               plain: [A-Za-z0-9_] then [A-Za-z0-9_-]*
/// stamp   = 16 hex digits "." 16 hex digits   see Stamp
/// ```
/// A document inserted at once is `base` alone. What we write is canonical: names in the order of their bytes, the
/// deletion last, no field named that has the base's stamp. What we read may have any order.
package struct FieldStamps: Hashable, Sendable {
    /// One field's stamp.
    package struct Mark: Hashable, Sendable {
        /// The field.
        package let name: FieldName
        /// When it was written or removed.
        package let stamp: Stamp
        /// Whether it was removed.
        package let isRemoved: Bool
    }

    /// The stamp of the document's existence and of each field that is not named.
    package let base: Stamp
    /// The fields that are named, in the order of their names.
    package let marks: [Mark]
    /// When the document was deleted last.
    package let deletedAt: Stamp?

    /// Creates stamps.
    init(base: Stamp, marks: [Mark], deletedAt: Stamp?) {
        self.base = base
        self.marks = marks
        self.deletedAt = deletedAt
    }

    /// The latest stamp among them.
    package var newest: Stamp {
        self.marks.reduce(max(self.base, self.deletedAt ?? self.base)) { max($0, $1.stamp) }
    }

    /// The mark of a field.
    func mark(of name: FieldName) -> Mark? {
        var low = 0
        var high = self.marks.count
        while low < high {
            let middle = (low + high) / 2
            if self.marks[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < self.marks.count && self.marks[low].name == name ? self.marks[low] : nil
    }

    /// Appends the text.
    package func append(to bytes: inout [UInt8]) {
        self.base.append(to: &bytes)
        for mark in self.marks {
            bytes.append(UInt8(ascii: ";"))
            if mark.isRemoved { bytes.append(UInt8(ascii: "-")) }
            if mark.name.isPlain {
                bytes.append(contentsOf: mark.name.utf8)
            } else {
                mark.name.appendQuoted(to: &bytes)
            }
            bytes.append(UInt8(ascii: "="))
            mark.stamp.append(to: &bytes)
        }
        if let deletedAt = self.deletedAt {
            bytes.append(contentsOf: [UInt8(ascii: ";"), UInt8(ascii: "!"), UInt8(ascii: "=")])
            deletedAt.append(to: &bytes)
        }
    }
}

// MARK: - Reading

extension FieldStamps {
    /// Reads stamps from text.
    package init(text: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        guard text.count <= DocumentLimits.mergedStampsBytes else {
            throw .tooLong(.stamps, bytes: text.count, limit: DocumentLimits.mergedStampsBytes)
        }
        guard let base = Stamp(text: text) else { throw .badStamps(expected: "a stamp", offset: 0) }
        var offset = Stamp.textLength
        var marks: [Mark] = []
        var deletedAt: Stamp?
        while offset < text.count {
            try Self.expect(UInt8(ascii: ";"), "';'", text, &offset)
            if offset < text.count, text[offset] == UInt8(ascii: "!") {
                guard deletedAt == nil else { throw .badStamps(expected: "one deletion only", offset: offset) }
                offset += 1
                deletedAt = try Self.takeStamp(text, &offset)
                continue
            }
            let isRemoved = offset < text.count && text[offset] == UInt8(ascii: "-")
            if isRemoved { offset += 1 }
            let name = try Self.takeName(text, &offset)
            marks.append(Mark(name: name, stamp: try Self.takeStamp(text, &offset), isRemoved: isRemoved))
        }
        try self.init(base: base, unsorted: marks, deletedAt: deletedAt)
    }

    private init(base: Stamp, unsorted marks: [Mark], deletedAt: Stamp?) throws(DocumentError) {
        var marks = marks
        if !zip(marks, marks.dropFirst()).allSatisfy({ $0.name < $1.name }) {
            marks.sort { $0.name < $1.name }
            for (first, second) in zip(marks, marks.dropFirst()) where first.name == second.name {
                throw .duplicateField(first.name.text)
            }
        }
        self.init(base: base, marks: marks, deletedAt: deletedAt)
    }

    private static func expect(
        _ byte: UInt8,
        _ what: String,
        _ text: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(DocumentError) {
        guard offset < text.count, text[offset] == byte else { throw .badStamps(expected: what, offset: offset) }
        offset += 1
    }

    private static func takeStamp(
        _ text: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(DocumentError) -> Stamp {
        try self.expect(UInt8(ascii: "="), "'='", text, &offset)
        guard let stamp = Stamp(text: text, at: offset) else { throw .badStamps(expected: "a stamp", offset: offset) }
        offset += Stamp.textLength
        return stamp
    }

    private static func takeName(
        _ text: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(DocumentError) -> FieldName {
        let start = offset
        if offset < text.count, text[offset] == UInt8(ascii: "\"") {
            var scanner = CompactJSONScanner(UnsafeBufferPointer(rebasing: text[start...]))
            let hasEscape = try scanner.skipString()
            offset += scanner.offset
            let inner = UnsafeBufferPointer(rebasing: text[start + 1..<offset - 1])
            return try FieldName(scanned: inner, hasEscape: hasEscape)
        }
        while offset < text.count, FieldName.isPlain(text[offset]) { offset += 1 }
        guard offset > start, text[start] != UInt8(ascii: "-") else {
            throw .badStamps(expected: "a field's name", offset: start)
        }
        return try FieldName(scanned: UnsafeBufferPointer(rebasing: text[start..<offset]), hasEscape: false)
    }
}
