import Documents
import GRDB
import Synchronization

/// One transaction on its way: gives out USNs, moves rows to the end of the log, and remembers what to publish.
///
/// *Assumptions:* lives on the writer's queue. *Errors:* `StoreError` for what the caller did wrong, `DatabaseError` for
/// what SQLite refuses; the transaction must then be rolled back when `writes` has grown.
final class WriteTransaction {
    /// A document that has got another place in the log.
    struct Move {
        let fingerprint: UInt64
        let collection: CollectionID
        /// Zero: it is new.
        let old: UInt64
        /// Zero: it is gone.
        let new: UInt64
    }

    /// The largest USN: what a JSON number can hold exactly.
    static let maximumUSN: UInt64 = 1 << 53 - 1

    let db: Database
    let published: StorePublished
    let wall: UInt64
    let peer: PeerID
    var clock: HybridClock
    var reader: DocumentReader
    /// The last USN that was given out.
    private(set) var usn: UInt64
    private let before: UInt64
    /// The keys that this transaction has moved, and the places that are empty since.
    private var keys = KeyTable()
    private var vacated: Set<UInt64> = []
    private(set) var moves: [Move] = []
    /// By how much the numbers of documents change; few collections are written to in one transaction.
    private(set) var counts: [(collection: CollectionID, documents: Int, tombstones: Int)] = []
    private(set) var entries: [ChangeBatch.Entry] = []
    private var fingerprints: [UInt64] = []
    private(set) var bytes: [UInt8] = []
    private let recentBytes: Int
    /// How many times something has been written.
    var writes = 0
    /// Stores that rows came from for the first time.
    private var newOrigins: [String: Int32] = [:]
    /// The highest USN of a purged tombstone.
    var purged: UInt64

    /// About how many bytes of a row are kept in memory: room for them is made beforehand.
    private static let usualBytes = 384

    /// Starts a transaction of about so many rows; SQLite's own must be open.
    init(
        _ db: Database,
        weight: Int,
        published: StorePublished,
        usn: UInt64,
        clock: HybridClock,
        peer: PeerID,
        wall: UInt64,
        reader: DocumentReader,
        recentBytes: Int
    ) {
        self.db = db
        self.published = published
        self.usn = usn
        self.before = usn
        self.clock = clock
        self.peer = peer
        self.wall = wall
        self.reader = reader
        self.recentBytes = recentBytes
        self.purged = published.purged.load(ordering: .acquiring)
        self.moves.reserveCapacity(weight)
        let kept = min(weight, recentBytes / Self.usualBytes)
        self.entries.reserveCapacity(kept)
        self.fingerprints.reserveCapacity(kept)
        self.bytes.reserveCapacity(kept * Self.usualBytes)
    }

    /// The next stamp of this peer.
    func stamp() -> Stamp {
        Stamp(time: self.clock.tick(wallMilliseconds: self.wall), peer: self.peer)
    }

    /// Finds a document by its canonical id; when there is one, `table.select` stands at its row and must be reset.
    func find(_ key: UnsafeBufferPointer<UInt8>, _ fingerprint: UInt64, _ table: borrowing CollectionTable) throws
        -> UInt64?
    {
        if !self.moves.isEmpty {
            for usn in self.keys.all(fingerprint) where try self.isRow(usn, key, table) { return usn }
        }
        let first = self.published.keys.withLock { $0.any(fingerprint) }
        guard first != 0 else { return nil }
        if !self.vacated.contains(first), try self.isRow(first, key, table) { return first }
        for usn in self.published.keys.withLock({ $0.all(fingerprint) }) where usn != first {
            if !self.vacated.contains(usn), try self.isRow(usn, key, table) { return usn }
        }
        return nil
    }

    /// Finds a document.
    func find(_ id: DocumentID, _ fingerprint: UInt64, _ table: borrowing CollectionTable) throws -> UInt64? {
        try id.bytes.withUnsafeBufferPointer { try self.find($0, fingerprint, table) }
    }

    private func isRow(
        _ usn: UInt64,
        _ key: UnsafeBufferPointer<UInt8>,
        _ table: borrowing CollectionTable
    ) throws -> Bool {
        table.select.bind(1, usn)
        if try table.select.step(), table.select.bytes(4).elementsEqual(key) { return true }
        table.select.reset()
        return false
    }

    /// A document's new contents.
    struct NewRow {
        let fingerprint: UInt64
        let id: UnsafeBufferPointer<UInt8>
        let stamps: UnsafeBufferPointer<UInt8>
        /// `nil`: a tombstone.
        let body: UnsafeBufferPointer<UInt8>?
        let origin: Int32
    }

    /// Where the document was before.
    struct OldRow {
        let usn: UInt64
        let firstUSN: UInt64
        let isAlive: Bool
        /// Whether it was the mark of an evicted document.
        var isMark = false
    }

