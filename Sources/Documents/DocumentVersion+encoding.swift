extension DocumentVersion {
    /// The document as compact JSON, `_id` first, then the fields in the order of their names; `nil` when it is deleted.
    package var body: [UInt8]? {
        guard self.isAlive else { return nil }
        let size = self.fields.reduce(self.id.bytes.count + 8) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 4 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        bytes.append(contentsOf: #"{"_id":"#.utf8)
        bytes.append(contentsOf: self.id.bytes)
        for field in self.fields {
            guard let value = field.value else { continue }
            bytes.append(UInt8(ascii: ","))
            field.name.appendQuoted(to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: value)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The text of the stamps.
    package var stamps: [UInt8] {
        self.text(of: self.marks { $0.value == nil || $0.stamp != self.existence })
    }

    /// The text of the stamps with every field named, so that it says everything without the document's text.
    package var explicitStamps: [UInt8] {
        self.text(of: self.marks { _ in true })
    }

    private func marks(where isNamed: (Field) -> Bool) -> [FieldStamps.Mark] {
        self.fields.filter(isNamed).map {
            FieldStamps.Mark(name: $0.name, stamp: $0.stamp, isRemoved: $0.value == nil)
        }
    }

    private func text(of marks: [FieldStamps.Mark]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Stamp.textLength + marks.count * 48 + 40)
        FieldStamps(base: self.existence, marks: marks, deletedAt: self.deletedAt).append(to: &bytes)
        return bytes
    }
}
