import Documents
import GRDB

extension WriteTransaction {
    /// Notes how far a collection has been taken over.
    func put(_ checkpoint: Checkpoint) throws {
        self.writes += 1
        let statement = try self.db.cachedStatement(sql: "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?)")
        try statement.execute(
            arguments: [
                checkpoint.peer, checkpoint.collection, checkpoint.guid,
                Int64(truncatingIfNeeded: checkpoint.usn), checkpoint.digest,
            ]
        )
    }

    /// Forgets checkpoints.
    func deleteCheckpoints(peer: String, collection: String?) throws {
        self.writes += 1
        try self.db.execute(
            sql: "DELETE FROM checkpoint WHERE peer = ?1 AND (?2 IS NULL OR collection = ?2)",
            arguments: [peer, collection]
        )
    }

    /// Forgets tombstones that came here before a time.
    ///
    /// - Parameters:
    ///   - milliseconds: The wall time, since 1970.
    ///   - last: The highest USN that one of them may have.
    ///   - limit: At most so many.
    ///   - table: The collection.
    /// - Returns: How many are forgotten.
    /// - Throws: What SQLite refuses.
    func purge(
        before milliseconds: UInt64,
        upTo last: UInt64,
        atMost limit: Int,
        in table: CollectionTable
    ) throws -> Int {
        let statement = try RawStatement(
            cached: """
                SELECT usn, id FROM document_\(table.id.rawValue)
                WHERE deleted IS NOT NULL AND deleted < ? AND usn <= ? ORDER BY deleted LIMIT ?
                """,
            self.db
        )
        statement.bind(1, Int64(clamping: milliseconds))
        statement.bind(2, Int64(clamping: last))
        statement.bind(3, Int64(limit))
        var found: [(usn: UInt64, fingerprint: UInt64)] = []
        while try statement.step() {
            found.append((statement.usn(0), Fingerprint.of(statement.bytes(1), in: table.id)))
        }
        statement.reset()
        for (usn, fingerprint) in found {
            try self.drop(OldRow(usn: usn, firstUSN: usn, isAlive: false), fingerprint, in: table)
            self.purged = max(self.purged, usn)
        }
        return found.count
    }
}
