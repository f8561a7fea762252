import GRDB
import NIOCore

/// The way to commit changes, valid only on the database's own thread.
struct PeerTransaction {
    private let db: Database

    init(_ db: Database) {
        self.db = db
    }

    /// Commits changes in one transaction, in their order: all or none.
    func commit(_ changes: [PeerChange]) throws {
        try self.db.inTransaction(.immediate) {
            for change in changes {
                try self.write(change)
            }
            return .commit
        }
    }

    private func write(_ change: PeerChange) throws {
        switch change {
        case .putApp(let name, let app):
            // Not INSERT OR REPLACE: that deletes first, and deleting an app deletes its replications.
            try self.execute(
                "INSERT INTO app VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET id = excluded.id, body = excluded.body",
                [name, app.id, String(buffer: app.body)]
            )
        case .deleteApp(let name):
            // The documents are files of their own, which can only go once this is durable.
            try self.execute(
                "INSERT OR REPLACE INTO meta SELECT '\(PeerDatabase.deletedApp)' || id, '' FROM app WHERE name = ?",
                [name]
            )
            try self.execute("DELETE FROM app WHERE name = ?", [name])
        case .putReplication(let name, let replication):
            try self.execute(
                "INSERT OR REPLACE INTO replication VALUES (?, ?, ?)",
                [name, replication.app, String(buffer: replication.body)]
            )
        case .deleteReplication(let name):
            try self.execute("DELETE FROM replication WHERE name = ?", [name])
        }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try self.db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
