import Documents
import JSON
import Testing

@testable import DocumentStore

/// Documents that leave a subscription, and what stays for those who have them from here.
@Suite("Eviction", .timeLimit(.minutes(10)))
struct EvictionTests {
    private let id: DocumentID
    /// The same document, earlier and later.
    private let early: DocumentVersion
    private let late: DocumentVersion

    init() throws {
        self.early = DocumentVersion(
            inserting: try DocumentContent(["_id": "x", "a": 1, "b": 1]),
            at: Stamp(time: HybridTime(milliseconds: 500_000), peer: PeerID(rawValue: 7))
        )
        self.id = self.early.id
        var late = self.early
        late.update(
            try DocumentContent(id: self.id, ["a": 2]),
            at: Stamp(time: HybridTime(milliseconds: 600_000), peer: PeerID(rawValue: 7))
        )
        self.late = late
    }

    private func store(_ folder: TestFolder? = nil, wall: UInt64 = 1_000_000) throws -> AppStore {
        let options = AppStoreOptions(wall: { wall })
        return try folder?.open(options) ?? AppStore(inMemoryFor: PeerID(rawValue: 1), options: options)
    }

    private func take(_ version: DocumentVersion, _ store: AppStore) async throws -> AppliedRows {
        try await store.apply(RemoteBatch("cars", from: "g", [version]))
    }

    private func evict(
        _ kind: RemoteBatch.Kind,
        _ version: DocumentVersion,
        _ store: AppStore,
        _ policy: RemoteBatch.LeavePolicy = .evict
    ) async throws -> AppliedRows {
        var batch = RemoteBatch(collection: "cars", origin: "g", onLeave: policy)
        batch.append(kind, id: version.id.bytes, body: nil, stamps: version.explicitStamps)
        return try await store.apply(batch)
    }

    /// The explicit stamps of the mark that stands in the log; `nil`: something else does, or nothing.
    private func mark(_ store: AppStore) async throws -> [UInt8]? {
        guard let last = try await store.log().last, last.body == nil else { return nil }
        return last.stamps.withUnsafeBufferPointer { EvictionMark.stamps(in: $0).map { Array($0) } }
    }

    @Test(
        "a mark stays in the log under a number of its own, and is no document, no tombstone, and in no statement's way"
    )
    func mark() async throws {
        let store = try self.store()
        _ = try await self.take(self.early, store)
        #expect(try await self.evict(.left, self.late, store).evicted == 1)
        #expect(try await self.mark(store) == self.late.explicitStamps)
        #expect(store.visibleUSN == 2)
        #expect(store.collection("cars")?.documents == 0)
        #expect(try await store.get(self.id, in: "cars") == nil)
        let none = try await store.write([
            LocalEdit("cars", .delete(self.id)), LocalEdit("cars", .evict(self.id)),
            LocalEdit("cars", .update(try DocumentContent(id: self.id, ["a": 3]), removing: [])),
        ])
        #expect(none.outcomes == [.nothing, .nothing, .nothing])
        #expect(try await self.mark(store) != nil)
        // It came from there: who asks for what did not, is not told.
        let origin = try #require(store.origin(ofGUID: "g"))
        #expect(try await store.log(ChangeQuery(exceptOrigin: origin)).isEmpty)
    }

