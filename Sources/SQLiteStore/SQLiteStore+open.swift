import GRDB

extension SQLiteStore {
    /// Two readers keep two cores busy; each has a cache of its own.
    private static let readers = 2

    /// Opens the connections.
    static func openPool(_ path: String) throws -> DatabasePool {
        try StoreLock.makePrivate(path)
        var configuration = GRDB.Configuration()
        configuration.label = "peerage.store"
        configuration.maximumReaderCount = Self.readers
        // Nobody else writes to the file, but someone may look into it with the sqlite3 shell.
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// Prepares the writer and the tables.
    ///
    /// - Parameters:
    ///   - database: The writer.
    ///   - path: The file, for messages.
    ///   - configuration: Limits.
    ///   - retention: When to look for old Events.
    ///   - now: RFC 3339.
    /// - Returns: The last version of every kind, and under the empty name of the whole store.
    /// - Throws: `StoreError` or `DatabaseError`.
    static func setUp(
        _ database: Database,
        path: String,
        _ configuration: Configuration,
        retention: EventRetention,
        now: @Sendable () -> String
    ) throws -> [String: Int64] {
        // `DatabasePool` sets NORMAL after all that a configuration can do, which would lose answered writes with the
        // power; so FULL is set here.
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        if let bytes = configuration.maximumFileBytes {
            let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / pageSize))")
        }
        try database.inTransaction(.immediate) {
            try Schema.prepare(database, path: path)
            let version = try Schema.lastVersions(database)[""] ?? 0
            var transaction = WriteTransaction(
                database,
                now: now(),
                version: version,
                retention: retention,
                recent: RecentObjects()
            )
            try transaction.createDefaultNamespace()
            try transaction.finish()
            return .commit
        }
        return try Schema.lastVersions(database)
    }
}
