import Clocks
import KubernetesModel
import Resources
import Synchronization
import Testing

@testable import Console

@Suite("WaitCondition")
struct WaitConditionTests {
    private static let ready = Samples.condition(.ready, .true, .synced)

    @Test("the three forms are read, and others refused")
    func forms() throws {
        #expect(try WaitCondition("condition=Ready") == .condition(type: "Ready", status: "True"))
        #expect(try WaitCondition("condition=Ready=false") == .condition(type: "Ready", status: "false"))
        #expect(try WaitCondition("delete") == .deletion)
        for text in ["", "ready", "condition=", "condition=Ready=", "delete=now", "jsonpath=.x"] {
            #expect(throws: CommandFailure.self) { try WaitCondition(text) }
        }
    }

    @Test("type and status are compared without regard to case")
    func lowercase() {
        let condition = WaitCondition.condition(type: "ready", status: "true")
        #expect(condition.progress(of: Samples.readyPeer("berlin")) == .met)
    }

    @Test("a condition of an earlier spec does not count", arguments: [(Int64(1), Int64(2)), (2, 1)])
    func stale(observed: Int64, generation: Int64) {
        let object = Samples.object(
            .bigPeer,
            "berlin",
            generation: 2,
            observed: observed,
            conditions: [Samples.condition(.ready, .true, .synced, generation: generation)]
        )
        guard case .pending = WaitCondition.condition(type: "Ready", status: "True").progress(of: object) else {
            Issue.record("a stale condition was believed")
            return
        }
    }

    @Test("what is lacking is told with reason and message")
    func lacking() {
        let progress = WaitCondition.condition(type: "Ready", status: "True")
            .progress(of: Samples.unreachablePeer("rome"))
        #expect(progress == .pending("Ready is False, Unreachable: connection refused"))
    }

    @Test("an object that is gone is deleted, and one that does not exist is not ready")
    func absent() {
        #expect(WaitCondition.deletion.progress(of: nil) == .met)
        #expect(
            WaitCondition.condition(type: "Ready", status: "True").progress(of: nil) == .pending("it does not exist")
        )
    }
}

@Suite("Waiter")
struct WaiterTests {
    private static let key = ObjectKey(namespace: "fleet", name: "berlin")

    private static func wait(
        _ condition: WaitCondition,
        _ store: MemoryStore,
        _ time: ManualTime,
        within limit: Duration,
        uid: String = ""
    ) async throws -> (pending: [WaitTarget: String], met: [String]) {
        let met = Mutex<[String]>([])
        let target = WaitTarget(kind: .bigPeer, key: self.key, uid: uid)
        let ledgers = try await Waiter(store: store, time: time).wait(for: condition, [target], within: limit) {
            target in
            met.withLock { $0.append(target.label) }
        }
        let pending = ledgers.reduce(into: [:]) { $0.merge($1.pending) { first, _ in first } }
        return (pending, met.withLock(\.self))
    }

    @Test("an object that becomes ready while it is waited for ends the wait")
    func becomesReady() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        async let result = Self.wait(
            .condition(type: "Ready", status: "True"),
            store,
            time,
            within: .seconds(60)
        )
        store.put(.bigPeer, Samples.unreachablePeer("berlin"))
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        let (pending, met) = try await result
        #expect(pending.isEmpty)
        #expect(met == ["bigpeer.peerage.dev/berlin"])
    }

    @Test("when the time is up, it says what the object lacks")
    func timeout() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        store.put(.bigPeer, Samples.unreachablePeer("berlin"))
        async let result = Self.wait(.condition(type: "Ready", status: "True"), store, time, within: .seconds(60))
        await time.untilSleeping(to: .seconds(60))
        while store.watchCount == 0 { await Task.yield() }
        time.advance(by: .seconds(60))
        #expect(try await result.pending.values.first == "Ready is False, Unreachable: connection refused")
    }

    @Test("without any time it looks only once")
    func once() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        let (pending, _) = try await Self.wait(.condition(type: "Ready", status: "True"), store, time, within: .zero)
        #expect(pending.values.first == "it does not exist")
    }

    @Test("another object of the same name is not the one whose deletion is waited for")
    func replaced() async throws {
        let (store, time) = (MemoryStore(), ManualTime())
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        let (pending, met) = try await Self.wait(.deletion, store, time, within: .zero, uid: "an earlier one")
        #expect(pending.isEmpty)
        #expect(met.count == 1)
    }
}