    @Test("a document that was evicted or deleted and is inserted as text again takes its old place in the log")
    func insertedAgain() async throws {
        for isEvicted in [true, false] {
            let store = try self.store()
            _ = try await self.take(self.early, store)
            if isEvicted {
                _ = try await self.evict(.left, self.late, store)
            } else {
                _ = try await store.write([LocalEdit("cars", .delete(self.id))])
            }
            let text = Array(#"{"_id":"x","c":3}"#.utf8)
            let span = text.withUnsafeBufferPointer { bytes in
                var reader = JSONSpanReader(text, bytes, maximumDepth: 8, objectDepth: 8)
                return reader.object(depth: 0)
            }
            let content = try DocumentContent(try #require(span))
            #expect(content.body != nil)
            let written = try await store.write([LocalEdit("cars", .insert(content, onConflict: .fail))])
            #expect(written.outcomes == [.inserted])
            #expect(try await store.get(self.id, in: "cars")?.value == ["_id": "x", "c": 3])
            #expect(try await store.log().map(\.id) == [self.id])
            #expect(store.collection("cars")?.documents == 1)
            #expect(store.collection("cars")?.tombstones == 0)
        }
    }

    @Test("what is behind a mark is not taken, the state that left is, and so is any that knows something else")
    func behind() async throws {
        let store = try self.store()
        _ = try await self.take(self.early, store)
        _ = try await self.evict(.left, self.late, store)
        #expect(try await self.take(self.early, store).unchanged == 1)
        #expect(try await self.mark(store) != nil)
        // Other queries select it, perhaps.
        #expect(try await self.take(self.late, store).changed == 1)
        // Who had it before must still hear of it.
        #expect(try await store.get(self.id, in: "cars")?.firstUSN == 1)
        #expect(try await store.get(self.id, in: "cars")?.value == ["_id": "x", "a": 2, "b": 1])

        let other = try self.store()
        _ = try await self.take(self.early, other)
        _ = try await self.evict(.left, self.late, other)
        var branch = self.early
        branch.update(
            try DocumentContent(id: self.id, ["b": 2]),
            at: Stamp(time: HybridTime(milliseconds: 550_000), peer: PeerID(rawValue: 8))
        )
        #expect(try await self.take(branch, other).changed == 1)
        #expect(try await other.get(self.id, in: "cars")?.value == ["_id": "x", "a": 1, "b": 2])
    }

    @Test("what is written here is newer than the mark, although the clock is behind")
    func written() async throws {
        let store = try self.store(wall: 1_000)
        _ = try await self.take(self.early, store)
        _ = try await self.evict(.left, self.late, store)
        let outcomes = try await store.write([.insert(["_id": "x", "c": 1])]).outcomes
        #expect(outcomes == [.inserted])
        let written = try #require(try await store.get(self.id, in: "cars"))
        let stamp = try #require(written.stamps.withUnsafeBufferPointer { Stamp(text: $0) })
        #expect(stamp > self.late.newest)
        #expect(store.collection("cars")?.documents == 1)
    }

    @Test("what is gone elsewhere goes here when it is behind, and not when another publisher may show it")
    func gone() async throws {
        let store = try self.store()
        // Not held: nothing, and no mark either.
        #expect(try await self.evict(.gone, self.late, store).evicted == 0)
        #expect(store.visibleUSN == 0)
        _ = try await self.take(self.late, store)
        #expect(try await self.evict(.gone, self.late, store).evicted == 0)
        #expect(try await self.evict(.gone, self.early, store).evicted == 0)

        let other = try self.store()
        _ = try await self.take(self.early, other)
        let kept = try await self.evict(.gone, self.late, other, .keep)
        #expect(kept.evicted == 0 && kept.wanted.isEmpty)
        #expect(try await self.evict(.gone, self.late, other).evicted == 1)
        #expect(try await self.mark(other) == self.late.explicitStamps)
    }

    @Test("a mark moves on when a later state is known to have left, and only then")
    func later() async throws {
        let store = try self.store()
        _ = try await self.take(self.early, store)
        _ = try await self.evict(.left, self.early, store)
        #expect(try await self.mark(store) == self.early.explicitStamps)
        #expect(store.visibleUSN == 2)
        _ = try await self.evict(.gone, self.early, store)
        #expect(store.visibleUSN == 2)
        _ = try await self.evict(.gone, self.late, store)
        #expect(try await self.mark(store) == self.late.explicitStamps)
        #expect(store.visibleUSN == 3)
        _ = try await self.evict(.left, self.early, store)
        #expect(store.visibleUSN == 3)
    }

    @Test("marks are there after a restart, and go as tombstones go")
    func restart() async throws {
        let folder = try TestFolder()
        var store = try self.store(folder)
        _ = try await self.take(self.early, store)
        _ = try await self.evict(.left, self.late, store)
        try await store.close()
        store = try self.store(folder)
        #expect(try await self.mark(store) == self.late.explicitStamps)
        #expect(try await self.take(self.early, store).unchanged == 1)
        #expect(try await store.purge(before: 2_000_000) == 1)
        #expect(store.purgedUSN == 2)
        #expect(try await self.mark(store) == nil)
        #expect(try await self.take(self.early, store).changed == 1)
        try await store.close()
    }
}
