import GRDB

/// The tables of an app's file.
///
/// ```
/// state        one row: guid, last_usn, purged_usn, clock, boot, clean, inode, mark, generation
/// collection   id → name
/// origin       id → guid of a store that versions were taken over from
/// checkpoint   (peer, collection) → guid, usn, digest
/// note         (collection, id) that a publisher without stamps has shown in its full run so far
/// document_ID  one table for each collection, and its only key is the USN:
///     usn · first_usn · origin · deleted · id · stamps · body
///           │           │        │         │    └ text of the stamps
///           │           │        │         └ the canonical _id
///           │           │        └ milliseconds at which the tombstone came here; NULL: alive
///           │           └ 0: made or merged here
///           └ the USN at which the document last became alive
/// ```
/// A change takes the document's row out and puts it in again at the end, under the next USN. So the table is the change
/// log itself, appended to and read in order; where a document stands is known in memory (`KeyTable`).
enum StoreSchema {
    /// "PRGD" in ASCII: tells this file from those of other programs, and from a peer's own.
    static let applicationID = 0x5052_4744
    /// The format that this program writes.
    static let version = 1
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
        CREATE TABLE note (collection INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Makes the tables in a new file; a transaction must be open.
    static func make(_ db: Database) throws {
        try db.execute(sql: self.tables)
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
