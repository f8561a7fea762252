import DQL
import DocumentStore
import Documents
import TableReplication

extension StoredDocuments {
    func loadCheckpoint(_ key: CheckpointKey) async throws(StoreFailure) -> ResumeResult {
        do throws(StoreError) {
            let stored = try await self.store.checkpoint(peer: key.peer, collection: key.collection)
            return ResumeResult(
                checkpoint: stored.map {
                    ResumePoint(guid: $0.guid, usn: $0.usn, queries: $0.digest)
                },
                documents: self.count(of: key.collection)
            )
        } catch {
            throw StoreFailure(error)
        }
    }

    /// How many documents a collection holds.
    func count(of collection: String) -> Int { self.store.collection(collection)?.documents ?? 0 }

    /// Reads the log until there is enough for a batch, or nothing more.
    func read(_ request: ReadRequest) async throws(StoreFailure) -> ReadResult {
        guard let collection = self.store.collection(request.collection)?.id else {
            return ReadResult(batch: RowBatch(), through: request.through)
        }
        let selection = Selection(try self.filter(request.filter), request)
        var query = ChangeQuery(
            collection: collection,
            onlyAlive: !request.tombstones,
            exceptOrigin: request.excludingOrigin.flatMap { self.store.origin(ofGUID: $0) }
        )
        var rows = RowBatch()
        var found = ChangeBatch()
        var through = request.after
        // A few times, so that a filter that selects little does not make a message of each little.
        for _ in 0..<16 where rows.count < request.maximumRows && rows.bytes.count < request.maximumBytes {
            query.maximumRows = request.maximumRows - rows.count
            query.maximumBytes = request.maximumBytes - rows.bytes.count
            do throws(StoreError) {
                try await self.store.changes(after: through, upTo: request.through, query, into: &found)
            } catch {
                throw StoreFailure(error)
            }
            // Most reads are one round, so that this is all the room that is needed.
            if rows.isEmpty { rows = RowBatch(reservingBytes: found.bytes.count, rows: found.entries.count) }
            if found.bytes.count <= Self.momentBytes || selection.takesEverything {
                try selection.add(found, to: &rows)
            } else {
                // Conditions take the time that they take, and the event loop has others to serve.
                rows = try await Self.selected(selection, found, rows)
            }
            try self.checkTombstones(for: request)
            if found.isComplete { return ReadResult(batch: rows, through: request.through) }
            through = max(through, found.lookedThrough)
        }
        return ReadResult(batch: rows, through: through)
    }

    /// Conditions on so many bytes of documents are evaluated within a moment.
    private static let momentBytes = 8 * 1_024

    private static func selected(
        _ selection: Selection,
        _ found: ChangeBatch,
        _ rows: RowBatch
    ) async throws(StoreFailure) -> RowBatch {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(StoreFailure) in
            var rows = rows
            try selection.add(found, to: &rows)
            return rows
        }
    }

    /// Refuses an incremental read of a part of the log that tombstones have been taken from.
    private func checkTombstones(for request: ReadRequest) throws(StoreFailure) {
        guard case .whenKnown = request.unselected, request.tombstones, request.after < self.store.purgedUSN else {
            return
        }
        throw StoreFailure("tombstones behind \(request.after) have been purged; the session must begin anew")
    }

    func fetch(_ request: FetchRequest) async throws(StoreFailure) -> FetchResult {
        var result = FetchResult(batch: RowBatch(), looked: 0)
        for id in request.ids where result.batch.bytes.count < request.maximumBytes {
            result.looked += 1
            do throws(StoreError) {
                guard let found = try await self.store.get(DocumentID(canonical: id), in: request.collection) else {
                    continue
                }
                result.batch.append(
                    found.body == nil ? .deleted : .alive,
                    usn: found.usn,
                    firstUSN: found.firstUSN,
                    id: id,
                    body: found.body ?? [],
                    stamps: found.stamps
                )
            } catch {
                throw StoreFailure(error)
            }
        }
        return result
    }
}

