import Documents
import JSON

@testable import TableReplication

/// An app's store in memory that keeps the promises of the real one: a log by USN in which each document stands once,
/// changes that are visible before they are durable, stamps, merging, origins, checkpoints in the rows' transaction.
struct SimulatedStore {
    /// A document with its place in the log.
    struct Entry {
        var version: DocumentVersion
        var usn: UInt64
        var firstUSN: UInt64
        var origin: String?
    }

    /// That a document has been evicted because it had left the queries: what is told to those who have it from here.
    struct Gone {
        let stamps: FieldStamps
        let usn: UInt64
        let firstUSN: UInt64
        let origin: String?
    }

    /// That a peer's session has delivered a document that is alive: then it must go on to follow it.
    struct Delivery: Hashable {
        let peer: String
        let collection: String
        let id: DocumentID
    }

    /// Everything that a file would hold.
    struct State {
        var guid: String
        var usn: UInt64 = 0
        var purgedUSN: UInt64 = 0
        var clock = HybridClock()
        var documents: [String: [DocumentID: Entry]] = [:]
        var gone: [String: [DocumentID: Gone]] = [:]
        var checkpoints: [CheckpointKey: ResumePoint] = [:]
        var deliveries: Set<Delivery> = []
        /// What has been acknowledged to local writers, merged.
        var written: [String: [DocumentID: DocumentVersion]] = [:]
    }

    let peer: PeerID
    /// What readers see.
    var visible: State
    /// What survives a crash for sure.
    var durable: State
    /// The states after each transaction since the last flush: a crash leaves any of them.
    var transactions: [State] = []

    init(peer: PeerID, guid: String) {
        self.peer = peer
        self.visible = State(guid: guid)
        self.durable = self.visible
    }

    var position: StorePosition {
        StorePosition(guid: self.visible.guid, durableUSN: self.durable.usn, purgedUSN: self.visible.purgedUSN)
    }

    mutating func commit() { self.transactions.append(self.visible) }

    /// Makes everything visible durable.
    mutating func flush() {
        self.durable = self.visible
        self.transactions = []
    }

    /// Loses what is not durable, from some transaction on; the transaction that was being written is gone.
    mutating func crash(keeping count: Int) {
        if count > 0, count <= self.transactions.count { self.durable = self.transactions[count - 1] }
        self.visible = self.durable
        self.transactions = []
    }

    /// Puts a backup in place of the file.
    mutating func restore(_ backup: State, guid: String) {
        self.visible = backup
        self.visible.guid = guid
        self.flush()
    }

    // MARK: - Local writes

    mutating func write(_ collection: String, _ id: DocumentID, wall: UInt64, _ edit: SimulatedEdit) {
        if let gone = self.visible.gone[collection]?[id] {
            // What is written here is newer than all that is known of here, whatever the clock says.
            try? self.visible.clock.observe(
                gone.stamps.newest.time,
                wallMilliseconds: max(wall, gone.stamps.newest.time.milliseconds)
            )
        }
        let stamp = Stamp(time: self.visible.clock.tick(wallMilliseconds: wall), peer: self.peer)
        let existing = self.visible.documents[collection]?[id]?.version
        var version: DocumentVersion
        switch edit {
        case .insert(let object):
            guard let content = try? DocumentContent(id: id, object) else { return }
            version = existing ?? DocumentVersion(inserting: content, at: stamp)
            if existing != nil { version.upsert(content, at: stamp) }
        case .update(let object):
            guard let existing, existing.isAlive, let content = try? DocumentContent(id: id, object) else { return }
            version = existing
            version.update(content, at: stamp)
        case .delete:
            guard let existing, existing.isAlive else { return }
            version = existing
            version.delete(at: stamp)
        }
        if existing?.isAlive != true {
            // Made here and now: whether others have told of an earlier one is of no account any more.
            self.visible.deliveries = self.visible.deliveries.filter { $0.collection != collection || $0.id != id }
        }
        self.put(version, collection, origin: nil)
        let before = self.visible.written[collection]?[id]
        self.visible.written[collection, default: [:]][id] = before.map { $0.merged(with: version) } ?? version
        self.commit()
    }

    private mutating func put(_ version: DocumentVersion, _ collection: String, origin: String?) {
        let existing = self.visible.documents[collection]?[version.id]
        self.visible.usn += 1
        let usn = self.visible.usn
        let wasAlive = existing?.version.isAlive ?? false
        // Who had it before it was evicted may still have it.
        let known = wasAlive ? existing?.firstUSN : self.visible.gone[collection]?[version.id]?.firstUSN
        let firstUSN = version.isAlive ? known ?? usn : usn
        self.visible.gone[collection]?[version.id] = nil
        self.visible.documents[collection, default: [:]][version.id] = Entry(
            version: version,
            usn: usn,
            firstUSN: firstUSN,
            origin: origin
        )
    }

