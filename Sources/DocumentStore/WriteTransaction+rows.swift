import Documents
import GRDB

extension WriteTransaction {
    /// Takes the rows of a batch, and counts those that cannot be taken.
    func apply(_ batch: RemoteBatch, to table: CollectionTable, counting applied: inout AppliedRows) throws {
        let origin = try self.origin(batch.origin)
        try batch.bytes.withUnsafeBufferPointer { bytes in
            for row in batch.rows {
                do {
                    switch row.kind {
                    case .version:
                        if try self.apply(row, of: bytes, from: origin, to: table) {
                            applied.changed += 1
                        } else {
                            applied.unchanged += 1
                        }
                    case .left, .gone:
                        try self.leave(row, of: bytes, from: origin, batch.onLeave, table, counting: &applied)
                    }
                } catch let error as DocumentError {
                    // It would come again and again, and no other with it.
                    applied.skip(error)
                }
            }
        }
    }

    /// Does what becomes of a document that is not wanted here any more.
    private func leave(
        _ row: RemoteBatch.Row,
        of bytes: UnsafeBufferPointer<UInt8>,
        from origin: Int32,
        _ policy: RemoteBatch.LeavePolicy,
        _ table: CollectionTable,
        counting applied: inout AppliedRows
    ) throws {
        guard let range = row.id else { throw DocumentError.missingID }
        let id = try DocumentID(text: try bytes.part(range))
        let stamps = try FieldStamps(text: try bytes.part(row.stamps))
        let fingerprint = Fingerprint.of(id.bytes, in: table.id)
        guard let usn = try self.find(id, fingerprint, table) else { return }
        let isGone = row.kind == .gone
        let (held, old) = try self.held(id, at: usn, in: table)
        switch (held, policy) {
        case (.mark(let mark), .evict):
            // The other peer knows a later state that has left: so do those hear who have the document from here.
            guard mark.isStale(behind: stamps) else { return }
        case (.version(let held), .evict) where old.isAlive:
            guard isGone ? held.isStale(behind: stamps) : held.isNoNewer(thanExplicit: stamps) else { return }
        case (.version(let held), .keep) where old.isAlive:
            // Who does not have it any more has no final state to give.
            if !isGone, !held.knows(explicit: stamps) { applied.wanted.append(id) }
            return
        case (.version, _), (.mark, .keep): return
        }
        try self.clock.observe(stamps.newest.time, wallMilliseconds: self.wall)
        try self.mark(id, EvictionMark.column(try bytes.part(row.stamps)), fingerprint, origin, replacing: old, table)
        if old.isAlive { applied.evicted += 1 }
    }

    private func mark(
        _ id: DocumentID,
        _ stamps: [UInt8],
        _ fingerprint: UInt64,
        _ origin: Int32,
        replacing old: OldRow,
        _ table: CollectionTable
    ) throws {
        try id.bytes.withUnsafeBufferPointer { id in
            try stamps.withUnsafeBufferPointer { stamps in
                let new = NewRow(fingerprint: fingerprint, id: id, stamps: stamps, body: nil, origin: origin)
                try self.put(new, replacing: old, in: table)
            }
        }
    }

    /// Merges a row from another peer into what is here.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - bytes: What its ranges point into.
    ///   - origin: The number of the store that it comes from.
    ///   - table: The collection.
    /// - Returns: Whether it brought something new.
    /// - Throws: `DocumentError` when the row is not what it must be, or what SQLite refuses.
    func apply(
        _ row: RemoteBatch.Row,
        of bytes: UnsafeBufferPointer<UInt8>,
        from origin: Int32,
        to table: borrowing CollectionTable
    ) throws -> Bool {
        let body = try row.body.map { try bytes.part($0) }
        let stamps = try bytes.part(row.stamps)
        let id = try row.id.map { range in try DocumentID(text: try bytes.part(range)) }
        switch try self.reader.read(id: id, body: body, stamps: stamps) {
        case .plain(let id, let stamp):
            try self.clock.observe(stamp.time, wallMilliseconds: self.wall)
            let fingerprint = Fingerprint.of(id, in: table.id)
            guard let usn = try self.find(id, fingerprint, table) else {
                let new = NewRow(fingerprint: fingerprint, id: id, stamps: stamps, body: body, origin: origin)
                try self.put(new, replacing: nil, in: table)
                return true
            }
            // Two peers may have made different documents with one stamp: `INSERT … INITIAL`.
            if table.select.holds(stamps: stamps, body: body) {
                table.select.reset()
                return false
            }
            let incoming: DocumentVersion
            do throws(DocumentError) {
                incoming = try self.reader.version(body: body, stamps: stamps)
            } catch {
                table.select.reset()
                throw error
            }
            return try self.merge(incoming, at: usn, from: origin, fingerprint: fingerprint, in: table)
        case .version(let incoming):
            try self.clock.observe(incoming.newest.time, wallMilliseconds: self.wall)
            let fingerprint = Fingerprint.of(incoming.id.bytes, in: table.id)
            guard let usn = try self.find(incoming.id, fingerprint, table) else {
                try self.put(incoming, fingerprint, from: origin, replacing: nil, within: .merged, in: table)
                return true
            }
            return try self.merge(incoming, at: usn, from: origin, fingerprint: fingerprint, in: table)
        }
    }

