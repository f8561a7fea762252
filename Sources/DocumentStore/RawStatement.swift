import GRDB
import GRDBSQLite

/// A prepared statement that is bound and stepped without any value in between.
///
/// GRDB prepares and owns it; it stays on its connection's queue. Every call that can fail says so.
struct RawStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    /// Prepares a statement.
    init(_ db: Database, _ sql: String) throws {
        self.statement = try db.makeStatement(sql: sql)
        self.handle = self.statement.sqliteStatement
    }

    /// Takes a statement from the connection's cache.
    init(cached sql: String, _ db: Database) throws {
        self.statement = try db.cachedStatement(sql: sql)
        self.handle = self.statement.sqliteStatement
    }

    /// Binds an integer.
    @inline(__always)
    func bind(_ index: Int32, _ value: Int64) {
        sqlite3_bind_int64(self.handle, index, value)
    }

    /// Binds a USN.
    @inline(__always)
    func bind(_ index: Int32, _ value: UInt64) {
        sqlite3_bind_int64(self.handle, index, Int64(truncatingIfNeeded: value))
    }

    /// Binds `NULL`.
    @inline(__always)
    func bindNull(_ index: Int32) {
        sqlite3_bind_null(self.handle, index)
    }

    /// Binds bytes that stay where they are until the statement is reset.
    @inline(__always)
    func bind(_ index: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        // No destructor is SQLITE_STATIC: "the content pointer is constant and will never change".
        sqlite3_bind_blob64(self.handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }

    /// Binds bytes, or `NULL`.
    @inline(__always)
    func bind(_ index: Int32, _ bytes: UnsafeBufferPointer<UInt8>?) {
        if let bytes { self.bind(index, bytes) } else { self.bindNull(index) }
    }

    /// Goes to the next row, if there is one.
    @inline(__always)
    func step() throws -> Bool {
        let code = sqlite3_step(self.handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let message = sqlite3_db_handle(self.handle).flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        sqlite3_reset(self.handle)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }

    /// Runs a statement that has no rows.
    @inline(__always)
    func run() throws {
        _ = try self.step()
        sqlite3_reset(self.handle)
    }

    /// Makes the statement ready for the next use.
    @inline(__always)
    func reset() {
        sqlite3_reset(self.handle)
    }

    /// An integer of the row.
    @inline(__always)
    func int64(_ column: Int32) -> Int64 {
        sqlite3_column_int64(self.handle, column)
    }

    /// A USN of the row.
    @inline(__always)
    func usn(_ column: Int32) -> UInt64 {
        UInt64(truncatingIfNeeded: sqlite3_column_int64(self.handle, column))
    }

    /// Whether a value of the row is `NULL`.
    @inline(__always)
    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(self.handle, column) == SQLITE_NULL
    }

    /// The bytes of a value, good until the next step or reset; empty for `NULL`.
    @inline(__always)
    func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_blob(self.handle, column)
        let count = Int(sqlite3_column_bytes(self.handle, column))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
    }
}
