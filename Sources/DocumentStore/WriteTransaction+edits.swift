import Documents
import GRDB

extension WriteTransaction {
    /// Does an edit that was made here.
    ///
    /// - Parameters:
    ///   - edit: The edit.
    ///   - table: Its collection; `nil`: there is none, and the edit does not make one.
    /// - Returns: What became of it.
    /// - Throws: `StoreError.conflict`, `DocumentError`, or what SQLite refuses.
    func perform(_ edit: LocalEdit, in table: CollectionTable?) throws -> LocalEdit.Outcome {
        guard let table else { return edit.expected == nil ? .nothing : .moved }
        let fingerprint = Fingerprint.of(edit.id.bytes, in: table.id)
        var present: (version: DocumentVersion, row: OldRow)?
        var old: OldRow?
        if let usn = try self.find(edit.id, fingerprint, table) {
            let (held, row) = try self.held(edit.id, at: usn, in: table)
            old = row
            if case .version(let version) = held { present = (version, row) }
            // The stamp of an edit is newer than all that is known here, also when the clock has gone back since.
            try self.clock.observe(
                held.newest.time,
                wallMilliseconds: max(self.wall, held.newest.time.milliseconds)
            )
        }
        if let expected = edit.expected, present?.row.usn != expected { return .moved }
        let alive = present?.row.isAlive == true ? present : nil
        var changed: DocumentVersion
        let outcome: LocalEdit.Outcome
        switch edit.action {
        case .insert(let content, let policy):
            guard var version = present?.version else {
                if let body = content.body {
                    try self.put(content.id, body, at: self.stamp(), fingerprint, replacing: old, in: table)
                    return .inserted
                }
                changed = DocumentVersion(inserting: content, at: self.stamp())
                outcome = .inserted
                break
            }
            if alive != nil, policy == .nothing { return .nothing }
            if alive != nil, policy == .fail {
                throw StoreError.conflict(collection: edit.collection, id: content.id)
            }
            let before = version
            switch policy {
            case .replace: version.replace(content, at: self.stamp())
            case .replaceDifferences: version.match(content, removingOthers: true, at: self.stamp())
            case .updateDifferences: version.match(content, removingOthers: false, at: self.stamp())
            case .fail, .nothing, .update: version.upsert(content, at: self.stamp())
            }
            if version == before { return .nothing }
            changed = version
            outcome = alive == nil ? .inserted : .updated
        case .insertInitial(let content):
            guard present == nil else { return .nothing }
            let oldest = Stamp(time: HybridTime(rawValue: 0), peer: PeerID(rawValue: 0))
            changed = DocumentVersion(inserting: content, at: oldest)
            outcome = .inserted
        case .update(let content, let removed):
            guard let alive else { return .nothing }
            changed = alive.version
            changed.update(content, removing: removed, at: self.stamp())
            if changed == alive.version { return .nothing }
            outcome = .updated
        case .delete:
            guard let alive else { return .nothing }
            changed = alive.version
            changed.delete(at: self.stamp())
            outcome = .removed
        case .evict, .evictIfCovered:
            // A tombstone stays until it is purged: the deletion may not have reached everybody.
            guard let alive else { return .nothing }
            if case .evictIfCovered(_, let stamps) = edit.action, !alive.version.isNoNewer(thanExplicit: stamps) {
                return .nothing
            }
            try self.drop(alive.row, fingerprint, in: table)
            return .removed
        }
        try self.put(changed, fingerprint, from: 0, replacing: old, within: .written, in: table)
        return outcome
    }

    /// Puts a document that was inserted at once at the end of the log.
    private func put(
        _ id: DocumentID,
        _ body: [UInt8],
        at stamp: Stamp,
        _ fingerprint: UInt64,
        replacing old: OldRow?,
        in table: CollectionTable
    ) throws {
        var stamps: [UInt8] = []
        stamps.reserveCapacity(Stamp.textLength)
        stamp.append(to: &stamps)
        try id.bytes.withUnsafeBufferPointer { id in
            try body.withUnsafeBufferPointer { body in
                try stamps.withUnsafeBufferPointer { stamps in
                    let new = NewRow(fingerprint: fingerprint, id: id, stamps: stamps, body: body, origin: 0)
                    try self.put(new, replacing: old, in: table)
                }
            }
        }
    }
}
