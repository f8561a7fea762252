import Documents
import GRDB
import Synchronization

extension AppStore {
    /// Makes changes of one's own, all or none, and waits until they are durable.
    ///
    /// - Parameter edits: The changes, in their order.
    /// - Returns: What became of each.
    /// - Throws: Why none was made.
    package func write(_ edits: [LocalEdit]) async throws(StoreError) -> WriteResult {
        var needed: [String] = []
        for edit in edits {
            guard edit.makesCollection, needed.last != edit.collection else { continue }
            try self.check(edit.collection)
            needed.append(edit.collection)
        }
        return try await self.submit(weight: edits.count, collections: needed, mustBeDurable: true) {
            (transaction, tables) throws in
            var outcomes: [LocalEdit.Outcome] = []
            outcomes.reserveCapacity(edits.count)
            for (row, edit) in edits.enumerated() {
                do {
                    let table = try tables.table(edit.collection, transaction)
                    outcomes.append(try transaction.perform(edit, in: table))
                } catch let error as DocumentError {
                    throw StoreError.badDocument(error, row: row)
                }
            }
            return { [outcomes] usn in WriteResult(outcomes: outcomes, usn: usn) }
        }
    }

    /// Merges rows from another peer, all that can be taken or none, and notes how far that has come in the same transaction.
    ///
    /// The answer does not wait for the disk: after a loss of power rows and checkpoint are both there or both not.
    ///
    /// - Parameters:
    ///   - batches: The rows, in their order.
    ///   - checkpoint: How far this has come; `nil`: as far as before.
    /// - Returns: What became of the rows.
    /// - Throws: Why none was taken.
    package func apply(_ batches: [RemoteBatch], checkpoint: Checkpoint? = nil) async throws(StoreError) -> AppliedRows
    {
        for batch in batches { try self.check(batch.collection) }
        let weight = batches.reduce(0) { $0 + $1.rows.count }
        let names = batches.filter { !$0.rows.isEmpty }.map(\.collection)
        return try await self.submit(weight: weight, collections: names, mustBeDurable: false) {
            (transaction, tables) throws in
            var applied = AppliedRows()
            for batch in batches where !batch.rows.isEmpty {
                guard let table = try tables.table(batch.collection, transaction) else { continue }
                try transaction.apply(batch, to: table, counting: &applied)
            }
            if let checkpoint, applied.wanted.isEmpty { try transaction.put(checkpoint) }
            return { [applied] usn in
                var applied = applied
                applied.usn = usn
                return applied
            }
        }
    }

    /// Merges rows of one batch.
    package func apply(_ batch: RemoteBatch, checkpoint: Checkpoint? = nil) async throws(StoreError) -> AppliedRows {
        try await self.apply([batch], checkpoint: checkpoint)
    }

    /// Takes over rows of a publisher that knows no stamps, all that can be taken or none.
    ///
    /// Documents become what the rows say, with stamps of this peer and only where they differ. The answer does not wait
    /// for the disk.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - collection: The collection's name.
    ///   - run: Whose rows they are, and where its full run is.
    ///   - checkpoint: How far this has come; `nil`: as far as before.
    /// - Returns: What became of the rows.
    /// - Throws: Why none was taken.
    package func takeOver(
        _ rows: [ForeignRow],
        into collection: String,
        _ run: ForeignRun,
        checkpoint: Checkpoint? = nil
    ) async throws(StoreError) -> AppliedRows {
        try self.check(collection)
        return try await self.submit(weight: rows.count, collections: [collection], mustBeDurable: false) {
            (transaction, tables) throws in
            var applied = AppliedRows()
            if let table = try tables.table(collection, transaction) {
                try transaction.takeOver(rows, run, collection, table, counting: &applied)
            }
            if let checkpoint { try transaction.put(checkpoint) }
            return { [applied] usn in
                var applied = applied
                applied.usn = usn
                return applied
            }
        }
    }

