import Clocks
import JSON
import KubernetesModel
import Lifecycle
import Logging
import ResourceStore
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite("LeaderElection", .timeLimit(.minutes(10)))
struct LeaderElectionTests {
    /// A process of the election, with a body that works until it is told to end.
    private final class Process: Sendable {
        let view: LeaseView
        let election: LeaderElection
        let began = Latch<Void>()
        let end = Latch<Void>()
        let wasCancelled = Latch<Void>()
        private let running: Mutex<Task<(any Error)?, Never>?> = Mutex(nil)

        init(_ name: String, _ store: LeaseStore, _ time: ManualTime) {
            self.view = LeaseView(store)
            self.election = LeaderElection(
                store: self.view,
                lease: ObjectKey(namespace: "peerage", name: "controller"),
                identity: name,
                annotations: ["example.org/leader": name],
                time: time,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }

        func start(isStubborn: Bool = false) {
            let task = Task { () -> (any Error)? in
                do {
                    try await self.election.run {
                        self.began.open()
                        await withTaskCancellationHandler {
                            if isStubborn {
                                await Task { try? await self.end.wait() }.value
                            } else {
                                try? await self.end.wait()
                            }
                        } onCancel: {
                            self.wasCancelled.open()
                        }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            self.running.withLock { $0 = task }
        }

        func cancel() { self.running.withLock { $0 }?.cancel() }

        /// How `run` ended.
        func result() async -> (any Error)? { await self.running.withLock { $0 }?.value }
    }

    private let time = ManualTime()
    private let store: LeaseStore

    init() {
        self.store = LeaseStore(time: self.time)
    }

    private func process(_ name: String) -> Process { Process(name, self.store, self.time) }

    /// Lets time pass in small steps, each after everybody has come to rest.
    ///
    /// A process at rest sleeps for at most the retry period; one that waits for an answer has a longer limit.
    private func pass(_ duration: Duration, resting: Int) async {
        let end = self.time.monotonicNow + duration
        while self.time.monotonicNow < end {
            await self.rest(resting)
            self.time.advance(by: .milliseconds(50))
        }
        await self.rest(resting)
    }

    private func rest(_ count: Int) async {
        let now = self.time.monotonicNow
        await self.time.untilSleepers { sleepers in
            sleepers.count == count && sleepers.allSatisfy { $0 > now && $0 <= now + .seconds(2) }
        }
    }

    @Test("leadership is down before the Lease is given back: nothing is written in another leader's time")
    func lowersBeforeRelease() async throws {
        let first = self.process("first")
        let heldAtRelease = Mutex<[Bool]>([])
        first.view.witness.withLock { witness in
            witness = { [weak first] holder in
                guard holder.isEmpty, let first else { return }
                heldAtRelease.withLock { $0.append(first.election.leadership.isHeld) }
            }
        }
        first.start()
        try await first.began.wait()
        #expect(first.election.leadership.isHeld)
        first.end.open()
        #expect(await first.result() == nil)
        #expect(heldAtRelease.withLock { $0 } == [false])
    }

    @Test("a fence passes on how long a watch may be silent")
    func fencedSilence() {
        let store = MemoryStore()
        store.state.withLock { $0.silence = .seconds(150) }
        let fenced = FencedStore(store, leadership: Leadership(time: self.time))
        #expect(fenced.watchSilence == .seconds(150))
    }

    @Test("one of two works, and hands over within two seconds of being done")
    func handOver() async throws {
        let (first, second) = (self.process("first"), self.process("second"))
        first.start()
        try await first.began.wait()
        await self.rest(1)
        second.start()
        await self.pass(.seconds(60), resting: 2)
        #expect(first.election.leadership.isHeld)
        #expect(!second.election.leadership.isHeld)
        #expect(!second.began.isOpen)
        #expect(second.election.holder == "first")

        let done = self.time.monotonicNow
        first.end.open()
        #expect(await first.result() == nil)
        #expect(!first.election.leadership.isHeld)
        #expect(self.store.lease?.spec?["holderIdentity"] == "")
        #expect(self.store.lease?.spec?["leaseDurationSeconds"] == 1)
        await self.pass(.seconds(2), resting: 1)
        try await second.began.wait()
        #expect(try #require(self.store.lastChange) - done < .seconds(2))
        #expect(self.store.holders == ["first", "", "second"])
        #expect(self.store.lease?.spec?["leaseTransitions"] == 1)
        #expect(self.store.lease?.metadata.annotations == ["example.org/leader": "second"])
        second.end.open()
        #expect(await second.result() == nil)
    }

    @Test(
        "F9: a server that fails or hangs past the deadline stops the leader before anybody else leads",
        arguments: [LeaseView.Mood.hangs, .fails(APIStatus(.serviceUnavailable, "gone"))]
    )
    func lost(mood: LeaseView.Mood) async throws {
        let (first, second) = (self.process("first"), self.process("second"))
        first.start()
        try await first.began.wait()
        await self.rest(1)
        second.start()
        await self.pass(.seconds(3), resting: 2)
        first.view.become(mood)
        while !first.wasCancelled.isOpen {
            #expect(!second.began.isOpen)
            self.time.advance(by: .milliseconds(50))
            await Task.yield()
        }
        #expect(!first.election.leadership.isHeld)
        guard case .expired(after: .seconds(10), _)? = await first.result() as? LeadershipLoss else {
            Issue.record("no loss")
            return
        }
        #expect(!second.began.isOpen)
        while !second.began.isOpen {
            self.time.advance(by: .milliseconds(50))
            await Task.yield()
        }
        #expect(self.store.holders == ["first", "second"])
        second.end.open()
        #expect(await second.result() == nil)
    }

    @Test("a lease that another took is a loss, and the body is cancelled")
    func taken() async throws {
        let process = self.process("first")
        process.start()
        try await process.began.wait()
        await self.rest(1)
        var lease = try #require(self.store.lease)
        lease.spec = ["holderIdentity": "other"]
        _ = try self.store.write(lease, isNew: false)
        self.time.advance(by: .seconds(2))
        #expect(await process.result() as? LeadershipLoss == .taken(by: "other"))
        #expect(process.wasCancelled.isOpen)
        #expect(self.store.holders == ["first", "other"])
    }

    @Test("a body that does not end does not keep the process from learning that it must exit")
    func stubborn() async throws {
        let process = self.process("first")
        process.start(isStubborn: true)
        try await process.began.wait()
        await self.rest(1)
        process.view.become(.fails(APIStatus(.serviceUnavailable, "gone")))
        let lost = Task { await process.result() }
        while !process.wasCancelled.isOpen {
            self.time.advance(by: .milliseconds(50))
            await Task.yield()
        }
        // The rest time is 4 s: within 14 s of the last renewal, before anybody else may lead.
        let cancelled = self.time.monotonicNow
        await self.time.untilSleepers { $0.contains { $0 > cancelled + .seconds(3) } }
        self.time.advance(by: .seconds(4))
        #expect(await lost.value is LeadershipLoss)
        process.end.open()
    }

    @Test("a candidate that is told to stop ends without having worked")
    func stopped() async throws {
        let (first, second) = (self.process("first"), self.process("second"))
        first.start()
        try await first.began.wait()
        second.start()
        await self.rest(2)
        second.election.stop()
        #expect(await second.result() == nil)
        #expect(!second.began.isOpen)
        first.end.open()
        #expect(await first.result() == nil)
    }

    @Test("a cancelled leader gives the lease back when its body has ended; a cancelled candidate just ends")
    func cancelled() async throws {
        let (first, second) = (self.process("first"), self.process("second"))
        first.start()
        try await first.began.wait()
        second.start()
        await self.rest(2)
        second.cancel()
        #expect(await second.result() is CancellationError)
        first.cancel()
        _ = await first.result()
        #expect(first.wasCancelled.isOpen)
        #expect(self.store.holders == ["first", ""])
    }

    @Test(
        "F22: the time of day may jump an hour either way: nobody loses and nobody takes",
        arguments: [3_600, -3_600]
    )
    func jump(seconds: Int) async throws {
        let (first, second) = (self.process("first"), self.process("second"))
        first.start()
        try await first.began.wait()
        second.start()
        await self.pass(.seconds(5), resting: 2)
        self.time.jump(by: .seconds(seconds))
        await self.pass(.seconds(20), resting: 2)
        #expect(first.election.leadership.isHeld)
        #expect(self.store.holders == ["first"])
        for process in [first, second] { process.cancel() }
        for process in [first, second] { _ = await process.result() }
    }

    @Test("F9: a process that was frozen past its lease does not write when it wakes, before anything told it")
    func frozen() async throws {
        let leadership = Leadership(time: self.time)
        let inner = MemoryStore()
        let store = FencedStore(inner, leadership: leadership)
        let object = Object(kind: .configMap, metadata: ObjectMeta(name: "a", namespace: "ns"))
        leadership.set(until: .seconds(10))
        _ = try await store.create(.configMap, object)
        self.time.advance(by: .seconds(10))
        let errors = [
            await #expect(throws: APIStatus.self) { try await store.create(.configMap, object) },
            await #expect(throws: APIStatus.self) { try await store.update(.configMap, object) },
            await #expect(throws: APIStatus.self) { try await store.updateStatus(.configMap, object) },
            await #expect(throws: APIStatus.self) {
                try await store.updateFinalizers(.configMap, of: object.metadata, to: ["a"])
            },
            await #expect(throws: APIStatus.self) {
                try await store.delete(.configMap, object.key, preconditions: .init())
            },
        ]
        #expect(errors.allSatisfy { $0?.reason == .serviceUnavailable })
        #expect(inner.state.withLock(\.writes.count) == 1)
        #expect(try await store.get(.configMap, object.key) == object)
    }
}
