import DQL
import Documents
import GRDB

/// Reads the documents that a query can match, part by part, as they all were at one moment.
///
/// *Guarantees:* each document once, however it moves in the log meanwhile; no more than one part in memory. *Cost:*
/// while a scan of more than one part goes on, SQLite's log cannot be moved into the file, and grows.
struct StoreScan {
    /// What a part of the scan is looked for by.
    private enum Way {
        /// By their ids, one after another.
        case ids([DocumentID])
        /// In the order of their ids.
        case range(IDRange)
        /// In the order of the log.
        case log
    }

    private static let partBytes = 256 * 1_024

    private let store: AppStore
    private let collection: CollectionInfo
    private var way: Way
    private var cursor: UInt64 = 0
    private var snapshot: DatabaseSnapshot?
    private var batch = ChangeBatch()
    private var isComplete = false

    /// Starts a scan.
    ///
    /// - Parameters:
    ///   - collection: The collection.
    ///   - constraint: Which documents can match.
    ///   - store: The store.
    /// - Throws: What SQLite refuses.
    init(of collection: CollectionInfo, _ constraint: DQLIDConstraint, in store: AppStore) async throws(StoreError) {
        self.store = store
        self.collection = collection
        switch constraint {
        case .none: self.way = .log
        case .oneOf(let keys): self.way = .ids(keys.map { DocumentID(canonical: $0) })
        case .range(let range):
            try await store.index(collection.id)
            self.way = .range(IDRange(range))
        }
    }

    /// The next documents; `nil` at the end.
    mutating func next() async throws(StoreError) -> [StoredDocument]? {
        guard !self.isComplete else { return nil }
        if case .ids(let ids) = self.way {
            var found: [StoredDocument] = []
            for id in ids.prefix(100) {
                guard let document = try await self.store.get(id, in: self.collection.name) else { continue }
                if document.body != nil { found.append(document) }
            }
            self.way = .ids(Array(ids.dropFirst(100)))
            self.isComplete = ids.count <= 100
            return found
        }
        try await self.openSnapshot()
        var query = ChangeQuery(collection: self.collection.id, onlyAlive: true)
        if self.store.path == nil {
            // In memory there is no snapshot, so there is one part: in a second one the statement would meet again what
            // it has changed itself, and miss what others have moved.
            query.maximumRows = .max
            query.maximumBytes = .max
            query.maximumLooks = .max
        } else {
            query.maximumRows = 2_000
            query.maximumBytes = Self.partBytes
        }
        self.batch = try await self.fill(self.batch, query)
        self.isComplete = self.batch.isComplete
        self.cursor = self.batch.lookedThrough
        let found = self.batch.documents
        if case .range(var range) = self.way {
            range.after = found.last?.id ?? range.after
            self.way = .range(range)
        }
        return found
    }

    private mutating func openSnapshot() async throws(StoreError) {
        guard self.snapshot == nil, let pool = self.store.database as? DatabasePool else { return }
        do {
            self.snapshot = try pool.makeSnapshot()
        } catch {
            throw StoreError(error, path: self.store.path ?? "")
        }
    }

    private func fill(_ batch: ChangeBatch, _ query: ChangeQuery) async throws(StoreError) -> ChangeBatch {
        let (way, cursor, collection) = (self.way, self.cursor, self.collection.id)
        return try await self.store.read(self.snapshot) { db in
            var batch = batch
            if case .range(let range) = way {
                try batch.fill(db, range, query, collection)
            } else {
                try batch.fill(db, after: cursor, upTo: WriteTransaction.maximumUSN, query, [collection])
            }
            return batch
        }
    }
}
