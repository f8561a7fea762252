import DocumentStore
import JSON
import TableReplication
import Testing

@testable import EmbeddedPeer

@Suite("Running peers and tombstones that go", .timeLimit(.minutes(10)))
struct PurgeTests {
    /// Berlin forgets deletions a second after everybody connected has seen them; Paris replicates from it.
    private func withPair(_ body: @escaping @Sendable (Side, Side) async throws -> Void) async throws {
        var configuration = EmbeddedPeerConfiguration.berlin()
        configuration.replication.tombstoneRetention = .seconds(1)
        try await withPeer(configuration) { berlin, berlinCurl in
            try await withPeer(.berlin(named: "paris")) { paris, parisCurl in
                let (berlin, paris) = (Side(berlin, berlinCurl, "berlin"), Side(paris, parisCurl, "paris"))
                for side in [berlin, paris] { try await side.makeApp() }
                try await berlin.accept(queries: [])
                try await paris.replicate(from: berlin, queries: ["true"])
                try await body(berlin, paris)
            }
        }
    }

    @Test("a subscriber that is there hears of every deletion, and goes on behind those that are forgotten")
    func connected() async throws {
        try await self.withPair { berlin, paris in
            try await berlin.insert(["a": "blue", "b": "blue", "c": "blue"])
            try await paris.waits(for: ["a", "b", "c"])
            try await berlin.delete(["a"])
            try await paris.waits(for: ["b", "c"])
            try await berlin.hasForgotten(upTo: 4)
            try await berlin.delete(["b"])
            try await paris.waits(for: ["c"])
            // What was forgotten there is remembered here.
            #expect(try await paris.store.collection("cars")?.tombstones == 2)
        }
    }

    @Test("a subscriber that was away for longer looks through everything, and has then missed what is forgotten only")
    func away() async throws {
        try await self.withPair { berlin, paris in
            try await berlin.insert(["a": "blue", "b": "blue", "c": "blue"])
            try await paris.waits(for: ["a", "b", "c"])
            try await paris.unlink()
            try await berlin.isAlone()
            try await berlin.delete(["a"])
            try await berlin.hasForgotten(upTo: 4)
            try await berlin.set("c", ["color": "red"])
            try await berlin.insert(["d": "blue"])

            try await paris.replicate(from: berlin, queries: ["true"])
            try await paris.waits(for: ["a", "b", "c", "d"])
            try await paris.waits(for: "c", ["_id": "c", "color": "red"])
            try await berlin.delete(["b"])
            try await paris.waits(for: ["a", "c", "d"])
            #expect(try await berlin.store.collection("cars")?.documents == 2)
        }
    }
}

extension Side {
    /// Waits until the peer itself has swept the tombstones up to a number away.
    fileprivate func hasForgotten(upTo usn: UInt64) async throws {
        let store = try await self.store
        while store.purgedUSN < usn {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Waits until nobody is connected.
    fileprivate func isAlone() async throws {
        while await self.peer.replicationStatus(of: ReplicationTests.app)?.sessions.isEmpty == false {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