/// Which of the changes in a log go to a subscriber, and as what.
private struct Selection {
    private let filter: DQLFilter
    private let request: ReadRequest
    /// The subscriber's mark as it stands in stamps, if it matters.
    private let mark: [UInt8]

    init(_ filter: DQLFilter, _ request: ReadRequest) {
        self.filter = filter
        self.request = request
        if case .whenKnown(let subscriber) = request.unselected, !subscriber.isEmpty {
            self.mark = Array(".\(subscriber.prefix(16))".utf8)
        } else {
            self.mark = []
        }
    }

    /// Whether no condition has to be evaluated.
    var takesEverything: Bool { self.filter.matchesEverything }

    func add(_ found: ChangeBatch, to rows: inout RowBatch) throws(StoreFailure) {
        let result = found.bytes.withUnsafeBytes { bytes in
            Result { () throws(StoreFailure) in
                for entry in found.entries { try self.add(entry, bytes, to: &rows) }
            }
        }
        try result.get()
    }

    private func add(
        _ entry: ChangeBatch.Entry,
        _ bytes: UnsafeRawBufferPointer,
        to rows: inout RowBatch
    ) throws(StoreFailure) {
        let id = UnsafeRawBufferPointer(rebasing: bytes[entry.id])
        let stamps = UnsafeRawBufferPointer(rebasing: bytes[entry.stamps])
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let range = entry.body else {
            if let mark = EvictionMark.stamps(in: stamps.bindMemory(to: UInt8.self)) {
                guard self.request.unselected != .leaveOut else { return }
                return rows.append(
                    .gone,
                    usn: entry.usn,
                    firstUSN: entry.firstUSN,
                    id: id,
                    body: nothing,
                    stamps: UnsafeRawBufferPointer(mark)
                )
            }
            guard self.request.tombstones else { return }
            return rows.append(
                .deleted,
                usn: entry.usn,
                firstUSN: entry.firstUSN,
                id: id,
                body: nothing,
                stamps: stamps
            )
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[range])
        if self.filter.matches(body.assumingMemoryBound(to: UInt8.self)) {
            rows.append(.alive, usn: entry.usn, firstUSN: entry.firstUSN, id: id, body: body, stamps: stamps)
        } else if self.mayBeKnown(entry, stamps) {
            rows.append(
                .left,
                usn: entry.usn,
                firstUSN: entry.firstUSN,
                id: Array(id),
                body: [],
                stamps: try Self.explicit(id: id, body: body, stamps: stamps)
            )
        }
    }

    /// Whether the subscriber may hold a document that is not selected.
    private func mayBeKnown(_ entry: ChangeBatch.Entry, _ stamps: UnsafeRawBufferPointer) -> Bool {
        switch self.request.unselected {
        case .leaveOut: false
        case .all: true
        case .whenKnown:
            // A foreign client has no mark; an empty one would be found in every text.
            entry.firstUSN <= self.request.after || stamps.contains(UInt8(ascii: "!"))
                || (!self.mark.isEmpty && stamps.contains(self.mark))
        }
    }

    /// The stamps with every field named: without the document, nothing else tells which fields there are.
    private static func explicit(
        id: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        stamps: UnsafeRawBufferPointer
    ) throws(StoreFailure) -> [UInt8] {
        do throws(DocumentError) {
            let version = try DocumentVersion(
                id: DocumentID(canonical: Array(id)),
                body: Array(body),
                stamps: Array(stamps)
            )
            return version.explicitStamps
        } catch {
            throw StoreFailure("a stored document cannot be read: \(error)")
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a text stands somewhere in the bytes.
    fileprivate func contains(_ text: [UInt8]) -> Bool {
        guard let first = text.first, self.count >= text.count else { return false }
        return self.indices.dropLast(text.count - 1).contains { start in
            self[start] == first && self[start..<start + text.count].elementsEqual(text)
        }
    }
}
