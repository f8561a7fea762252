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

    @Test("a row that cannot be taken is counted, and holds up neither the others nor the checkpoint")
    func badRow() async throws {
        let store = try self.store()
        let good = try self.version(["_id": "x"], 5)
        var batch = RemoteBatch(collection: "cars", origin: "g")
        batch.append(body: Array(#"{"_id":7}"#.utf8), stamps: good.stamps)
        batch.append(body: good.body, stamps: good.stamps)
        batch.append(.left, id: Array("3".utf8), body: nil, stamps: good.stamps)
        // The text of one that is held, with a field twice: found only when it is to be merged.
        batch.append(body: Array(#"{"_id":"x","\u0061":1,"a":2}"#.utf8), stamps: good.stamps)
        let checkpoint = Checkpoint(peer: "p", collection: "cars", guid: "g", usn: 9, digest: "12")
        let applied = try await store.apply(batch, checkpoint: checkpoint)
        #expect(applied.changed == 1)
        #expect(applied.skipped == 3)
        #expect(applied.skipReason == .duplicateField("a"))
        #expect(store.visibleUSN == 1)
        #expect(try await store.checkpoint(peer: "p", collection: "cars") == checkpoint)
        let ahead = try self.version(["_id": "y"], 1_000_000 + HybridClock.defaultTolerance + 1)
        let later = try await store.apply(RemoteBatch("cars", from: "g", [ahead, good]))
        #expect(later.skipped == 1)
        #expect(later.skipReason == .tooFarAhead(milliseconds: 86_400_001))
        #expect(later.unchanged == 1)
        var outside = RemoteBatch("cars", from: "g", [good])
        outside.rows.append(RemoteBatch.Row(body: 0..<9_999, stamps: 0..<33))
        #expect(try await store.apply(outside).skipped == 1)
    }

    /// A value of many bytes.
    private func text(_ count: Int) -> JSONValue { .string(String(repeating: "x", count: count)) }

    @Test("two documents that were allowed are allowed merged; a third one's part is left out and counted")
    func merged() async throws {
        let store = try self.store()
        let long = DocumentLimits.maximumBodyBytes - 1_024
        let versions = try ["a", "b", "c"].enumerated().map { index, name in
            try self.version(["_id": "x", name: self.text(long)], UInt64(index) + 5)
        }
        #expect(try await store.apply(RemoteBatch("cars", from: "g", versions)).skipped == 1)
        let document = try #require(try await store.get(versions[0].id, in: "cars"))
        #expect((document.body?.count ?? 0) > DocumentLimits.maximumBodyBytes)
        // It can be read, taken over as it is, and made shorter.
        let other = try self.store()
        var batch = RemoteBatch(collection: "cars", origin: "h")
        batch.append(body: document.body, stamps: document.stamps)
        #expect(try await other.apply(batch).changed == 1)
        let edit = LocalEdit(
            "cars",
            .update(try DocumentContent(id: document.id, [:]), removing: [FieldName("a")])
        )
        #expect(try await other.write([edit]).outcomes == [.updated])
        #expect(try await other.write([.insert(["_id": "y"])]).outcomes == [.inserted])
    }

    @Test("a local edit whose stamps would be too long is refused, and the document stays readable")
    func longStamps() async throws {
        let store = try self.store()
        let id = try DocumentID("x")
        _ = try await store.write([.insert(["_id": "x", "a": 1])])
        // Removed fields have no text, only a name and a stamp each.
        var refused: StoreError?
        for round in 0..<6 where refused == nil {
            var object = JSONObject()
            for number in 0..<20_000 { object["a-long-name-of-a-field-\(round)-\(number)"] = 1 }
            let names = object.members.map { FieldName($0.key) }
            let edits = [
                LocalEdit("cars", .update(try DocumentContent(id: id, object), removing: [])),
                LocalEdit("cars", .update(try DocumentContent(id: id, [:]), removing: names)),
            ]
            do throws(StoreError) {
                _ = try await store.write(edits)
            } catch {
                refused = error
            }
        }
        guard case .badDocument(.tooLong(.stamps, _, let limit), _) = refused else {
            Issue.record("expected a refusal because of the stamps, not \(String(describing: refused))")
            return
        }
        #expect(limit == DocumentLimits.maximumStampsBytes)
        let edit = LocalEdit("cars", .update(try DocumentContent(id: id, ["a": 2]), removing: []))
        #expect(try await store.write([edit]).outcomes == [.updated])
        #expect(try await store.get(id, in: "cars")?.value == ["_id": "x", "a": 2])
    }

    @Test("two documents with one stamp and different contents are merged, not taken as equal")
    func equalStamps() async throws {
        let stores = [try self.store(), try self.store()]
        let contents: [JSONValue] = [["_id": "x", "a": 1, "b": 1], ["_id": "x", "a": 2, "c": 3]]
        for (store, content) in zip(stores, contents) {
            _ = try await store.write([LocalEdit("cars", .insertInitial(try DocumentContent(content)))])
        }
        let id = try DocumentID("x")
        for (from, into) in [(0, 1), (1, 0)] {
            let document = try #require(try await stores[from].get(id, in: "cars"))
            var batch = RemoteBatch(collection: "cars", origin: "g\(from)")
            batch.append(body: document.body, stamps: document.stamps)
            #expect(try await stores[into].apply(batch).changed == 1)
        }
        for store in stores {
            #expect(try await store.get(id, in: "cars")?.value == ["_id": "x", "a": 2, "b": 1, "c": 3])
        }
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
        #expect(store.visibleUSN == 3)
    }

    private func row(_ value: JSONValue) throws -> ForeignRow { .document(try DocumentContent(value)) }

    /// The ids of the documents that are alive, in the order of their names.
    private func ids(_ store: AppStore) async throws -> [String] {
        try await store.log().filter { $0.body != nil }.map(\.id.description).sorted()
    }

    @Test("a publisher without stamps changes only what differs, and a sweep deletes what it does not show any more")
    func foreign() async throws {
        let store = try self.store()
        func take(_ rows: [ForeignRow], _ stage: ForeignRun.Stage) async throws -> Int {
            try await store.takeOver(rows, into: "cars", ForeignRun(of: "p", stage)).changed
        }
        _ = try await store.write([.insert(["_id": "mine"]), .insert(["_id": "x", "a": 1, "b": 2])])
        let rows = [try self.row(["_id": "x", "a": 1, "c": 3]), try self.row(["_id": "y"])]
        #expect(try await take(rows, .marking(isFirst: true)) == 2)
        #expect(try await store.get(try DocumentID("x"), in: "cars")?.value == ["_id": "x", "a": 1, "c": 3])
        #expect(try await take(rows, .marking(isFirst: false)) == 0)
        // What it never showed is not its to delete.
        #expect(try await take([], .sweep) == 0)
        #expect(store.collection("cars")?.documents == 3)
        #expect(try await take([.deleted(try DocumentID("y"))], .incremental) == 1)
        // What came by a live change was shown too.
        #expect(try await take([try self.row(["_id": "live"])], .incremental) == 1)
        // An interrupted run's notes do not count for the next one.
        _ = try await take([try self.row(["_id": "z"])], .marking(isFirst: true))
        _ = try await take([try self.row(["_id": "x"])], .marking(isFirst: true))
        #expect(try await take([], .sweep) == 2)
        #expect(try await self.ids(store) == [#""mine""#, #""x""#])
        // Another run over nothing deletes what this one left, once.
        #expect(try await take([], .marking(isFirst: true)) == 0)
        #expect(try await take([], .sweep) == 1)
        #expect(try await self.ids(store) == [#""mine""#])
    }

    @Test("two publishers of a collection that run at the same time leave each other's documents alone")
    func twoPublishers() async throws {
        let store = try self.store()
        func take(_ publisher: String, _ names: [String], _ stage: ForeignRun.Stage) async throws {
            let rows = try names.map { try self.row(["_id": .string($0)]) }
            _ = try await store.takeOver(rows, into: "cars", ForeignRun(of: publisher, stage))
        }
        try await take("p", ["a", "both"], .marking(isFirst: true))
        try await take("q", ["b"], .marking(isFirst: true))
        try await take("p", [], .sweep)
        try await take("q", ["both"], .marking(isFirst: false))
        try await take("q", [], .sweep)
        #expect(try await self.ids(store) == [#""a""#, #""b""#, #""both""#])
        // What both had stays until neither has it.
        try await take("p", ["a"], .marking(isFirst: true))
        try await take("p", [], .sweep)
        #expect(try await self.ids(store) == [#""a""#, #""b""#, #""both""#])
        try await take("q", ["b"], .marking(isFirst: true))
        try await take("q", [], .sweep)
        #expect(try await self.ids(store) == [#""a""#, #""b""#])
    }

    @Test("a document of a foreign publisher that cannot be taken is counted, and counts as shown")
    func unusable() async throws {
        let store = try self.store()
        let run = ForeignRun(of: "p", .marking(isFirst: true))
        _ = try await store.takeOver([try self.row(["_id": "x", "a": 1])], into: "cars", run)
        let error = DocumentError.tooLong(.document, bytes: 9, limit: 8)
        let rows: [ForeignRow] = [.unusable(try DocumentID("x"), because: error), try self.row(["_id": "y"])]
        let applied = try await store.takeOver(rows, into: "cars", run)
        #expect(applied.skipped == 1)
        #expect(applied.skipReason == error)
        #expect(try await store.takeOver([], into: "cars", ForeignRun(of: "p", .sweep)).changed == 0)
        #expect(try await self.ids(store) == [#""x""#, #""y""#])
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

    @Test("changes in memory take no more room than they need, however many rows said nothing new")
    func recentRoom() async throws {
        let store = try self.store()
        _ = try await store.write((0..<500).map { try .insert(["_id": .string("\($0)")]) })
        for round in 0..<3 {
            let known = try (0..<500).map { try LocalEdit.insert(["_id": .string("\($0)")], onConflict: .nothing) }
            let written = try await store.write(known + [.insert(["_id": .string("new \(round)")])])
            let block = try #require(store.published.recent.block(of: written.usn))
            #expect(block.entries.count == 1)
            #expect(block.bytes.capacity <= 2 * block.bytes.count + 64)
            #expect(block.size < 1_024)
        }
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
