import Documents
import JSON
import Testing

@testable import DocumentStore

@Suite("Stores that exchange changes", .timeLimit(.minutes(10)))
struct StoreExchangeTests {
    /// Takes over what another store has beyond the checkpoint, part by part.
    private func pull(_ from: AppStore, into store: AppStore, as peer: String, echoes: Bool) async throws -> Int {
        guard let collection = from.collection("cars")?.id else { return 0 }
        var usn = try await store.checkpoint(peer: peer, collection: "cars")?.usn ?? 0
        let origin = echoes ? nil : from.origin(ofGUID: store.guid)
        let query = ChangeQuery(collection: collection, exceptOrigin: origin, maximumRows: 7)
        var batch = ChangeBatch()
        var changed = 0
        repeat {
            try await from.changes(after: usn, upTo: from.durableUSN, query, into: &batch)
            usn = batch.lookedThrough
            var rows = RemoteBatch(collection: "cars", origin: from.guid)
            for document in batch.documents {
                rows.append(
                    id: document.body == nil ? document.id.bytes : nil,
                    body: document.body,
                    stamps: document.stamps
                )
            }
            let checkpoint = Checkpoint(peer: peer, collection: "cars", guid: from.guid, usn: usn, digest: "")
            changed += try await store.apply(rows, checkpoint: checkpoint).changed
        } while !batch.isComplete
        return changed
    }

    @Test(
        "agree on documents that each of them made as the oldest, with contents of its own",
        arguments: 0..<8 as Range<UInt64>
    )
    func initial(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        var stores: [AppStore] = []
        for number in 0..<3 as Range<UInt64> {
            let store = try AppStore(inMemoryFor: PeerID(rawValue: number + 1))
            for id in oddIDs {
                var object = JSONObject()
                for name in ["a", "b", "c"] where chance.below(2) == 0 {
                    object[name] = .integer(Int64(chance.below(3)))
                }
                let content = try DocumentContent(id: try DocumentID(id), object)
                _ = try await store.write([LocalEdit("cars", .insertInitial(content))])
            }
            stores.append(store)
        }
        var rounds = 0
        var changed = 0
        repeat {
            changed = 0
            for (from, into) in [(0, 1), (1, 2), (2, 0), (1, 0)].shuffled(using: &chance) {
                let echoes = chance.below(2) == 0
                changed += try await self.pull(stores[from], into: stores[into], as: "p\(from)", echoes: echoes)
            }
            rounds += 1
        } while changed > 0
        #expect(rounds <= 5)
        var contents: [[DocumentID: [UInt8]?]] = []
        for store in stores {
            contents.append(Dictionary(uniqueKeysWithValues: try await store.log().map { ($0.id, $0.body) }))
        }
        #expect(contents[0] == contents[1])
        #expect(contents[1] == contents[2])
        #expect(contents[0].count == oddIDs.count)
    }

    @Test("end up with the same documents, and then nothing circulates", arguments: 0..<8 as Range<UInt64>)
    func converge(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        // Hours apart, and one of them with little memory.
        var stores: [AppStore] = []
        for number in 0..<3 as Range<UInt64> {
            var options = AppStoreOptions(wall: { 1_000_000_000 + number * 7_200_000 })
            if number == 1 { options.recentBytes = 500 }
            stores.append(try AppStore(inMemoryFor: PeerID(rawValue: number), options: options))
        }
        func edit(_ store: AppStore) async throws {
            let id = try DocumentID(oddIDs[chance.below(oddIDs.count)])
            let fields: JSONObject = [["a", "b", "c"][chance.below(3)]: .integer(Int64(chance.below(100)))]
            let content = try DocumentContent(id: id, fields)
            let action: LocalEdit.Action
            switch chance.below(5) {
            case 0: action = .delete(id)
            case 1: action = .update(content, removing: [FieldName("c")])
            case 2: action = .insert(content, onConflict: .replace)
            case 3: action = .insertInitial(content)
            default: action = .insert(content, onConflict: .update)
            }
            _ = try await store.write([LocalEdit("cars", action)])
        }
        func exchange() async throws -> Int {
            var changed = 0
            for (from, into) in [(0, 1), (1, 2), (2, 0), (1, 0)] {
                let echoes = chance.below(2) == 0
                changed += try await self.pull(stores[from], into: stores[into], as: "p\(from)", echoes: echoes)
            }
            return changed
        }
        for _ in 0..<80 {
            try await edit(stores[chance.below(3)])
            if chance.below(4) == 0 { _ = try await exchange() }
        }
        var rounds = 0
        while try await exchange() > 0 { rounds += 1 }
        #expect(rounds <= 3)
        let numbers = stores.map(\.visibleUSN)
        #expect(try await exchange() == 0)
        #expect(stores.map(\.visibleUSN) == numbers)
        var contents: [[DocumentID: [[UInt8]?]]] = []
        for store in stores {
            let log = try await store.log()
            contents.append(Dictionary(uniqueKeysWithValues: log.map { ($0.id, [$0.body, $0.stamps]) }))
            try await store.close()
        }
        #expect(contents[0] == contents[1])
        #expect(contents[1] == contents[2])
        #expect(!contents[0].isEmpty)
    }
}
