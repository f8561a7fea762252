import Documents
import JSON
import Testing

@testable import DocumentStore

@Suite("AppStore against a model", .timeLimit(.minutes(10)))
struct StoreModelTests {
    /// What a store should hold, as plainly as it can be said.
    private struct Model {
        struct Held {
            var version: DocumentVersion
            var usn: UInt64
            var firstUSN: UInt64
        }

        var held: [String: [DocumentID: Held]] = [:]
        var usn: UInt64 = 0

        mutating func put(_ version: DocumentVersion, _ name: String) {
            self.usn += 1
            let old = self.held[name]?[version.id]
            let keeps = old.map { $0.version.isAlive || !version.isAlive } ?? false
            let first = keeps ? old?.firstUSN ?? self.usn : self.usn
            self.held[name, default: [:]][version.id] = Held(version: version, usn: self.usn, firstUSN: first)
        }

        func log(_ name: String?) -> [Held] {
            self.held.filter { name == nil || $0.key == name }.values.flatMap(\.values).sorted { $0.usn < $1.usn }
        }
    }

    private static func randomVersion(_ chance: inout Chance, _ clock: inout UInt64) throws -> DocumentVersion {
        func stamp() -> Stamp {
            clock += UInt64(chance.below(3))
            return Stamp(time: HybridTime(milliseconds: clock), peer: PeerID(rawValue: UInt64(chance.below(3)) + 5))
        }
        let id = oddIDs[chance.below(oddIDs.count)]
        var content: JSONValue = ["_id": id]
        for name in ["a", "b", "c"] where chance.below(2) == 0 { content[name] = .integer(Int64(chance.below(5))) }
        var version = DocumentVersion(inserting: try DocumentContent(content), at: stamp())
        if chance.below(3) == 0 {
            version.update(try DocumentContent(id: version.id, ["a": 9]), removing: [FieldName("b")], at: stamp())
        }
        if chance.below(3) == 0 { version.delete(at: stamp()) }
        return version
    }

    @Test("every read says what a plain dictionary would", arguments: 0..<12 as Range<UInt64>)
    func model(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        let folder = try TestFolder()
        // Stamps of this store can be told in advance: its clock is ahead of all others by a good deal.
        var options = AppStoreOptions(wall: { 1_000_000 })
        options.recentBytes = seed.isMultiple(of: 2) ? 2_000 : 1_000_000
        let onDisk = !seed.isMultiple(of: 3)
        var store = try onDisk ? folder.open(options) : AppStore(inMemoryFor: PeerID(rawValue: 1), options: options)
        let guid = store.guid
        var model = Model()
        var clock: UInt64 = 1_000
        for round in 0..<60 {
            let name = ["cars", "über"][chance.below(2)]
            switch chance.below(8) {
            case 0..<4:
                let versions = try (0..<chance.below(6)).map { _ in try Self.randomVersion(&chance, &clock) }
                let applied = try await store.apply(RemoteBatch(name, from: "g", versions))
                var changed = 0
                for version in versions {
                    let held = model.held[name]?[version.id]?.version
                    let merged = held?.merged(with: version) ?? version
                    if merged != held {
                        model.put(merged, name)
                        changed += 1
                    }
                }
                #expect(applied == AppliedRows(changed: changed, unchanged: versions.count - changed, usn: model.usn))
            case 4..<7:
                var edits: [LocalEdit] = []
                for _ in 0..<chance.below(4) {
                    let id = try DocumentID(oddIDs[chance.below(oddIDs.count)])
                    switch chance.below(5) {
                    case 0: edits.append(LocalEdit(name, .delete(id)))
                    case 1: edits.append(LocalEdit(name, .evict(id)))
                    case 2:
                        let content = try DocumentContent(id: id, ["b": .integer(Int64(round))])
                        edits.append(LocalEdit(name, .update(content, removing: [FieldName("c")])))
                    default:
                        let content = try DocumentContent(id: id, ["a": .integer(Int64(round)), "d": [true, .null]])
                        edits.append(LocalEdit(name, .insert(content, onConflict: .replace)))
                    }
                }
                let result = try await store.write(edits)
                // What an edit makes of a document is checked by its own tests; here its place in the log is.
                for (edit, outcome) in zip(edits, result.outcomes) {
                    let wasAlive = model.held[name]?[edit.id]?.version.isAlive == true
                    switch edit.action {
                    case .evict:
                        #expect(outcome == (wasAlive ? .removed : .nothing))
                        if wasAlive { model.held[name]?[edit.id] = nil }
                    case .delete, .update:
                        #expect((outcome != .nothing) == wasAlive)
                    default: #expect(outcome == (wasAlive ? .updated : .inserted))
                    }
                    if case .evict = edit.action { continue }
                    if outcome != .nothing { try Self.follow(edit, &model, name) }
                }
                try await Self.adopt(&model, name, store, edits.map(\.id))
            default:
                guard onDisk else { continue }
                try await store.close()
                store = try folder.open(options)
                #expect(store.guid == guid)
                #expect(store.durableUSN >= model.usn)
            }
            #expect(store.visibleUSN == model.usn)
        }
        try await Self.compare(store, model)
        try await store.close()
    }

