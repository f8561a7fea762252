import Clocks
import KubernetesModel
import ResourceStore
import Resources
import Synchronization
import Testing

@testable import Console

@Suite("Follower")
struct FollowerTests {
    private static let key = ObjectKey(namespace: "fleet", name: "berlin")

    /// Follows with a cache and gives the changes that it told, until there are so many.
    private static func changes(
        _ count: Int,
        _ store: MemoryStore,
        _ time: ManualTime,
        onInterruption: @escaping @Sendable (APIStatus) -> Void = { _ in }
    ) async throws -> [Change] {
        var cache = ObjectCache()
        var changes: [Change] = []
        let follower = Follower(.bigPeer, in: "fleet", store: store, time: time, onInterruption: onInterruption)
        try await follower.follow { news in
            changes += cache.take(news)
            return changes.count < count
        }
        return changes
    }

    @Test("what is there comes first, then every change")
    func order() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        store.put(.bigPeer, Samples.unreachablePeer("berlin"))
        async let changes = Self.changes(3, store, time)
        while store.watchCount == 0 { await Task.yield() }
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        store.remove(.bigPeer, Self.key)
        let told = try await changes
        #expect(told.map { $0.present != nil } == [true, true, false])
    }

    @Test("after an expired watch nothing is told twice and nothing is missed")
    func expired() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        async let changes = Self.changes(2, store, time)
        while store.watchCount == 0 { await Task.yield() }
        store.compact()
        await time.untilSleeping()
        store.put(.bigPeer, Samples.readyPeer("paris"))
        time.advance(by: .seconds(1))
        #expect(try await changes.map(\.object.metadata.name) == ["berlin", "paris"])
    }

    @Test("an interruption is told once, and what was missed comes after it")
    func interrupted() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        let told = Mutex<[String]>([])
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        async let changes = Self.changes(2, store, time) { status in told.withLock { $0.append(status.message) } }
        while store.watchCount == 0 { await Task.yield() }
        store.endWatches(.failure(APIStatus(.serviceUnavailable, "nothing listens")))
        await time.untilSleeping()
        store.put(.bigPeer, Samples.readyPeer("paris"))
        time.advance(by: .seconds(1))
        #expect(try await changes.map(\.object.metadata.name) == ["berlin", "paris"])
        #expect(told.withLock(\.self) == ["nothing listens"])
    }

    @Test("a watch that ends in good order goes on where it was")
    func ended() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        async let changes = Self.changes(2, store, time)
        while store.watchCount == 0 { await Task.yield() }
        store.endWatches()
        await time.untilSleeping()
        store.remove(.bigPeer, Self.key)
        time.advance(by: .seconds(1))
        #expect(try await changes.last?.present == nil)
        #expect(store.listCount == 1)
    }
}
