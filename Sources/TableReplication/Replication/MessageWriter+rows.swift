extension MessageWriter {
    /// Writes the rows of a batch, as `ReplicatedRows` shows them; rows that would make the message too long are
    /// left out.
    ///
    /// - Parameters:
    ///   - batch: The rows.
    ///   - limit: How many bytes the message may have.
    /// - Returns: How many rows were left out.
    mutating func rows(_ batch: RowBatch, limit: Int) -> Int {
        var oversized = 0
        self.name("rows")
        self.openArray()
        batch.bytes.withUnsafeBufferPointer { buffer in
            for row in batch.rows {
                let before = self.bytes.count
                guard before + row.body.count + row.id.count + row.stamps.count <= limit else {
                    oversized += 1
                    continue
                }
                self.openObject()
                self.member("usn", row.usn)
                if row.kind == .alive {
                    self.member("doc", json: UnsafeBufferPointer(rebasing: buffer[row.body.indices]))
                } else {
                    self.member("id", json: UnsafeBufferPointer(rebasing: buffer[row.id.indices]))
                }
                self.name("stamps")
                self.string(bytes: UnsafeBufferPointer(rebasing: buffer[row.stamps.indices]))
                switch row.kind {
                case .alive, .deleted: break
                case .left: self.member("left", true)
                case .gone: self.member("gone", true)
                }
                self.closeObject()
                // Stamps may have grown by their escapes.
                guard self.bytes.count > limit else { continue }
                self.truncate(to: before)
                oversized += 1
            }
        }
        self.closeArray()
        return oversized
    }
}