    /// Gives the document its next number, as the edit did.
    private static func follow(_ edit: LocalEdit, _ model: inout Model, _ name: String) throws {
        let base = model.held[name]?[edit.id]?.version
        // Later than all others; the true one is put in its place afterwards.
        let stamp = Stamp(time: HybridTime(rawValue: .max >> 1 + model.usn), peer: PeerID(rawValue: 1))
        var version: DocumentVersion
        switch edit.action {
        case .insert(let content, _):
            version = base ?? DocumentVersion(inserting: content, at: stamp)
            version.replace(content, at: stamp)
        case .update(let content, let removed):
            guard let base else { return }
            version = base
            version.update(content, removing: removed, at: stamp)
        default:
            guard let base else { return }
            version = base
            version.delete(at: stamp)
        }
        model.put(version, name)
    }

    /// Takes over the true stamps of documents that were edited, after checking that the contents are as expected.
    private static func adopt(
        _ model: inout Model,
        _ name: String,
        _ store: AppStore,
        _ ids: [DocumentID]
    ) async throws {
        for id in Set(ids) {
            let found = try await store.get(id, in: name)
            let expected = model.held[name]?[id]
            #expect(found?.body == expected?.version.body)
            #expect(found?.usn == expected?.usn)
            guard let found else { continue }
            model.held[name]?[id]?.version = try DocumentVersion(id: id, body: found.body, stamps: found.stamps)
        }
    }

    private static func compare(_ store: AppStore, _ model: Model) async throws {
        for name in ["cars", "über", nil] {
            let collection = name.flatMap { store.collection($0) }
            if name != nil, collection == nil { continue }
            let expected = model.log(name).map {
                StoredDocument(
                    id: $0.version.id,
                    usn: $0.usn,
                    firstUSN: $0.firstUSN,
                    body: $0.version.body,
                    stamps: $0.version.stamps
                )
            }
            let log = try await store.log(ChangeQuery(collection: collection?.id, maximumRows: 3))
            // From memory as far as it reaches, and from the file alone: both the same.
            #expect(log == expected)
            var fromFile = ChangeBatch()
            let tables = collection.map { [$0.id] } ?? store.collections.map(\.id)
            fromFile = try await store.read { db in
                var batch = ChangeBatch()
                var query = ChangeQuery(collection: collection?.id)
                query.maximumBytes = .max
                try batch.fill(db, after: 0, upTo: store.visibleUSN, query, tables)
                return batch
            }
            #expect(fromFile.documents == expected)
            if let collection {
                #expect(collection.documents == expected.filter { $0.body != nil }.count)
                #expect(collection.tombstones == expected.filter { $0.body == nil }.count)
                let ids = Set(expected.map(\.id))
                for id in oddIDs {
                    let id = try DocumentID(id)
                    let found = try await store.get(id, in: collection.name)
                    #expect(found == expected.first { $0.id == id })
                    #expect((found != nil) == ids.contains(id))
                }
            }
        }
    }
}