    /// Merges a version into the row at which `table.select` stands.
    private func merge(
        _ incoming: DocumentVersion,
        at usn: UInt64,
        from origin: Int32,
        fingerprint: UInt64,
        in table: borrowing CollectionTable
    ) throws -> Bool {
        let (present, old) = try self.held(incoming.id, at: usn, in: table)
        let merged: DocumentVersion
        switch present {
        case .version(let held):
            merged = held.merged(with: incoming)
            guard merged != held else { return false }
        case .mark(let mark):
            // A later state is known, and it is not selected, or comes from where it is.
            guard !incoming.isStale(behind: mark) else { return false }
            merged = incoming
        }
        let source = merged == incoming ? origin : 0
        try self.put(merged, fingerprint, from: source, replacing: old, within: .merged, in: table)
        return true
    }

    /// What stands in the log for a document.
    enum Held {
        /// The document, or its tombstone.
        case version(DocumentVersion)
        /// That it was evicted when this was known of it elsewhere.
        case mark(FieldStamps)

        /// The latest stamp in it.
        var newest: Stamp {
            switch self {
            case .version(let version): version.newest
            case .mark(let stamps): stamps.newest
            }
        }
    }

    /// Reads the row at which `table.select` stands, and resets the statement.
    func held(
        _ id: DocumentID,
        at usn: UInt64,
        in table: borrowing CollectionTable
    ) throws -> (Held, OldRow) {
        defer { table.select.reset() }
        let body = table.select.isNull(6) ? nil : table.select.bytes(6)
        var old = OldRow(usn: usn, firstUSN: table.select.usn(1), isAlive: body != nil)
        do {
            let stamps = table.select.bytes(5)
            if let mark = EvictionMark.stamps(in: stamps) {
                old.isMark = true
                return (.mark(try FieldStamps(text: mark)), old)
            }
            return (.version(try self.reader.version(id: id, body: body, stamps: stamps)), old)
        } catch {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "document at USN \(usn): \(error)")
        }
    }

    /// How long a version may be.
    struct Bounds {
        let body: Int
        let stamps: Int

        /// What somebody writes here.
        static let written = Bounds(
            body: DocumentLimits.maximumBodyBytes,
            stamps: DocumentLimits.maximumStampsBytes
        )
        /// What several have written.
        static let merged = Bounds(body: DocumentLimits.mergedBodyBytes, stamps: DocumentLimits.mergedStampsBytes)
    }

    /// Puts a version at the end of the log, if it is not too long to be read again.
    func put(
        _ version: DocumentVersion,
        _ fingerprint: UInt64,
        from origin: Int32,
        replacing old: OldRow?,
        within bounds: Bounds,
        in table: borrowing CollectionTable
    ) throws {
        let stamps = version.stamps
        let body = version.body
        if let body, body.count > bounds.body {
            throw DocumentError.tooLong(.document, bytes: body.count, limit: bounds.body)
        }
        guard stamps.count <= bounds.stamps else {
            throw DocumentError.tooLong(.stamps, bytes: stamps.count, limit: bounds.stamps)
        }
        try version.id.bytes.withUnsafeBufferPointer { id in
            try stamps.withUnsafeBufferPointer { stamps in
                func put(_ body: UnsafeBufferPointer<UInt8>?) throws {
                    let new = NewRow(fingerprint: fingerprint, id: id, stamps: stamps, body: body, origin: origin)
                    try self.put(new, replacing: old, in: table)
                }
                if let body { try body.withUnsafeBufferPointer { try put($0) } } else { try put(nil) }
            }
        }
    }
}

extension RawStatement {
    /// Whether the row at which it stands has these stamps and this text.
    fileprivate func holds(stamps: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>?) -> Bool {
        guard self.bytes(5).elementsEqual(stamps) else { return false }
        let held = self.isNull(6) ? nil : self.bytes(6)
        guard let held, let body else { return held == nil && body == nil }
        return held.count == body.count && held.elementsEqual(body)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// A part of the bytes, if they are that long.
    fileprivate func part(_ range: Range<Int>) throws(DocumentError) -> UnsafeBufferPointer<UInt8> {
        guard range.lowerBound >= 0, range.upperBound <= self.count else { throw .missingBody }
        return UnsafeBufferPointer(rebasing: self[range])
    }
}
