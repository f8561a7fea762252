import DQL
import DocumentStore
import Documents
import JSON
import Logging
import Synchronization
import Testing

@testable import EmbeddedPeer
@testable import TableReplication

@Suite("Stored documents")
struct StoredDocumentsTests {
    private static func documents(wall: @escaping @Sendable () -> UInt64) throws -> StoredDocuments {
        let store = try AppStore(inMemoryFor: PeerID(rawValue: 1), options: AppStoreOptions(wall: wall))
        return StoredDocuments(store, wall: wall, logger: .silent)
    }

    @Test("a statement that changes more than an answer can list goes through, and says how many it has not listed")
    func manyChanges() async throws {
        let documents = try Self.documents { 1_000 }
        for id in ["a", "b", "c", "d"] {
            _ = try await documents.execute("INSERT INTO cars DOCUMENTS ({'_id': '\(id)', 'n': 0})", arguments: [:])
        }
        // Two ids of three bytes, each with a comma.
        let answer = try await documents.execute("UPDATE cars SET n = n + 1", arguments: [:], maximumAnswer: 9)
        #expect(answer.mutated == [Array(#""a""#.utf8), Array(#""b""#.utf8)])
        #expect(answer.warnings == ["2 more documents were changed; mutatedDocumentIds lists the first 2"])
        let all = try await documents.execute("SELECT count(*) AS n FROM cars WHERE n = 1", arguments: [:])
        #expect(all.items == [Array(#"{"n":4}"#.utf8)])
        let few = try await documents.execute("UPDATE cars SET n = 5 WHERE _id = 'd'", arguments: [:])
        #expect(few.mutated.count == 1 && few.warnings.isEmpty)
    }

    @Test(
        "tombstones go after it was told which, none that is newer or still needed, and a read behind them is refused"
    )
    func purge() async throws {
        let wall = Mutex<UInt64>(1_000_000)
        let documents = try Self.documents { wall.withLock { $0 } }
        for id in ["a", "b", "c"] {
            _ = try await documents.execute("INSERT INTO cars DOCUMENTS ({'_id': '\(id)'})", arguments: [:])
        }
        for id in ["a", "b", "c"] {
            _ = try await documents.execute("DELETE FROM cars WHERE _id = '\(id)'", arguments: [:])
        }
        wall.withLock { $0 = 2_000_000 }
        _ = try await documents.execute("INSERT INTO cars DOCUMENTS ({'_id': 'd'})", arguments: [:])
        _ = try await documents.execute("DELETE FROM cars WHERE _id = 'd'", arguments: [:])
        @Sendable func tombstones() -> Int? { documents.store.collection("cars")?.tombstones }
        let read = ReadRequest(
            session: SessionID(link: .accepted(1), number: 1),
            app: "app",
            collection: "cars",
            after: 4,
            through: 8,
            maximumBytes: 1_000,
            maximumRows: 10,
            filter: try SessionFilter(queries: []),
            excludingOrigin: nil,
            tombstones: true,
            unselected: .whenKnown(subscriber: "")
        )
        #expect(try await documents.read(read).batch.count == 3)
        let told = Mutex<[UInt64]>([])
        // The deletions are 4, 5, 6 and, later, 8; somebody still needs 6.
        await documents.purgeTombstones(olderThan: .seconds(500), upTo: 5) { usn in
            #expect(tombstones() == 4)
            told.withLock { $0.append(usn) }
        }
        #expect(told.withLock(\.self) == [5])
        #expect(tombstones() == 2)
        await documents.purgeTombstones(olderThan: .seconds(500), upTo: 5) { usn in told.withLock { $0.append(usn) } }
        #expect(told.withLock(\.self) == [5])
        await #expect(throws: StoreFailure.self) { try await documents.read(read) }
        await documents.purgeTombstones(olderThan: .seconds(500), upTo: .max) { usn in
            told.withLock { $0.append(usn) }
        }
        #expect(told.withLock(\.self) == [5, 6])
        #expect(tombstones() == 1)
    }
}
