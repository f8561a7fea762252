import GRDB

extension ChangeBatch {
    /// So many rows are looked at for one batch, wanted or not, so that no reader stays long.
    private static let maximumLooks = 100_000

    /// Fills the batch from the tables of some collections, in the order of USNs.
    mutating func fill(
        _ db: Database,
        after usn: UInt64,
        upTo end: UInt64,
        _ query: ChangeQuery,
        _ tables: [CollectionID]
    ) throws {
        self.removeAll()
        self.lookedThrough = usn
        guard usn < end else {
            self.isComplete = true
            return
        }
        var cursors: [(table: CollectionID, statement: RawStatement)] = []
        defer { for cursor in cursors { cursor.statement.reset() } }
        for table in tables {
            let statement = try RawStatement(
                cached: """
                    SELECT \(StoreSchema.columns) FROM document_\(table.rawValue) WHERE usn > ? AND usn <= ? ORDER BY usn
                    """,
                db
            )
            statement.bind(1, usn)
            statement.bind(2, end)
            if try statement.step() { cursors.append((table, statement)) } else { statement.reset() }
        }
        var looks = 0
        while !cursors.isEmpty {
            var next = 0
            for index in cursors.indices.dropFirst()
            where cursors[index].statement.usn(0) < cursors[next].statement.usn(0) {
                next = index
            }
            let (table, statement) = cursors[next]
            guard self.hasRoom(for: query), looks < Self.maximumLooks else { return }
            looks += 1
            self.lookedThrough = statement.usn(0)
            self.add(statement, table, query)
            if try !statement.step() { cursors.remove(at: next).statement.reset() }
        }
        self.lookedThrough = end
        self.isComplete = true
    }

    /// Fills the batch from one collection, in the order of ids.
    mutating func fill(_ db: Database, _ range: IDRange, _ query: ChangeQuery, _ table: CollectionID) throws {
        self.removeAll()
        let (low, high) = (range.lowest, range.highest)
        let statement = try RawStatement(
            cached: """
                SELECT \(StoreSchema.columns) FROM document_\(table.rawValue)
                WHERE id \(low.isIncluded ? ">=" : ">") ? AND id \(high.isIncluded ? "<=" : "<") ?
                ORDER BY id \(range.isDescending ? "DESC" : "ASC")
                """,
            db
        )
        defer { statement.reset() }
        // An empty blob would bind as NULL, and every key is greater than one zero byte.
        let lowest = low.key.isEmpty ? [0] : low.key
        try lowest.withUnsafeBufferPointer { lowest in
            try high.key.withUnsafeBufferPointer { highest in
                statement.bind(1, lowest)
                statement.bind(2, highest)
                while try statement.step() {
                    guard self.hasRoom(for: query) else { return }
                    self.add(statement, table, query)
                }
                self.isComplete = true
            }
        }
    }

    private mutating func add(_ statement: RawStatement, _ table: CollectionID, _ query: ChangeQuery) {
        let origin = Int32(truncatingIfNeeded: statement.int64(2))
        let isAlive = statement.isNull(3)
        if query.onlyAlive, !isAlive { return }
        if let left = query.exceptOrigin, left != 0, left == origin { return }
        let start = self.bytes.count
        StoredKey.append(statement.bytes(4), to: &self.bytes)
        let idEnd = self.bytes.count
        self.bytes.append(contentsOf: statement.bytes(5))
        let stampsEnd = self.bytes.count
        if isAlive { self.bytes.append(contentsOf: statement.bytes(6)) }
        self.entries.append(
            Entry(
                usn: statement.usn(0),
                firstUSN: statement.usn(1),
                origin: origin,
                collection: table,
                id: start..<idEnd,
                body: isAlive ? stampsEnd..<self.bytes.count : nil,
                stamps: idEnd..<stampsEnd
            )
        )
    }
}
