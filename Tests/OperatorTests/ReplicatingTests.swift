import BigPeerAPI
import Clocks
import HTTP
import JSON
import KubernetesModel
import PeerModel
import Resources
import SQLiteStore
import Testing

@testable import Operator

@Suite("Documents between embedded Big Peers", .timeLimit(.minutes(10)))
struct ReplicatingTests {
    @Test("what is inserted at one peer shows at the other as its queries say, and the status tells it")
    func bothWays() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            for name in ["cars-berlin", "cars-paris"] {
                try await bench.await(.bigPeerReplication, name) { object in
                    object.map { BigPeerReplication($0).status.conditions[.replicating]?.status == .true } ?? false
                }
            }
            try await bench.execute(
                "INSERT INTO cars DOCUMENTS ({'_id': 'b1', 'color': 'blue'}), ({'_id': 'b2', 'color': 'red'})",
                at: "berlin"
            )
            try await bench.execute("INSERT INTO cars DOCUMENTS ({'_id': 'p1', 'color': 'green'})", at: "paris")
            try await bench.await(documents: 3, at: "berlin")
            try await bench.await(documents: 2, at: "paris")
            let found = try await bench.execute("SELECT _id FROM cars ORDER BY _id", at: "paris").items
            #expect(found == [["_id": "b1"], ["_id": "p1"]])
            let status = BigPeerReplicationStatus(
                try await bench.store.get(.bigPeerReplication, ObjectKey(namespace: "default", name: "cars-paris"))
                    .status
            )
            #expect(status.sessions.map(\.state) == [.live])
            #expect(status.sessions.map(\.isDialled) == [false])
        }
    }
}

extension Bench {
    /// Executes a statement, as `peerage query` does.
    @discardableResult
    fileprivate func execute(_ statement: String, at peer: String) async throws -> DataAnswer {
        let object = try await self.store.get(.bigPeer, ObjectKey(namespace: "default", name: peer))
        let reader = PeerReader(
            [object],
            tokenFiles: .none,
            exchange: self.exchange.client,
            time: SystemTime()
        )
        let app = "2164bef3-37c0-489c-9ac6-c94b034525d7"
        return try await reader.execute(DataStatement(statement, arguments: [:], appID: app), at: object.key).get()
    }

    /// Waits until a peer holds so many documents.
    fileprivate func await(documents count: Int, at peer: String) async throws {
        while true {
            try Task.checkCancellation()
            if try await self.execute("SELECT * FROM cars", at: peer).items.count == count { return }
            await Task.yield()
        }
    }
}