    /// Forgets a checkpoint, or all of a peer.
    ///
    /// - Parameters:
    ///   - peer: The other peer's key.
    ///   - collection: The collection's name; `nil`: all.
    /// - Throws: What SQLite refuses.
    package func deleteCheckpoints(peer: String, collection: String? = nil) async throws(StoreError) {
        try await self.submit(weight: 1, collections: [], mustBeDurable: true) { (transaction, _) throws in
            try transaction.deleteCheckpoints(peer: peer, collection: collection)
            return { _ in }
        }
    }

    /// The highest USN of a tombstone that came here before a time.
    ///
    /// - Parameters:
    ///   - milliseconds: The wall time, since 1970.
    ///   - limit: The highest USN that it may have.
    /// - Returns: The USN; `nil`: there is none.
    /// - Throws: What SQLite refuses.
    package func lastTombstone(before milliseconds: UInt64, upTo limit: UInt64 = .max) async throws(StoreError)
        -> UInt64?
    {
        let tables = self.collections.filter { $0.tombstones > 0 }.map(\.id.rawValue)
        return try await self.read { db in
            var last: Int64?
            for table in tables {
                let sql =
                    "SELECT max(usn) FROM document_\(table) WHERE deleted IS NOT NULL AND deleted < ? AND usn <= ?"
                let arguments: StatementArguments = [Int64(clamping: milliseconds), Int64(clamping: limit)]
                guard let usn = try Int64.fetchOne(db, sql: sql, arguments: arguments) else { continue }
                last = max(last ?? 0, usn)
            }
            return last.map { UInt64(bitPattern: $0) }
        }
    }

    /// Forgets tombstones that came here before a time, some thousands in each transaction.
    ///
    /// - Parameters:
    ///   - milliseconds: The wall time, since 1970.
    ///   - limit: The highest USN that one of them may have.
    /// - Returns: How many are forgotten.
    /// - Throws: What SQLite refuses.
    package func purge(before milliseconds: UInt64, upTo limit: UInt64 = .max) async throws(StoreError) -> Int {
        var total = 0
        for collection in self.collections where collection.tombstones > 0 {
            while true {
                let count = try await self.submit(weight: 2_000, collections: [], mustBeDurable: true) {
                    (transaction, tables) throws in
                    guard let table = try tables.table(collection.name, transaction) else { return { _ in 0 } }
                    let count = try transaction.purge(before: milliseconds, upTo: limit, atMost: 2_000, in: table)
                    return { _ in count }
                }
                total += count
                if count < 2_000 { break }
            }
        }
        return total
    }

    /// Makes a collection's index by `_id` if it has none.
    func index(_ collection: CollectionID) async throws(StoreError) {
        guard !self.indexed.withLock({ $0.contains(collection) }) else { return }
        try await self.submit(weight: 1, collections: [], mustBeDurable: false) { (transaction, _) throws in
            transaction.writes += 1
            try StoreSchema.makeIndex(collection, transaction.db)
            return { _ in }
        }
        _ = self.indexed.withLock { $0.insert(collection) }
    }

    private func check(_ collection: String) throws(StoreError) {
        guard self.collection(collection) == nil else { return }
        guard !collection.isEmpty, collection.utf8.count <= 255 else { throw .badCollectionName(collection) }
        guard self.collections.count < StoreSchema.maximumCollections else {
            throw .tooManyCollections(limit: StoreSchema.maximumCollections)
        }
    }

    private func submit<Answer: Sendable>(
        weight: Int,
        collections: [String],
        mustBeDurable: Bool,
        _ perform:
            @escaping @Sendable (WriteTransaction, StoreWriter.Tables) throws -> @Sendable (UInt64) -> Answer
    ) async throws(StoreError) -> Answer {
        let result: Result<Answer, StoreError> = await withCheckedContinuation { caller in
            self.writer.submit(
                StoreJob(
                    weight: max(1, weight),
                    collections: collections,
                    mustBeDurable: mustBeDurable,
                    perform: { transaction, tables in
                        let answer = try perform(transaction, tables)
                        return { usn in caller.resume(returning: .success(answer(usn))) }
                    },
                    refuse: { caller.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }
}
