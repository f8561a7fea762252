import GRDB

/// What a backup says about itself.
package struct BackupNote: Hashable, Sendable {
    /// The id of the app whose documents it holds.
    package let app: String
    /// When it was made, as RFC 3339 has it.
    package let time: String

    /// Creates a note.
    package init(app: String, time: String) {
        self.app = app
        self.time = time
    }
}

/// What a store's file holds.
package struct StoreContents: Hashable, Sendable {
    /// How many collections there are.
    package let collections: Int
    /// How many documents there are in all of them.
    package let documents: Int
    /// What a backup says about itself; `nil`: it is none, or an older one.
    package let note: BackupNote?
}

/// Copies of a store's file: reading one that others may have open, and writing one that nobody has seen yet.
enum StoreCopy {
    /// Opens a file to read from it alone.
    static func open(_ path: String) throws -> DatabaseQueue {
        guard FileMark.inode(path) != 0 else { throw StoreError.failed(path: path, detail: "there is no such file") }
        var configuration = Configuration()
        configuration.label = "peerage.document-store.copy"
        configuration.readonly = true
        // The store's own process may be moving its log into the file.
        configuration.busyMode = .timeout(30)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Refuses what is not an app's store.
    static func examine(_ db: Database, _ path: String) throws {
        try StoreFile.examine(db, path: path)
        guard try Int.fetchOne(db, sql: "PRAGMA user_version") != 0 else { throw StoreError.foreign(path: path) }
    }

    /// Writes a copy, complete when this returns, and durable when it is synced.
    ///
    /// - Parameters:
    ///   - db: The store.
    ///   - path: Where the copy goes.
    ///   - note: What it says about itself.
    /// - Throws: `StoreError`, or what SQLite refuses.
    static func write(_ db: Database, to path: String, _ note: BackupNote?) throws {
        try StoreFile.makePrivate(path)
        let copy = try DatabaseQueue(path: path, configuration: Configuration())
        try copy.writeWithoutTransaction { target in
            try db.backup(to: target)
            // One file, without a log beside it.
            _ = try String.fetchOne(target, sql: "PRAGMA journal_mode = DELETE")
            // No note beside a file will ever match, and there is nothing that a crash could have left.
            try target.execute(sql: "UPDATE state SET mark = '', clean = 1")
            guard target.changesCount == 1 else {
                throw StoreError.damaged(path: path, detail: "it does not say what it is")
            }
            try target.execute(sql: "DROP TABLE IF EXISTS backup")
            guard let note else { return }
            try target.execute(sql: "CREATE TABLE backup (app TEXT NOT NULL, time TEXT NOT NULL)")
            try target.execute(sql: "INSERT INTO backup VALUES (?, ?)", arguments: [note.app, note.time])
        }
        try copy.close()
    }

    /// Counts what a file holds.
    static func contents(_ db: Database) throws -> StoreContents {
        let collections = try Int.fetchAll(db, sql: "SELECT id FROM collection")
        var documents = 0
        for collection in collections {
            let sql = "SELECT count(*) FROM document_\(collection) WHERE deleted IS NULL"
            documents += try Int.fetchOne(db, sql: sql) ?? 0
        }
        var note: BackupNote?
        if try db.tableExists("backup"), let row = try Row.fetchOne(db, sql: "SELECT app, time FROM backup") {
            note = BackupNote(app: try row.decode(atIndex: 0), time: try row.decode(atIndex: 1))
        }
        return StoreContents(collections: collections.count, documents: documents, note: note)
    }
}
