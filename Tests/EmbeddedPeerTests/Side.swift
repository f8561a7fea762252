import DocumentStore
import Documents
import JSON
import PeerModel
import TableReplication
import Testing

@testable import EmbeddedPeer

/// A running peer with one app, and what a test does to it.
struct Side: Sendable {
    let peer: EmbeddedBigPeer
    let curl: Curl
    let name: String

    init(_ peer: EmbeddedBigPeer, _ curl: Curl, _ name: String) {
        self.peer = peer
        self.curl = Curl(address: curl.address, base: "/namespace/fleet/bigPeer/\(name)")
        self.name = name
    }

    func makeApp() async throws {
        let reply = try await self.curl("POST", "app", #"{"name":"cars","appId":"\#(ReplicationTests.app)"}"#)
        try #require(reply.status == 200, "\(reply.body)")
    }

    func replicate(from other: Side, queries: [String], evicting: Bool = false) async throws {
        let address = try #require(other.peer.endpoints?.replication)
        try await self.post(connections: ["\(address)"], queries: queries, evicting: evicting)
    }

    func accept(queries: [String]) async throws { try await self.post(connections: [], queries: queries) }

    private func post(connections: [String], queries: [String], evicting: Bool = false) async throws {
        let replication = PeerReplication(
            name: "cars-\(self.name)",
            connections: connections,
            queriesByCollection: ["cars": queries],
            evictsOnLeave: evicting
        )
        let body = String(decoding: replication.json.bytes, as: UTF8.self)
        let reply = try await self.curl("POST", "app/cars/bigPeerReplication", body)
        try #require(reply.status == 200, "\(reply.body)")
    }

    func unlink() async throws {
        let reply = try await self.curl("DELETE", "app/cars/bigPeerReplication/cars-\(self.name)")
        try #require(reply.status == 200)
    }

    /// Waits until a dial has come to nothing, and says why.
    func problem() async throws -> String {
        while true {
            try Task.checkCancellation()
            let status = await self.peer.replicationStatus(of: ReplicationTests.app)
            if let problem = status?.sessions.compactMap(\.lastError).first {
                let count = try await self.store.collection("cars")?.documents ?? 0
                #expect(count == 0)
                return problem
            }
            await Task.yield()
        }
    }

    // MARK: - Documents

    var store: AppStore {
        get async throws {
            // A deleted app's documents go before those of the new one come.
            while self.peer.hasDeletedApps {
                try Task.checkCancellation()
                await Task.yield()
            }
            let documents = try await self.peer.shelf.documents(of: ReplicationTests.app)
            return try #require(documents as? StoredDocuments).store
        }
    }

    func insert(_ colors: [String: String]) async throws {
        let edits = try colors.sorted { $0.key < $1.key }.map { id, color in
            LocalEdit(
                "cars",
                .insert(try DocumentContent(["_id": .string(id), "color": .string(color)]), onConflict: .fail)
            )
        }
        _ = try await self.store.write(edits)
    }

    func set(_ id: String, _ fields: JSONObject) async throws {
        let content = try DocumentContent(id: DocumentID(.string(id)), fields)
        _ = try await self.store.write([LocalEdit("cars", .update(content, removing: []))])
    }

    func delete(_ ids: [String]) async throws {
        _ = try await self.store.write(ids.map { LocalEdit("cars", .delete(try DocumentID(.string($0)))) })
    }

    func waits(for ids: [String]) async throws {
        let store = try await self.store
        try await self.waits { $0 == ids.count }
        for id in ids {
            let document = try await store.get(try DocumentID(.string(id)), in: "cars")
            #expect(document?.body != nil, "\(id) at \(self.name)")
        }
    }

    func waits(for id: String, _ expected: JSONValue) async throws {
        let store = try await self.store
        for await _ in Self.changes(of: store) {
            let document = try await store.get(try DocumentID(.string(id)), in: "cars")
            if document?.value == expected { return }
        }
    }

    /// Waits until the number of documents is right.
    func waits(_ isEnough: (Int) -> Bool) async throws {
        let store = try await self.store
        for await _ in Self.changes(of: store) where isEnough(store.collection("cars")?.documents ?? 0) { return }
    }

    private static func changes(of store: AppStore) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let follower = store.follow { _ in continuation.yield() }
        continuation.onTermination = { _ in store.unfollow(follower) }
        return stream
    }
}

extension EmbeddedBigPeer {
    fileprivate var hasDeletedApps: Bool { !self.storage.deletedApps.isEmpty }
}
