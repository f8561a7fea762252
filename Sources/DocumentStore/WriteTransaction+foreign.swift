import Documents
import GRDB

extension WriteTransaction {
    /// Makes documents what a publisher without stamps says that they are.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - run: Where the publisher's full run is.
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
        if case .marking(isFirst: true) = run { try self.forgetNotes(table) }
        for (index, row) in rows.enumerated() {
            let action: LocalEdit.Action
            switch row {
            case .document(let content): action = .insert(content, onConflict: .replaceDifferences)
            case .deleted(let id): action = .delete(id)
            }
            do {
                switch try self.perform(LocalEdit(collection, action), in: table) {
                case .nothing, .moved: applied.unchanged += 1
                case .inserted, .updated, .removed: applied.changed += 1
                }
            } catch let error as DocumentError {
                throw StoreError.badDocument(error, row: index)
            }
            guard case .marking = run, case .document = row else { continue }
            try self.note(row.id, table)
        }
        guard run == .sweep else { return }
        for id in try self.unnoted(table) {
            _ = try self.perform(LocalEdit(collection, .delete(id)), in: table)
            applied.changed += 1
        }
        try self.forgetNotes(table)
    }

    private func note(_ id: DocumentID, _ table: CollectionTable) throws {
        self.writes += 1
        let statement = try RawStatement(cached: "INSERT OR IGNORE INTO note VALUES (?, ?)", self.db)
        try id.bytes.withUnsafeBufferPointer { key in
            statement.bind(1, Int64(table.id.rawValue))
            statement.bind(2, key)
            try statement.run()
        }
    }

    private func unnoted(_ table: CollectionTable) throws -> [DocumentID] {
        let number = table.id.rawValue
        let statement = try RawStatement(
            cached: """
                SELECT id FROM document_\(number) WHERE deleted IS NULL
                AND NOT EXISTS (SELECT 1 FROM note WHERE collection = \(number) AND note.id = document_\(number).id)
                """,
            self.db
        )
        defer { statement.reset() }
        var found: [DocumentID] = []
        while try statement.step() { found.append(DocumentID(canonical: Array(statement.bytes(0)))) }
        return found
    }

    private func forgetNotes(_ table: CollectionTable) throws {
        self.writes += 1
        try self.db.execute(sql: "DELETE FROM note WHERE collection = ?", arguments: [table.id.rawValue])
    }
}
