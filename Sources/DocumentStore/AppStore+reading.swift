import Documents
import GRDB
import Synchronization

extension AppStore {
    /// Reads a document, or what is remembered of a deleted one.
    ///
    /// - Parameters:
    ///   - id: The document.
    ///   - collection: The collection's name.
    /// - Returns: The document; `nil`: there is none and nothing is remembered.
    /// - Throws: What SQLite refuses.
    package func get(_ id: DocumentID, in collection: String) async throws(StoreError) -> StoredDocument? {
        guard !self.writer.isClosed else { throw .closed }
        guard let collection = self.collection(collection)?.id else { return nil }
        let fingerprint = Fingerprint.of(id.bytes, in: collection)
        // A document that moves to the end of the log between the two looks is looked for again.
        for _ in 0..<1_000 {
            let places = self.published.keys.withLock { $0.all(fingerprint) }
            if places.isEmpty { return nil }
            switch self.published.recent.glance(at: places, for: id, in: collection) {
            case .document(let document): return document
            case .evicted: return nil
            case .unknown: break
            }
            let (found, hasMoved) = try await self.read { db in try Self.row(places, id, collection, db) }
            if let found { return found }
            if !hasMoved { return nil }
        }
        return nil
    }

    private static func row(
        _ places: [UInt64],
        _ id: DocumentID,
        _ collection: CollectionID,
        _ db: Database
    ) throws -> (StoredDocument?, hasMoved: Bool) {
        let statement = try RawStatement(
            cached: "SELECT \(StoreSchema.columns) FROM document_\(collection.rawValue) WHERE usn = ?",
            db
        )
        defer { statement.reset() }
        var hasMoved = false
        for usn in places {
            statement.reset()
            statement.bind(1, usn)
            guard try statement.step() else {
                hasMoved = true
                continue
            }
            guard statement.bytes(4).elementsEqual(id.bytes) else { continue }
            if EvictionMark.stamps(in: statement.bytes(5)) != nil { return (nil, false) }
            let document = StoredDocument(
                id: id,
                usn: usn,
                firstUSN: statement.usn(1),
                body: statement.isNull(6) ? nil : Array(statement.bytes(6)),
                stamps: Array(statement.bytes(5))
            )
            return (document, false)
        }
        return (nil, hasMoved)
    }

    /// Reads changes in the order of their USNs: from memory where they are recent, else from the file.
    ///
    /// Go on with `batch.lookedThrough` until `batch.isComplete`. For other peers `end` is `durableUSN`.
    ///
    /// - Parameters:
    ///   - usn: Where to go on: changes behind it.
    ///   - end: Where to stop: changes up to and with it.
    ///   - query: Which changes, and how many.
    ///   - batch: What to fill; its memory is used again.
    /// - Throws: What SQLite refuses.
    package func changes(
        after usn: UInt64,
        upTo end: UInt64,
        _ query: ChangeQuery = ChangeQuery(),
        into batch: inout ChangeBatch
    ) async throws(StoreError) {
        let end = min(end, self.visibleUSN)
        if self.recentChanges(after: usn, upTo: end, query, into: &batch) { return }
        let taken = batch
        batch = ChangeBatch()
        let tables = self.tables(of: query)
        batch = try await self.read { db in
            var taken = taken
            try taken.fill(db, after: usn, upTo: end, query, tables)
            return taken
        }
    }

    /// Reads changes from memory only, without waiting.
    ///
    /// - Parameters:
    ///   - usn: Where to go on.
    ///   - end: Where to stop.
    ///   - query: Which changes, and how many.
    ///   - batch: What to fill.
    /// - Returns: Whether they are all in memory; otherwise `changes` reads them from the file.
    package func recentChanges(
        after usn: UInt64,
        upTo end: UInt64,
        _ query: ChangeQuery = ChangeQuery(),
        into batch: inout ChangeBatch
    ) -> Bool {
        let end = min(end, self.visibleUSN)
        return self.published.keys.withLock { keys in
            self.published.recent.read(after: usn, upTo: end, query, keys, into: &batch)
        }
    }

    /// Reads documents of a collection in the order of their ids; the first time makes an index, which stays.
    ///
    /// - Parameters:
    ///   - collection: The collection.
    ///   - range: Which ids, and where to go on.
    ///   - query: How many.
    ///   - batch: What to fill; `lookedThrough` says nothing here.
    /// - Throws: What SQLite refuses.
    package func documents(
        in collection: CollectionID,
        _ range: IDRange,
        _ query: ChangeQuery = ChangeQuery(),
        into batch: inout ChangeBatch
    ) async throws(StoreError) {
        try await self.index(collection)
        let taken = batch
        batch = ChangeBatch()
        batch = try await self.read { db in
            var taken = taken
            try taken.fill(db, range, query, collection)
            return taken
        }
    }

    /// How far a collection has been taken over from another peer.
    ///
    /// - Parameters:
    ///   - peer: The other peer's key.
    ///   - collection: The collection's name.
    /// - Returns: The checkpoint; `nil`: nothing has.
    /// - Throws: What SQLite refuses.
    package func checkpoint(peer: String, collection: String) async throws(StoreError) -> Checkpoint? {
        try await self.read { db in
            let sql = "SELECT guid, usn, digest FROM checkpoint WHERE peer = ? AND collection = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [peer, collection]) else { return nil }
            return Checkpoint(
                peer: peer,
                collection: collection,
                guid: try row.decode(atIndex: 0),
                usn: UInt64(bitPattern: try row.decode(Int64.self, atIndex: 1)),
                digest: try row.decode(atIndex: 2)
            )
        }
    }

    private func tables(of query: ChangeQuery) -> [CollectionID] {
        if let collection = query.collection { return [collection] }
        return self.collections.map(\.id)
    }

    /// Runs a function on a reader's connection.
    func read<Value: Sendable>(
        _ reader: DatabaseSnapshot? = nil,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { caller in
            (reader as (any DatabaseReader)? ?? self.database).asyncRead { [path = self.path] db in
                do {
                    caller.resume(returning: .success(try body(try db.get())))
                } catch {
                    caller.resume(returning: .failure(StoreError(error, path: path ?? "the store in memory")))
                }
            }
        }
        return try result.get()
    }
}