    /// Puts a document at the end of the log.
    func put(_ row: NewRow, replacing old: OldRow?, in table: borrowing CollectionTable) throws {
        guard self.usn < Self.maximumUSN else { throw StoreError.exhausted }
        self.writes += 1
        self.usn += 1
        let isAlive = row.body != nil
        var firstUSN = self.usn
        if let old {
            // Who had it before it was evicted may still have it, and must hear whether it is selected.
            if old.isAlive || old.isMark || !isAlive { firstUSN = old.firstUSN }
            table.delete.bind(1, old.usn)
            try table.delete.run()
        }
        let insert = table.insert
        insert.bind(1, self.usn)
        insert.bind(2, firstUSN)
        insert.bind(3, Int64(row.origin))
        if isAlive { insert.bindNull(4) } else { insert.bind(4, self.wall) }
        insert.bind(5, row.id)
        insert.bind(6, row.stamps)
        insert.bind(7, row.body)
        try insert.run()
        self.move(row.fingerprint, table.id, from: old?.usn ?? 0, to: self.usn)
        self.count(
            table.id,
            documents: (isAlive ? 1 : 0) - (old?.isAlive == true ? 1 : 0),
            tombstones: (isAlive ? 0 : 1) - (old?.isAlive == false ? 1 : 0)
        )
        self.remember(row, firstUSN: firstUSN, in: table.id)
    }

    /// Takes a document's row away, and leaves nothing.
    func drop(_ old: OldRow, _ fingerprint: UInt64, in table: borrowing CollectionTable) throws {
        self.writes += 1
        table.delete.bind(1, old.usn)
        try table.delete.run()
        self.move(fingerprint, table.id, from: old.usn, to: 0)
        self.count(table.id, documents: old.isAlive ? -1 : 0, tombstones: old.isAlive ? 0 : -1)
    }

    private func move(_ fingerprint: UInt64, _ collection: CollectionID, from old: UInt64, to new: UInt64) {
        self.moves.append(Move(fingerprint: fingerprint, collection: collection, old: old, new: new))
        if old > self.before {
            self.keys.remove(fingerprint, old)
        } else if old > 0 {
            self.vacated.insert(old)
        }
        if new > 0 { self.keys.insert(fingerprint, new) }
    }

    private func count(_ collection: CollectionID, documents: Int, tombstones: Int) {
        if let index = self.counts.lastIndex(where: { $0.collection == collection }) {
            self.counts[index].documents += documents
            self.counts[index].tombstones += tombstones
        } else {
            self.counts.append((collection, documents, tombstones))
        }
    }

    /// Keeps a copy for those who follow, as long as the transaction is small enough to be kept.
    private func remember(_ row: NewRow, firstUSN: UInt64, in collection: CollectionID) {
        guard self.bytes.count <= self.recentBytes else { return }
        let start = self.bytes.count
        self.bytes.append(contentsOf: row.id)
        let idEnd = self.bytes.count
        self.bytes.append(contentsOf: row.stamps)
        let stampsEnd = self.bytes.count
        if let body = row.body { self.bytes.append(contentsOf: body) }
        self.fingerprints.append(row.fingerprint)
        self.entries.append(
            ChangeBatch.Entry(
                usn: self.usn,
                firstUSN: firstUSN,
                origin: row.origin,
                collection: collection,
                id: start..<idEnd,
                body: row.body == nil ? nil : stampsEnd..<self.bytes.count,
                stamps: idEnd..<stampsEnd
            )
        )
    }

    /// The number of a store that rows come from.
    func origin(_ guid: String) throws -> Int32 {
        if let known = self.newOrigins[guid] ?? self.published.directory.withLock({ $0.origins[guid] }) {
            return known
        }
        self.writes += 1
        try self.db.execute(sql: "INSERT INTO origin (guid) VALUES (?)", arguments: [guid])
        let number = Int32(truncatingIfNeeded: self.db.lastInsertedRowID)
        self.newOrigins[guid] = number
        return number
    }

    /// Shows everybody what has been committed.
    func publish() {
        self.published.keys.withLock { keys in
            for move in self.moves {
                switch (move.old, move.new) {
                case (0, let new): keys.insert(move.fingerprint, new)
                case (let old, 0): keys.remove(move.fingerprint, old)
                case (let old, let new): keys.move(move.fingerprint, from: old, to: new)
                }
            }
        }
        self.published.directory.withLock { directory in
            for count in self.counts {
                directory.count(count.collection, documents: count.documents, tombstones: count.tombstones)
            }
            for (guid, number) in self.newOrigins { directory.addOrigin(guid, number) }
        }
        if self.bytes.count > self.recentBytes {
            self.published.recent.skip(to: self.usn)
        } else if self.usn > self.before {
            self.published.recent.append(
                ChangeBlock(
                    after: self.before,
                    last: self.usn,
                    entries: self.entries.trimmed,
                    fingerprints: self.fingerprints.trimmed,
                    bytes: self.bytes.trimmed
                )
            )
        }
        self.published.purged.store(self.purged, ordering: .releasing)
        self.published.visible.store(self.usn, ordering: .releasing)
    }
}

extension Array {
    /// The same elements without the room for many more, which would stay as long as they do.
    fileprivate var trimmed: [Element] {
        // `Array(self)` would be the same buffer.
        self.capacity <= 2 * self.count ? self : self.withUnsafeBufferPointer { Array($0) }
    }
}
