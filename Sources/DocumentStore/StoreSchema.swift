import GRDB

/// The tables of an app's file.
///
/// ```
/// state        one row: guid, last_usn, purged_usn, clock, boot, clean, inode, mark, generation
/// collection   id → name
/// origin       id → guid of a store that versions were taken over from, or key of a publisher without stamps
/// checkpoint   (peer, collection) → guid, usn, digest
/// note         (collection, id, publisher) → is_current: a publisher without stamps has shown the document, and whether
///              it has done so since its last full run began; the publisher is one of `origin`
/// document_ID  one table for each collection, and its only key is the USN:
///     usn · first_usn · origin · deleted · id · stamps · body
///           │           │        │         │    └ text of the stamps; see also `EvictionMark`
///           │           │        │         └ the canonical _id
///           │           │        └ milliseconds at which the tombstone or the mark came here; NULL: alive
///           │           └ 0: made or merged here
///           └ the USN at which the document last became alive, its returns after evictions aside
/// ```
/// A change takes the document's row out and puts it in again at the end, under the next USN. So the table is the change
/// log itself, appended to and read in order; where a document stands is known in memory (`KeyTable`).
enum StoreSchema {
    /// "PRGD" in ASCII: tells this file from those of other programs, and from a peer's own.
    static let applicationID = 0x5052_4744
    /// The format that this program writes.
    static let version = 3
    /// At most so many collections.
    static let maximumCollections = 4_096
    /// Eight kilobytes a page: the fastest of 4, 8 and 16 (`docs/store.md`).
    static let pageSize = 8_192

    private static let tables = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            guid TEXT NOT NULL,
            last_usn INTEGER NOT NULL,
            purged_usn INTEGER NOT NULL,
            clock INTEGER NOT NULL,
            boot TEXT NOT NULL,
            clean INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            mark TEXT NOT NULL,
            generation INTEGER NOT NULL
        );
        CREATE TABLE collection (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE origin (id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE);
        CREATE TABLE checkpoint (
            peer TEXT NOT NULL,
            collection TEXT NOT NULL,
            guid TEXT NOT NULL,
            usn INTEGER NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (peer, collection)
        ) WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        """

    private static let notes = """
        CREATE TABLE note (
            collection INTEGER NOT NULL,
            id BLOB NOT NULL,
            publisher INTEGER NOT NULL,
            is_current INTEGER NOT NULL,
            PRIMARY KEY (collection, id, publisher)
        ) WITHOUT ROWID;
        """

    private static let mark = "PRAGMA user_version = \(version);"

    /// Makes the tables in a new file; a transaction must be open.
    static func make(_ db: Database) throws {
        try db.execute(sql: self.tables + self.notes + self.mark)
    }

    /// Brings an older file to this format; a transaction must be open.
    ///
    /// Format 1 did not say whose notes they were; without notes the publishers' next full runs delete nothing. Format 2
    /// had no marks of evicted documents, and whoever knows only that must not meet one.
    static func upgrade(_ db: Database, from version: Int) throws {
        if version < 2 { try db.execute(sql: "DROP TABLE note;" + self.notes) }
        try db.execute(sql: self.mark)
    }

    /// Makes the table of a collection.
    static func makeTable(_ collection: CollectionID, _ db: Database) throws {
        let number = collection.rawValue
        try db.execute(
            sql: """
                CREATE TABLE document_\(number) (
                    usn INTEGER PRIMARY KEY,
                    first_usn INTEGER NOT NULL,
                    origin INTEGER NOT NULL,
                    deleted INTEGER,
                    id BLOB NOT NULL,
                    stamps BLOB NOT NULL,
                    body BLOB
                );
                CREATE INDEX tombstone_\(number) ON document_\(number) (deleted) WHERE deleted IS NOT NULL;
                """
        )
    }

    /// Makes the index of a collection by `_id`.
    static func makeIndex(_ collection: CollectionID, _ db: Database) throws {
        let number = collection.rawValue
        try db.execute(sql: "CREATE INDEX IF NOT EXISTS id_\(number) ON document_\(number) (id)")
    }

    /// The columns in the order in which `ChangeBatch` reads them.
    static let columns = "usn, first_usn, origin, deleted, id, stamps, body"
}
