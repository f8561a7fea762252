import Documents
import GRDB

extension WriteTransaction {
    /// Makes documents what a publisher without stamps says that they are.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - run: Whose they are, and where its full run is.
    ///   - collection: The collection's name.
    ///   - table: The collection.
    ///   - applied: Where to count.
    /// - Throws: `StoreError`, or what SQLite refuses.
    func takeOver(
        _ rows: [ForeignRow],
        _ run: ForeignRun,
        _ collection: String,
        _ table: CollectionTable,
        counting applied: inout AppliedRows
    ) throws {
        let publisher = try self.origin(run.publisher)
        if case .marking(isFirst: true) = run.stage { try self.ageNotes(of: publisher, table) }
        for row in rows {
            do {
                switch try self.perform(row, collection, table) {
                case .nothing, .moved: applied.unchanged += 1
                case .inserted, .updated, .removed: applied.changed += 1
                }
            } catch let error as DocumentError {
                // It would come again and again, and no other with it.
                applied.skip(error)
            }
            if case .deleted(let id) = row {
                try self.forget(id, of: publisher, table)
            } else {
                try self.note(row.id, of: publisher, table)
            }
        }
        guard run.stage == .sweep else { return }
        for id in try self.unshown(by: publisher, table) {
            _ = try self.perform(LocalEdit(collection, .delete(id)), in: table)
            applied.changed += 1
        }
        try self.forgetAgedNotes(of: publisher, table)
    }

    private func perform(
        _ row: ForeignRow,
        _ collection: String,
        _ table: CollectionTable
    ) throws -> LocalEdit.Outcome {
        switch row {
        case .document(let content):
            try self.perform(LocalEdit(collection, .insert(content, onConflict: .replaceDifferences)), in: table)
        case .unusable(_, let reason): throw reason
        case .deleted(let id): try self.perform(LocalEdit(collection, .delete(id)), in: table)
        }
    }

    // MARK: - Notes of what a publisher shows

    private func note(_ id: DocumentID, of publisher: Int32, _ table: CollectionTable) throws {
        let sql = """
            INSERT INTO note VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET is_current = 1 WHERE is_current = 0
            """
        try self.change(sql, id, of: publisher, table)
    }

    private func forget(_ id: DocumentID, of publisher: Int32, _ table: CollectionTable) throws {
        try self.change("DELETE FROM note WHERE collection = ? AND id = ? AND publisher = ?", id, of: publisher, table)
    }

    private func change(_ sql: String, _ id: DocumentID, of publisher: Int32, _ table: CollectionTable) throws {
        self.writes += 1
        let statement = try RawStatement(cached: sql, self.db)
        try id.bytes.withUnsafeBufferPointer { key in
            statement.bind(1, Int64(table.id.rawValue))
            statement.bind(2, key)
            statement.bind(3, Int64(publisher))
            try statement.run()
        }
    }

    /// The documents that a publisher showed in earlier runs only, and no other shows.
    private func unshown(by publisher: Int32, _ table: CollectionTable) throws -> [DocumentID] {
        let statement = try RawStatement(
            cached: """
                SELECT id FROM note WHERE collection = ?1 AND publisher = ?2 AND is_current = 0 AND NOT EXISTS (
                    SELECT 1 FROM note AS other
                    WHERE other.collection = ?1 AND other.id = note.id AND other.publisher <> ?2
                )
                """,
            self.db
        )
        defer { statement.reset() }
        statement.bind(1, Int64(table.id.rawValue))
        statement.bind(2, Int64(publisher))
        var found: [DocumentID] = []
        while try statement.step() { found.append(DocumentID(canonical: Array(statement.bytes(0)))) }
        return found
    }

    private func ageNotes(of publisher: Int32, _ table: CollectionTable) throws {
        self.writes += 1
        try self.db.execute(
            sql: "UPDATE note SET is_current = 0 WHERE collection = ? AND publisher = ?",
            arguments: [table.id.rawValue, publisher]
        )
    }

    private func forgetAgedNotes(of publisher: Int32, _ table: CollectionTable) throws {
        self.writes += 1
        try self.db.execute(
            sql: "DELETE FROM note WHERE collection = ? AND publisher = ? AND is_current = 0",
            arguments: [table.id.rawValue, publisher]
        )
    }
}
