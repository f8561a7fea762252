import DQL
import Documents
import JSON
import Synchronization
import Testing

@testable import DocumentStore

@Suite("AppStore writing", .timeLimit(.minutes(10)))
struct StoreWriteTests {
    private func store(_ wall: @escaping @Sendable () -> UInt64 = { 1_000_000 }) throws -> AppStore {
        try AppStore(inMemoryFor: PeerID(rawValue: 1), options: AppStoreOptions(wall: wall))
    }

    private func version(_ value: JSONValue, _ milliseconds: UInt64) throws -> DocumentVersion {
        let stamp = Stamp(time: HybridTime(milliseconds: milliseconds), peer: PeerID(rawValue: 7))
        return DocumentVersion(inserting: try DocumentContent(value), at: stamp)
    }

    @Test("a document that is there is treated as the policy says")
    func policies() async throws {
        let store = try self.store()
        let id = try DocumentID("x")
        _ = try await store.write([.insert(["_id": "x", "a": 1, "b": 1])])
        await #expect(throws: StoreError.conflict(collection: "cars", id: id)) {
            try await store.write([.insert(["_id": "y"]), .insert(["_id": "x"])])
        }
        // Nothing of what was handed over together has happened.
        #expect(try await store.get(try DocumentID("y"), in: "cars") == nil)
        #expect(store.visibleUSN == 1)
        #expect(try await store.write([.insert(["_id": "x"], onConflict: .nothing)]).outcomes == [.nothing])
        #expect(try await store.write([.insert(["_id": "x", "a": 2], onConflict: .update)]).outcomes == [.updated])
        #expect(try await store.get(id, in: "cars")?.value == ["_id": "x", "a": 2, "b": 1])
        #expect(try await store.write([.insert(["_id": "x", "c": 3], onConflict: .replace)]).outcomes == [.updated])
        #expect(try await store.get(id, in: "cars")?.value == ["_id": "x", "c": 3])
        let usn = store.visibleUSN
        for policy in [LocalEdit.ConflictPolicy.updateDifferences, .replaceDifferences] {
            #expect(try await store.write([.insert(["_id": "x", "c": 3], onConflict: policy)]).outcomes == [.nothing])
        }
        #expect(store.visibleUSN == usn)
        #expect(try await store.write([LocalEdit("cars", .delete(id))]).outcomes == [.removed])
        #expect(try await store.get(id, in: "cars")?.body == nil)
        #expect(try await store.write([.insert(["_id": "x", "d": 4])]).outcomes == [.inserted])
        #expect(try await store.get(id, in: "cars")?.value == ["_id": "x", "d": 4])
    }

    @Test("an edit of a document that has moved on does nothing")
    func expected() async throws {
        let store = try self.store()
        let id = try DocumentID("x")
        let edit = LocalEdit("cars", .update(try DocumentContent(id: id, ["a": 2]), removing: []), ifAt: 1)
        _ = try await store.write([.insert(["_id": "x", "a": 1])])
        #expect(try await store.write([edit]).outcomes == [.updated])
        #expect(try await store.write([edit]).outcomes == [.moved])
        #expect(try await store.write([LocalEdit("none", .delete(id), ifAt: 3)]).outcomes == [.moved])
    }

    @Test("one refused caller does not disturb those who share its transaction")
    func sharing() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        _ = try await store.write([.insert(["_id": "taken"])])
        await withTaskGroup { group in
            for writer in 0..<40 {
                group.addTask {
                    let own = JSONValue.string("w\(writer)")
                    let second: JSONValue = writer.isMultiple(of: 3) ? "taken" : .string("v\(writer)")
                    let result = try? await store.write([.insert(["_id": own]), .insert(["_id": second])])
                    #expect((result == nil) == writer.isMultiple(of: 3))
                }
            }
        }
        let ids = Set(try await store.log().map { $0.id.description })
        var expected: Set<String> = [#""taken""#]
        for writer in 0..<40 where !writer.isMultiple(of: 3) {
            expected.formUnion(["\"w\(writer)\"", "\"v\(writer)\""])
        }
        #expect(ids == expected)
        #expect(store.durableUSN == UInt64(expected.count))
        try await store.close()
    }

    @Test("what is read from memory is what the file would say: no document in a place that it has left")
    func noStaleChanges() async throws {
        let store = try self.store()
        _ = try await store.write([.insert(["_id": "x", "a": 1]), .insert(["_id": "y"]), .insert(["_id": "z"])])
        _ = try await store.write([LocalEdit("cars", .delete(try DocumentID("x")))])
        _ = try await store.write([LocalEdit("cars", .evict(try DocumentID("y")))])
        var batch = ChangeBatch()
        #expect(store.recentChanges(after: 0, upTo: 9, ChangeQuery(onlyAlive: true), into: &batch))
        #expect(batch.documents.map(\.id.description) == [#""z""#])
        #expect(store.recentChanges(after: 0, upTo: 9, into: &batch))
        #expect(batch.documents.map(\.usn) == [3, 4])
        // The deletion is not looked at yet, and the place that the document had is empty already.
        #expect(store.recentChanges(after: 0, upTo: 3, into: &batch))
        #expect(batch.documents.map(\.usn) == [3])
        #expect(batch.isComplete)
    }

    @Test("rows that are known already take no number, whoever sends them")
    func echo() async throws {
        let store = try self.store()
        let rows = [try self.version(["_id": "x", "a": 1], 5), try self.version(["_id": ["k": 1], "a": 1], 6)]
        #expect(
            try await store.apply(RemoteBatch("cars", from: "g", rows)) == AppliedRows(changed: 2, unchanged: 0, usn: 2)
        )
        #expect(
            try await store.apply(RemoteBatch("cars", from: "h", rows)) == AppliedRows(changed: 0, unchanged: 2, usn: 2)
        )
        let origin = try #require(store.origin(ofGUID: "g"))
        #expect(try await store.log(ChangeQuery(exceptOrigin: origin)).isEmpty)
        #expect(try await store.log(ChangeQuery(exceptOrigin: store.origin(ofGUID: "h"))).count == 2)
        // What was edited here since is no longer the other's.
        let edit = LocalEdit("cars", .update(try DocumentContent(id: try DocumentID("x"), ["b": 2]), removing: []))
        _ = try await store.write([edit])
        #expect(try await store.log(ChangeQuery(exceptOrigin: origin)).map(\.id.description) == [#""x""#])
    }

    @Test("a bad row refuses its batch and its checkpoint, and says which it is")
    func badRow() async throws {
        let store = try self.store()
        let good = try self.version(["_id": "x"], 5)
        var batch = RemoteBatch("cars", from: "g", [good])
        batch.append(body: Array(#"{"_id":7}"#.utf8), stamps: good.stamps)
        let checkpoint = Checkpoint(peer: "p", collection: "cars", guid: "g", usn: 9, digest: "12")
        await #expect(throws: StoreError.badDocument(.badID, row: 1)) {
            try await store.apply(batch, checkpoint: checkpoint)
        }
        #expect(store.visibleUSN == 0)
        #expect(try await store.checkpoint(peer: "p", collection: "cars") == nil)
        let ahead = try self.version(["_id": "y"], 1_000_000 + HybridClock.defaultTolerance + 1)
        await #expect(throws: StoreError.badDocument(.tooFarAhead(milliseconds: 86_400_001), row: 0)) {
            try await store.apply(RemoteBatch("cars", from: "g", [ahead]))
        }
        var outside = RemoteBatch("cars", from: "g", [good])
        outside.rows.append(RemoteBatch.Row(body: 0..<9_999, stamps: 0..<33))
        await #expect(throws: StoreError.self) { try await store.apply(outside) }
    }

    @Test("checkpoints are kept, replaced and forgotten")
    func checkpoints() async throws {
        let folder = try TestFolder()
        var store = try folder.open()
        let first = Checkpoint(peer: "p", collection: "cars", guid: "g", usn: 9, digest: "1 ü")
        _ = try await store.apply(RemoteBatch("cars", from: "g", []), checkpoint: first)
        let second = Checkpoint(peer: "p", collection: "cars", guid: "g2", usn: 1 << 52, digest: "")
        _ = try await store.apply(
            RemoteBatch("cars", from: "g", [try self.version(["_id": "x"], 5)]),
            checkpoint: second
        )
        try await store.close()
        store = try folder.open()
        #expect(try await store.checkpoint(peer: "p", collection: "cars") == second)
        #expect(try await store.checkpoint(peer: "p", collection: "boats") == nil)
        try await store.deleteCheckpoints(peer: "p")
        #expect(try await store.checkpoint(peer: "p", collection: "cars") == nil)
        try await store.close()
    }

    @Test("an edit is newer than what it edits, also when the wall clock went back")
    func clockGoesBack() async throws {
        let wall = Mutex<UInt64>(5_000_000)
        let store = try self.store { wall.withLock { $0 } }
        _ = try await store.write([.insert(["_id": "x", "a": 1])])
        _ = try await store.apply(RemoteBatch("cars", from: "g", [try self.version(["_id": "y", "a": 1], 5_000_500)]))
        wall.withLock { $0 = 1_000 }
        let edits = try ["x", "y"].map { id in
            LocalEdit("cars", .update(try DocumentContent(id: try DocumentID(.string(id)), ["a": 2]), removing: []))
        }
        _ = try await store.write(edits)
        for id in ["x", "y"] {
            #expect(try await store.get(try DocumentID(.string(id)), in: "cars")?.value?["a"] == 2)
        }
    }

    @Test("old tombstones are forgotten, and the highest forgotten number is remembered")
    func purge() async throws {
        let wall = Mutex<UInt64>(1_000)
        let folder = try TestFolder()
        var store = try folder.open(AppStoreOptions(wall: { wall.withLock { $0 } }))
        for id in ["a", "b", "c"] { _ = try await store.write([try .insert(["_id": .string(id)])]) }
        _ = try await store.write([LocalEdit("cars", .delete(try DocumentID("a")))])
        wall.withLock { $0 = 2_000 }
        _ = try await store.write([LocalEdit("cars", .delete(try DocumentID("b")))])
        #expect(store.collection("cars")?.tombstones == 2)
        #expect(try await store.purge(before: 2_000) == 1)
        #expect(store.purgedUSN == 4)
        #expect(try await store.get(try DocumentID("a"), in: "cars") == nil)
        #expect(store.collection("cars")?.tombstones == 1)
        #expect(store.collection("cars")?.documents == 1)
        #expect(try await store.purge(before: .max) == 1)
        try await store.close()
        store = try folder.open()
        #expect(store.purgedUSN == 5)
        #expect(store.durableUSN == 5)
        try await store.close()
    }

    @Test("eviction leaves nothing, and only drops what others know when that is asked")
    func evict() async throws {
        let store = try self.store()
        let id = try DocumentID("x")
        let theirs = try self.version(["_id": "x", "a": 1], 5)
        let stamps = try theirs.explicitStamps.withUnsafeBufferPointer { text in
            Result { () throws(DocumentError) in try FieldStamps(text: text) }
        }.get()
        _ = try await store.apply(RemoteBatch("cars", from: "g", [theirs]))
        _ = try await store.write([LocalEdit("cars", .update(try DocumentContent(id: id, ["b": 2]), removing: []))])
        #expect(try await store.write([LocalEdit("cars", .evictIfCovered(id, stamps))]).outcomes == [.nothing])
        #expect(try await store.write([LocalEdit("cars", .evict(id))]).outcomes == [.removed])
        #expect(try await store.log().count <= 2)
        #expect(try await store.get(id, in: "cars") == nil)
        _ = try await store.apply(RemoteBatch("cars", from: "g", [theirs]))
        #expect(try await store.write([LocalEdit("cars", .evictIfCovered(id, stamps))]).outcomes == [.removed])
        #expect(store.collection("cars")?.documents == 0)
    }

    @Test("a document that left a filter goes, stays, or is asked for")
    func left() async throws {
        let store = try self.store()
        let first = try self.version(["_id": "x", "a": 1], 5)
        var second = first
        second.update(
            try DocumentContent(id: first.id, ["a": 2]),
            at: Stamp(time: .init(milliseconds: 9), peer: .init(rawValue: 7))
        )
        func left(_ version: DocumentVersion, _ policy: RemoteBatch.LeavePolicy) async throws -> AppliedRows {
            var batch = RemoteBatch(collection: "cars", origin: "g", onLeave: policy)
            batch.append(.left, id: version.id.bytes, body: nil, stamps: version.explicitStamps)
            let checkpoint = Checkpoint(peer: "p", collection: "cars", guid: "g", usn: 9, digest: "")
            return try await store.apply(batch, checkpoint: checkpoint)
        }
        // Not held: nothing.
        #expect(try await left(first, .keep).wanted.isEmpty)
        try await store.deleteCheckpoints(peer: "p")
        _ = try await store.apply(RemoteBatch("cars", from: "g", [first]))
        #expect(try await left(second, .keep).wanted == [first.id])
        #expect(try await store.checkpoint(peer: "p", collection: "cars") == nil)
        #expect(try await left(first, .keep).wanted.isEmpty)
        #expect(try await store.checkpoint(peer: "p", collection: "cars") != nil)
        // Held in a newer version than the other peer's: it stays.
        _ = try await store.apply(RemoteBatch("cars", from: "g", [second]))
        #expect(try await left(first, .evict).evicted == 0)
        #expect(try await left(second, .evict).evicted == 1)
        #expect(try await store.get(first.id, in: "cars") == nil)
        #expect(store.visibleUSN == 2)
    }

    @Test("a publisher without stamps changes only what differs, and a sweep deletes what it did not show")
    func foreign() async throws {
        let store = try self.store()
        func row(_ value: JSONValue) throws -> ForeignRow { .document(try DocumentContent(value)) }
        _ = try await store.write([.insert(["_id": "old"]), .insert(["_id": "x", "a": 1, "b": 2])])
        let rows = [try row(["_id": "x", "a": 1, "c": 3]), try row(["_id": "y"])]
        let first = try await store.takeOver(rows, into: "cars", .marking(isFirst: true))
        #expect(first.changed == 2)
        #expect(try await store.get(try DocumentID("x"), in: "cars")?.value == ["_id": "x", "a": 1, "c": 3])
        #expect(try await store.takeOver(rows, into: "cars", .marking(isFirst: false)).changed == 0)
        #expect(try await store.takeOver([], into: "cars", .sweep).changed == 1)
        #expect(try await store.get(try DocumentID("old"), in: "cars")?.body == nil)
        #expect(store.collection("cars")?.documents == 2)
        #expect(try await store.takeOver([.deleted(try DocumentID("y"))], into: "cars", .incremental).changed == 1)
        // An interrupted run's notes do not count for the next one.
        _ = try await store.takeOver([try row(["_id": "z"])], into: "cars", .marking(isFirst: true))
        _ = try await store.takeOver([try row(["_id": "x"])], into: "cars", .marking(isFirst: true))
        #expect(try await store.takeOver([], into: "cars", .sweep).changed == 1)
        #expect(try await store.get(try DocumentID("z"), in: "cars")?.body == nil)
    }

    @Test("followers hear of every number, once it is durable, until they leave")
    func followers() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        let heard = Mutex<[UInt64]>([])
        let follower = store.follow { usn in
            heard.withLock { $0.append(usn) }
            #expect(store.durableUSN >= usn)
        }
        for index in 0..<20 { _ = try await store.write([try .insert(["_id": .string("\(index)")])]) }
        // A write is answered behind the followers' call.
        #expect(heard.withLock { $0.last } == 20)
        #expect(heard.withLock { $0 == $0.sorted() })
        store.unfollow(follower)
        _ = try await store.write([.insert(["_id": "last"])])
        #expect(heard.withLock { $0.last } == 20)
        try await store.close()
    }

    @Test("a closed store refuses, and closing again does nothing")
    func closed() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        _ = try await store.write([.insert(["_id": "x"])])
        try await store.close()
        try await store.close()
        await #expect(throws: StoreError.closed) { try await store.write([.insert(["_id": "y"])]) }
        await #expect(throws: StoreError.self) { try await store.get(try DocumentID("x"), in: "cars") }
    }

    @Test("names that cannot be are refused")
    func names() async throws {
        let store = try self.store()
        for name in ["", String(repeating: "n", count: 256)] {
            await #expect(throws: StoreError.badCollectionName(name)) {
                try await store.write([.insert(["_id": "x"], into: name)])
            }
        }
        _ = try await store.write([.insert(["_id": "x"], into: "drop\"; table' 😀")])
        #expect(store.collections.map(\.name) == ["drop\"; table' 😀"])
    }

    @Test("ids are read in the order of their canonical text, in parts, in both directions")
    func idOrder() async throws {
        let store = try self.store()
        _ = try await store.write(try oddIDs.map { try .insert(["_id": $0]) })
        _ = try await store.write([LocalEdit("cars", .delete(try DocumentID("zz")))])
        let collection = try #require(store.collection("cars")?.id)
        let ids = try oddIDs.filter { $0 != "zz" }.map { try DocumentID($0) }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        func read(_ range: IDRange) async throws -> [DocumentID] {
            var range = range
            var batch = ChangeBatch()
            var found: [DocumentID] = []
            repeat {
                try await store.documents(
                    in: collection,
                    range,
                    ChangeQuery(onlyAlive: true, maximumRows: 2),
                    into: &batch
                )
                found += batch.documents.map(\.id)
                range.after = batch.documents.last?.id ?? range.after
            } while !batch.isComplete
            return found
        }
        #expect(try await read(IDRange()) == ids)
        #expect(try await read(IDRange(isDescending: true)) == ids.reversed())
        let filter = try DQLFilter(parsing: ["_id >= 'a' AND _id < 'c'"])
        guard case .range(let keys) = filter.idConstraint else { throw StoreError.closed }
        #expect(try await read(IDRange(keys)) == ids.filter { keys.contains($0.bytes) })
        #expect(try await read(IDRange(keys, isDescending: true)) == ids.filter { keys.contains($0.bytes) }.reversed())
    }
}
