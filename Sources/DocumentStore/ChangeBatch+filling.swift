import GRDB

extension ChangeBatch {
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
            guard self.hasRoom(for: query), looks < query.maximumLooks else { return }
            looks += 1
            // Numbers only grow in a sound file, and whoever goes on behind the last one must come to an end.
            guard statement.usn(0) > self.lookedThrough, statement.usn(0) <= end else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the change log is not in order")
            }
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
                WHERE id \(low.isIncluded ? ">=" : ">") ? AND id < ? ORDER BY id \(range.isDescending ? "DESC" : "ASC")
                """,
            db
        )
        defer { statement.reset() }
        try low.key.withUnsafeBufferPointer { low in
            try high.withUnsafeBufferPointer { high in
                statement.bind(1, low)
                statement.bind(2, high)
                while try statement.step() {
                    guard statement.bytes(4).isInside(low, high) else {
                        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the index by _id is not in order")
                    }
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
        self.bytes.append(contentsOf: statement.bytes(4))
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

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are not before some and before others.
    fileprivate func isInside(_ low: UnsafeBufferPointer<UInt8>, _ high: UnsafeBufferPointer<UInt8>) -> Bool {
        !self.lexicographicallyPrecedes(low) && self.lexicographicallyPrecedes(high)
    }
}
