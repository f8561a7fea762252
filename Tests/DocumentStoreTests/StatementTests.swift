import DQL
import Documents
import JSON
import Synchronization
import Testing

@testable import DocumentStore

@Suite("Statements on a store", .timeLimit(.minutes(10)))
struct StatementTests {
    /// What a statement gave back.
    private struct Answer {
        var rows: [JSONValue] = []
        var changed: [String] = []
    }

    private func run(_ text: String, on store: AppStore, _ arguments: DQLArguments = DQLArguments()) async throws
        -> Answer
    {
        var answer = Answer()
        _ = try await store.execute(try DQLStatement(parsing: text), arguments: arguments) { part in
            switch part {
            case .rows(let rows): answer.rows += try rows.map { try JSONValue(parsing: $0) }
            case .changed(let ids): answer.changed += ids.map(\.description)
            }
        }
        return answer
    }

    private func withStores(_ body: (AppStore) async throws -> Void) async throws {
        try await body(try AppStore(inMemoryFor: PeerID(rawValue: 1)))
        let folder = try TestFolder()
        let store = try folder.open()
        try await body(store)
        try await store.close()
    }

    @Test("an argument that stands in many documents does not fill the memory")
    func manyCopies() async throws {
        let store = try AppStore(inMemoryFor: PeerID(rawValue: 1))
        let text = String(repeating: "x", count: 1 << 20)
        let documents = (0..<200).map { "({'_id': '\($0)', 't': :t})" }.joined(separator: ",")
        let error = await #expect(throws: DQLError.self) {
            try await self.run("INSERT INTO cars DOCUMENTS \(documents)", on: store, ["t": .string(text)])
        }
        #expect(error?.sentence.contains("more than 67108864 bytes together") == true)
        #expect(store.collection("cars") == nil)
    }

    @Test("insert, select, update, delete, evict")
    func all() async throws {
        try await self.withStores { store in
            let documents = (0..<5).map { #"({"_id": 'c\#($0)', "n": \#($0), "color": 'blue'})"# }
            let inserted = try await self.run(
                "INSERT INTO cars DOCUMENTS \(documents.joined(separator: ", "))".replacingQuotes,
                on: store
            )
            #expect(inserted.changed.count == 5)
            #expect(
                try await self.run("SELECT * FROM cars WHERE n >= 3 ORDER BY n DESC", on: store).rows.map { $0["n"] }
                    == [4, 3]
            )
            #expect(try await self.run("SELECT count(*) AS n FROM cars", on: store).rows == [["n": 5]])
            #expect(try await self.run("SELECT n FROM cars WHERE _id = 'c2'", on: store).rows == [["n": 2]])
            #expect(try await self.run("SELECT * FROM cars LIMIT 2", on: store).rows.count == 2)
            let range = "SELECT _id FROM cars WHERE _id > 'c1' AND _id <= 'c3' ORDER BY _id"
            #expect(try await self.run(range, on: store).rows == [["_id": "c2"], ["_id": "c3"]])
            let updated = try await self.run("UPDATE cars SET color = :c UNSET n WHERE n < 2", on: store, ["c": "red"])
            #expect(Set(updated.changed) == [#""c0""#, #""c1""#])
            #expect(try await store.get(try DocumentID("c0"), in: "cars")?.value == ["_id": "c0", "color": "red"])
            #expect(try await self.run("DELETE FROM cars WHERE color = 'red'", on: store).changed.count == 2)
            #expect(try await self.run("EVICT FROM cars WHERE _id = 'c4'", on: store).changed == [#""c4""#])
            #expect(try await self.run("SELECT count(*) AS n FROM cars", on: store).rows == [["n": 2]])
            // Counted by looking, and without looking.
            #expect(try await self.run("SELECT count(*) AS n FROM cars WHERE _id != ''", on: store).rows == [["n": 2]])
            #expect(try await self.run("SELECT count(*) AS n FROM cars OFFSET 1", on: store).rows == [])
            #expect(try await self.run("SELECT count(*) AS n FROM nowhere", on: store).rows == [["n": 0]])
            #expect(store.collection("cars")?.tombstones == 2)
            #expect(try await self.run("SELECT * FROM none", on: store).rows.isEmpty)
            #expect(try await self.run("DELETE FROM none", on: store).changed.isEmpty)
        }
    }

    @Test("a conflict is the statement's error, and nothing of it is done")
    func conflict() async throws {
        try await self.withStores { store in
            let insert = "INSERT INTO cars DOCUMENTS ({'_id': 'x', 'a': 1})"
            _ = try await self.run(insert, on: store)
            await #expect(throws: DQLError.self) { try await self.run(insert, on: store) }
            #expect(try await self.run(insert + " ON ID CONFLICT DO NOTHING", on: store).changed.isEmpty)
            #expect(try await self.run(insert + " ON ID CONFLICT DO UPDATE_LOCAL_DIFF", on: store).changed.isEmpty)
            #expect(store.visibleUSN == 1)
            #expect(try await self.run(insert + " ON ID CONFLICT DO UPDATE", on: store).changed == [#""x""#])
            #expect(store.visibleUSN == 2)
        }
    }

    @Test("initial documents are older than anything")
    func initial() async throws {
        let store = try AppStore(inMemoryFor: PeerID(rawValue: 1))
        let insert = "INSERT INTO cars INITIAL DOCUMENTS ({'_id': 'x', 'a': 1})"
        _ = try await self.run(insert, on: store)
        _ = try await self.run(insert, on: store)
        #expect(store.visibleUSN == 1)
        let stamps = try #require(try await store.get(try DocumentID("x"), in: "cars")?.stamps)
        #expect(String(decoding: stamps, as: UTF8.self) == "0000000000000000.0000000000000000")
    }

    @Test("a long select sees every document once, whatever happens to them meanwhile")
    func snapshot() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        let pad = JSONValue.string(String(repeating: "x", count: 200))
        for block in 0..<8 {
            _ = try await store.write(
                (0..<500).map { try .insert(["_id": .string("\(block)-\($0)"), "pad": pad, "n": 0]) }
            )
        }
        var seen: [JSONValue] = []
        var parts = 0
        _ = try await store.execute(try DQLStatement(parsing: "SELECT _id, n FROM cars")) { part in
            guard case .rows(let rows) = part else { return }
            seen += try rows.map { try JSONValue(parsing: $0) }
            parts += 1
            // Everything moves to the end of the log after each part.
            _ = try await self.run("UPDATE cars SET n = n + 1 WHERE _id >= '3'", on: store)
        }
        #expect(parts > 1)
        #expect(seen.count == 4_000)
        #expect(Set(seen.compactMap { $0["_id"]?.string }).count == 4_000)
        #expect(seen.allSatisfy { $0["n"] == 0 })
        let after = try await self.run("SELECT count(*) AS n FROM cars WHERE n = \(parts)", on: store).rows
        #expect(after == [["n": .integer(2_500)]])
        try await store.close()
    }

    @Test("an update of a large store in memory meets each document once, and ends")
    func largeInMemory() async throws {
        let store = try AppStore(inMemoryFor: PeerID(rawValue: 1))
        let count = 100_001
        for start in stride(from: 0, to: count, by: 5_000) {
            let ids = start..<min(count, start + 5_000)
            _ = try await store.write(try ids.map { try .insert(["_id": .string("\($0)"), "n": 0]) })
        }
        var changed = 0
        _ = try await store.execute(try DQLStatement(parsing: "UPDATE cars SET n = n + 1")) { part in
            if case .changed(let ids) = part { changed += ids.count }
            // Without an end this would go on for ever.
            try #require(changed <= count)
        }
        #expect(changed == count)
        #expect(try await self.run("SELECT count(*) AS n FROM cars WHERE n = 1", on: store).rows == [["n": 100_001]])
    }

    @Test("updates at the same time lose nothing")
    func concurrent() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        _ = try await store.write((0..<20).map { try .insert(["_id": .string("\($0)"), "n": 0]) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { _ = try await self.run("UPDATE cars SET n = n + 1", on: store) }
            }
            try await group.waitForAll()
        }
        #expect(try await self.run("SELECT count(*) AS n FROM cars WHERE n = 8", on: store).rows == [["n": 20]])
        try await store.close()
    }

    @Test("ranges of ids find what a full scan finds", arguments: 0..<6 as Range<UInt64>)
    func ranges(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        let store = try AppStore(inMemoryFor: PeerID(rawValue: 1))
        _ = try await store.write(try oddIDs.map { try .insert(["_id": $0, "copy": $0]) })
        let strings = oddIDs.compactMap(\.string) + ["m", "back", "\\", "tab"]
        for _ in 0..<40 {
            let arguments: DQLArguments = [
                "low": .string(strings[chance.below(strings.count)]),
                "high": .string(strings[chance.below(strings.count)]),
            ]
            let conditions = [
                "X >= :low AND X < :high", "X = :low OR X > :high", "X <= :low", "X IN (:low, :high)", "X > :low",
                "X BETWEEN :low AND :high", "starts_with(X, :low)", "X = :low OR X BETWEEN :low AND :high",
            ]
            let condition = conditions[chance.below(conditions.count)]
            func rows(_ name: String) async throws -> [JSONValue] {
                let pieces = condition.split(separator: "X", omittingEmptySubsequences: false)
                let text = "SELECT copy FROM cars WHERE \(pieces.joined(separator: name)) ORDER BY copy"
                return try await self.run(text, on: store, arguments).rows
            }
            #expect(try await rows("_id") == rows("copy"), "\(condition) \(arguments)")
        }
    }
}

extension String {
    /// The text with DQL's quotes for those of JSON.
    fileprivate var replacingQuotes: String {
        String(self.map { $0 == "\"" ? "'" : $0 })
    }
}