    private mutating func mark(_ id: DocumentID, _ collection: String, _ stamps: FieldStamps, origin: String?) {
        self.visible.usn += 1
        let usn = self.visible.usn
        let old = self.visible.documents[collection]?[id]?.firstUSN ?? self.visible.gone[collection]?[id]?.firstUSN
        self.visible.documents[collection]?[id] = nil
        self.visible.written[collection]?[id] = nil
        self.visible.gone[collection, default: [:]][id] = Gone(
            stamps: stamps,
            usn: usn,
            firstUSN: old ?? usn,
            origin: origin
        )
    }

    /// Forgets tombstones and marks up to a number.
    mutating func purge(through limit: UInt64) -> [DocumentID] {
        var purged: [DocumentID] = []
        for (collection, entries) in self.visible.documents {
            for (id, entry) in entries where !entry.version.isAlive && entry.usn <= limit {
                self.visible.documents[collection]?[id] = nil
                self.visible.purgedUSN = max(self.visible.purgedUSN, entry.usn)
                purged.append(id)
            }
        }
        for (collection, marks) in self.visible.gone {
            for (id, mark) in marks where mark.usn <= limit {
                self.visible.gone[collection]?[id] = nil
                self.visible.purgedUSN = max(self.visible.purgedUSN, mark.usn)
                purged.append(id)
            }
        }
        self.commit()
        return purged
    }

    // MARK: - What the node asks for

    /// A place in the log.
    private enum Place {
        case entry(Entry)
        case gone(DocumentID, Gone)

        var usn: UInt64 {
            switch self {
            case .entry(let entry): entry.usn
            case .gone(_, let gone): gone.usn
            }
        }

        var origin: String? {
            switch self {
            case .entry(let entry): entry.origin
            case .gone(_, let gone): gone.origin
            }
        }
    }

    func read(_ request: ReadRequest) -> ReadResult {
        var batch = RowBatch()
        let entries = (self.visible.documents[request.collection] ?? [:]).values.map { Place.entry($0) }
        let marks = (self.visible.gone[request.collection] ?? [:]).map { Place.gone($0.key, $0.value) }
        let places = (entries + marks)
            .filter { $0.usn > request.after && $0.usn <= request.through }
            .sorted { $0.usn < $1.usn }
        for place in places {
            if batch.count >= request.maximumRows || batch.bytes.count >= request.maximumBytes {
                return ReadResult(batch: batch, through: place.usn - 1)
            }
            if let origin = request.excludingOrigin, place.origin == origin { continue }
            switch place {
            case .entry(let entry): Self.add(entry, request, to: &batch)
            case .gone(let id, let gone):
                guard request.unselected != .leaveOut else { continue }
                var stamps: [UInt8] = []
                gone.stamps.append(to: &stamps)
                batch.append(.gone, usn: gone.usn, firstUSN: gone.firstUSN, id: id.bytes, body: [], stamps: stamps)
            }
        }
        return ReadResult(batch: batch, through: request.through)
    }

    private static func add(_ entry: Entry, _ request: ReadRequest, to batch: inout RowBatch) {
        let version = entry.version
        let kind: RowBatch.Kind
        if !version.isAlive {
            guard request.tombstones else { return }
            kind = .deleted
        } else if version.body?.withUnsafeBufferPointer(request.filter.selects) ?? false {
            kind = .alive
        } else {
            guard Self.isTold(entry, request) else { return }
            kind = .left
        }
        batch.append(
            kind,
            usn: entry.usn,
            firstUSN: entry.firstUSN,
            id: version.id.bytes,
            body: kind == .alive ? version.body ?? [] : [],
            stamps: kind == .left ? version.explicitStamps : version.stamps
        )
    }

    private static func isTold(_ entry: Entry, _ request: ReadRequest) -> Bool {
        switch request.unselected {
        case .leaveOut: return false
        case .all: return true
        case .whenKnown(let subscriber):
            if entry.firstUSN <= request.after || entry.version.deletedAt != nil { return true }
            guard let peer = PeerID(peerKey: subscriber) else { return false }
            return entry.version.existence.peer == peer || entry.version.fields.contains { $0.stamp.peer == peer }
        }
    }

    func fetch(_ request: FetchRequest) -> FetchResult {
        var batch = RowBatch()
        var looked = 0
        for bytes in request.ids {
            if batch.bytes.count >= request.maximumBytes { break }
            looked += 1
            guard let entry = self.visible.documents[request.collection]?[DocumentID(canonical: bytes)] else {
                continue
            }
            batch.append(
                entry.version.isAlive ? .alive : .deleted,
                usn: entry.usn,
                firstUSN: entry.firstUSN,
                id: bytes,
                body: entry.version.body ?? [],
                stamps: entry.version.stamps
            )
        }
        return FetchResult(batch: batch, looked: looked)
    }

