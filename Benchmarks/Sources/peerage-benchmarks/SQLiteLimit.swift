import CSQLite
import Foundation

/// What SQLite itself can do with rows that are appended under their number, with the store's settings and durability:
/// a log of 64 MB, and one `fdatasync` of it after each commit.
struct SQLiteLimit {
    let folder: URL

    /// Appends rows to a new file.
    ///
    /// - Returns: Rows a second, all of them durable.
    func append(_ count: Int, perTransaction batch: Int, row: (Int) -> (id: String, body: String)) throws -> Double {
        let path = self.folder.appending(path: "append-\(batch).sqlite").path()
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else {
            throw LoopbackConnection.Broken(description: "\(path) cannot be opened")
        }
        defer { sqlite3_close_v2(handle) }
        func check(_ code: Int32) throws {
            guard code == SQLITE_OK || code == SQLITE_DONE else {
                throw LoopbackConnection.Broken(description: String(cString: sqlite3_errmsg(handle)))
            }
        }
        let settings = """
            PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768;
            PRAGMA wal_autocheckpoint = 8192; CREATE TABLE cars (usn INTEGER PRIMARY KEY, id BLOB, body BLOB);
            """
        try check(sqlite3_exec(handle, settings, nil, nil, nil))
        let log = open("\(path)-wal", O_RDONLY)
        guard log >= 0 else { throw LoopbackConnection.Broken(description: "\(path) has no log") }
        defer { close(log) }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, "INSERT INTO cars VALUES (?, ?, ?)", -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        // Made before the clock runs: what is measured is SQLite.
        let rows = (0..<count).map { number in
            let (id, body) = row(number)
            return (id: Array(id.utf8), body: Array(body.utf8))
        }
        let begin = ContinuousClock.now
        for start in stride(from: 0, to: count, by: batch) {
            try check(sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil))
            for number in start..<min(start + batch, count) {
                let row = rows[number]
                sqlite3_bind_int64(statement, 1, Int64(number + 1))
                sqlite3_bind_blob(statement, 2, row.id, Int32(row.id.count), Self.copied)
                sqlite3_bind_blob(statement, 3, row.body, Int32(row.body.count), Self.copied)
                try check(sqlite3_step(statement))
                sqlite3_reset(statement)
            }
            try check(sqlite3_exec(handle, "COMMIT", nil, nil, nil))
            guard fdatasync(log) == 0 else { throw LoopbackConnection.Broken(description: "the log is not durable") }
        }
        return Double(count) / begin.duration(to: .now).seconds
    }

    /// `SQLITE_TRANSIENT`: the bytes are SQLite's own from then on.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
