import GRDB

/// The writer's statements on one collection's table.
struct CollectionTable {
    let id: CollectionID
    let insert: RawStatement
    let select: RawStatement
    let delete: RawStatement

    /// Prepares the statements.
    init(_ id: CollectionID, _ db: Database) throws {
        let table = "document_\(id.rawValue)"
        self.id = id
        self.insert = try RawStatement(
            db,
            "INSERT INTO \(table) (\(StoreSchema.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        self.select = try RawStatement(db, "SELECT \(StoreSchema.columns) FROM \(table) WHERE usn = ?")
        self.delete = try RawStatement(db, "DELETE FROM \(table) WHERE usn = ?")
    }
}