    func resume(_ key: CheckpointKey) -> ResumeResult {
        let documents = self.visible.documents[key.collection]?.values.filter(\.version.isAlive).count ?? 0
        return ResumeResult(checkpoint: self.visible.checkpoints[key], documents: documents)
    }

    mutating func apply(_ request: ApplyRequest, wall: UInt64) throws -> ApplyResult {
        guard case .merge(let policy) = request.mode else { return ApplyResult() }
        let collection = request.key.collection
        var wanted: [[UInt8]] = []
        for batch in request.batches {
            for row in batch.rows {
                let stamps = Array(batch[row.stamps])
                switch row.kind {
                case .alive, .deleted:
                    let version = try DocumentVersion(
                        id: row.kind == .deleted ? DocumentID(canonical: Array(batch[row.id])) : nil,
                        body: row.kind == .alive ? Array(batch[row.body]) : nil,
                        stamps: stamps
                    )
                    try self.visible.clock.observe(version.newest.time, wallMilliseconds: wall)
                    self.merge(version, collection, origin: request.origin)
                    let delivery = Delivery(peer: request.key.peer, collection: collection, id: version.id)
                    if row.kind == .alive {
                        self.visible.deliveries.insert(delivery)
                    } else {
                        self.visible.deliveries.remove(delivery)
                    }
                case .left, .gone:
                    let id = DocumentID(canonical: Array(batch[row.id]))
                    let explicit = try stamps.withUnsafeBufferPointer { try FieldStamps(text: $0) }
                    let isGone = row.kind == .gone
                    guard self.leave(id, collection, explicit, isGone, policy, origin: request.origin) else {
                        if policy == .keep, !isGone { wanted.append(id.bytes) }
                        continue
                    }
                    // What comes from elsewhere later is not this publisher's to follow.
                    let delivery = Delivery(peer: request.key.peer, collection: collection, id: id)
                    if self.visible.documents[collection]?[id]?.version.isAlive != true {
                        self.visible.deliveries.remove(delivery)
                    }
                }
            }
        }
        if wanted.isEmpty, let checkpoint = request.checkpoint { self.visible.checkpoints[request.key] = checkpoint }
        self.commit()
        return ApplyResult(wanted: wanted, documents: self.resume(request.key).documents)
    }

    /// Does what becomes of a document that its publisher does not select, or does not have any more.
    ///
    /// - Returns: Whether that is all that there is to do; otherwise its final state is wanted.
    private mutating func leave(
        _ id: DocumentID,
        _ collection: String,
        _ stamps: FieldStamps,
        _ isGone: Bool,
        _ policy: LeavePolicy,
        origin: String?
    ) -> Bool {
        if let mark = self.visible.gone[collection]?[id] {
            // The publisher knows a later state that has left: so do those hear who have it from here.
            if mark.stamps.isStale(behind: stamps), policy == .evict {
                self.mark(id, collection, stamps, origin: origin)
            }
            return true
        }
        guard let mine = self.visible.documents[collection]?[id]?.version, mine.isAlive else { return true }
        switch policy {
        case .keep: return isGone || mine.knows(explicit: stamps)
        case .evict:
            guard isGone ? mine.isStale(behind: stamps) : mine.isNoNewer(thanExplicit: stamps) else { return true }
            self.mark(id, collection, stamps, origin: origin)
            return true
        }
    }

    private mutating func merge(_ version: DocumentVersion, _ collection: String, origin: String?) {
        guard let mine = self.visible.documents[collection]?[version.id]?.version else {
            if let mark = self.visible.gone[collection]?[version.id], version.isStale(behind: mark.stamps) { return }
            return self.put(version, collection, origin: origin)
        }
        let merged = mine.merged(with: version)
        // What is held already takes no number.
        guard merged != mine else { return }
        self.put(merged, collection, origin: merged == version ? origin : nil)
    }
}

/// A local change.
enum SimulatedEdit {
    case insert(JSONObject)
    case update(JSONObject)
    case delete
}

/// As much of the query language as the simulation uses: `true`, and `color = 'blue'`.
enum SimulatedQuery {
    private static let color = FieldName("color")

    static func matches(_ version: DocumentVersion, _ queries: [String]) -> Bool {
        queries.isEmpty
            || queries.contains { query in
                if query == "true" { return true }
                guard let color = version[Self.color] else { return false }
                return query.utf8.elementsEqual("color = '".utf8 + Array(color.dropFirst().dropLast()) + "'".utf8)
            }
    }
}
