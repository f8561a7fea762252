import GRDB

/// The tables of a store file.
///
/// - `object`: one row an object; `body` is all of it as JSON, metadata included, and comes last so that reading a key
///   never follows overflow pages. `expires` is set on Events alone.
/// - `version`: the last version that was given away in each kind, and under the empty name in the whole store. It
///   survives deletions and restarts, so no version is ever given twice.
/// - `setting`: small things that the process must remember.
///
/// A row id with a unique index beside it, not `WITHOUT ROWID`: bodies of about 1 KB do not fit the pages of an index
/// b-tree, and with 10,000 of them such a table takes twice the space and 1.8 times the processor time per update.
enum Schema {
    /// The format that this code reads and writes, kept in `user_version`.
    static let version = 1

    /// "PRGE", kept in `application_id`: tells our files from those of other programs.
    static let applicationID = 0x5052_4745

    private static let statements = """
        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            expires INTEGER,
            body BLOB NOT NULL,
            UNIQUE (kind, namespace, name)
        );
        CREATE INDEX object_expires ON object (expires, version) WHERE expires IS NOT NULL;
        CREATE TABLE version (kind TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Makes the tables in a new file, and checks the format of an old one.
    ///
    /// - Parameters:
    ///   - database: The writer, inside a transaction.
    ///   - path: The file, for messages.
    /// - Throws: `StoreError` when the file is not ours or newer than we are.
    static func prepare(_ database: Database, path: String) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        if found == 0, application == 0, tables == 0 {
            try database.execute(sql: Self.statements)
        } else if application != Self.applicationID {
            throw StoreError(reason: .foreign, path: path)
        } else if found > Self.version {
            throw StoreError(reason: .newerSchema(found: found, supported: Self.version), path: path)
        }
    }

    /// The last versions of all kinds; the store's own is under the empty name.
    static func lastVersions(_ database: Database) throws -> [String: Int64] {
        var versions: [String: Int64] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT kind, version FROM version")
        while let row = try rows.next() { versions[try row.decode(atIndex: 0)] = try row.decode(atIndex: 1) }
        return versions
    }
}
