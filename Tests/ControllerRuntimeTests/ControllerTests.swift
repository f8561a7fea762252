import Clocks
import ControllerRuntime
import Logging
import Synchronization
import Testing

/// Reconciles that a test watches and steers: each waits for its release unless the test lets all through.
private final class Bench: Sendable {
    private struct State {
        var started: [String] = []
        var running: [String: CheckedContinuation<Void, Never>] = [:]
        var cancelled: [String] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var maximum = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())

    var started: [String] { self.state.withLock(\.started) }
    var cancelled: [String] { self.state.withLock(\.cancelled) }
    var running: Set<String> { self.state.withLock { Set($0.running.keys) } }

    func note(_ key: String) {
        let ready = self.state.withLock { state in
            state.started.append(key)
            let ready = state.watchers.filter { $0.count <= state.started.count }
            state.watchers.removeAll { $0.count <= state.started.count }
            return ready
        }
        for watcher in ready { watcher.continuation.resume() }
    }

    /// Waits for `release`, or for cancellation unless that is to be ignored.
    func hold(_ key: String, ignoringCancellation: Bool = false) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.state.withLock { $0.running[key] = continuation }
                self.note(key)
            }
        } onCancel: {
            let continuation: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                state.cancelled.append(key)
                return ignoringCancellation ? nil : state.running.removeValue(forKey: key)
            }
            continuation?.resume()
        }
    }

    func release(_ key: String) {
        self.state.withLock { $0.running.removeValue(forKey: key) }?.resume()
    }

    /// Waits until so many reconciles have started in all.
    func untilStarted(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
                if state.started.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

@Suite("Controller", .timeLimit(.minutes(10)))
struct ControllerTests {
    private let time = ManualTime()
    private let bench = Bench()

    private func controller(
        configure: (inout ControllerConfiguration) -> Void = { _ in },
        partition: @escaping @Sendable (String) -> String = { _ in "" },
        report: (@Sendable (ReconcileReport<String>) -> Void)? = nil,
        reconcile: @escaping @Sendable (String) async -> Requeue
    ) -> Controller<String> {
        var configuration = ControllerConfiguration(name: "test")
        configuration.driftJitter = 0
        configuration.backoff = Backoff(jitter: 0)
        configure(&configuration)
        return Controller(
            configuration,
            time: self.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            seed: 1,
            partition: partition,
            report: report,
            reconcile: reconcile
        )
    }

    @Test("keys enqueued before and during the run are reconciled; cancelling the run ends it")
    func reconciles() async {
        let controller = self.controller { [bench] key in
            bench.note(key)
            return .whenChanged
        }
        controller.enqueue("before")
        let run = Task { await controller.run() }
        await self.bench.untilStarted(1)
        controller.enqueue(["a", "b", "c"])
        await self.bench.untilStarted(4)
        run.cancel()
        await run.value
        #expect(Set(self.bench.started) == ["before", "a", "b", "c"])
        #expect(controller.snapshot.succeeded == 4)
        controller.enqueue("after")
        #expect(controller.snapshot.ready == 0)
    }

    @Test("an idle controller wakes for nothing but its delayed keys")
    func idle() async {
        let controller = self.controller { [bench] key in
            bench.note(key)
            return .whenChanged
        }
        let run = Task { await controller.run() }
        controller.enqueue("a")
        await self.bench.untilStarted(1)
        controller.enqueue("b", after: .seconds(3_600))
        await self.time.untilSleeping()
        // The watch over the run of "a", if it was set, rings once; then the only timer is the delayed key's.
        self.time.advance(by: .seconds(60))
        await self.time.untilSleepers { $0 == [.seconds(3_600)] }
        controller.stop()
        await run.value
        #expect(self.time.sleeperCount == 0)
    }

    @Test("a failing key comes back after 1, 2, 4 … seconds; a success forgets the failures")
    func backoff() async {
        let failures = Mutex(0)
        let controller = self.controller { [bench] key in
            bench.note(key)
            return failures.withLock { count in
                count += 1
                return count == 4 ? .whenChanged : .retry
            }
        }
        let run = Task { await controller.run() }
        controller.enqueue("a")
        var due = Duration.zero
        for (index, delay) in [1, 2, 4].enumerated() {
            await self.bench.untilStarted(index + 1)
            due += .seconds(delay)
            await self.time.untilSleeping(to: due)
            self.time.advance(by: .seconds(delay))
        }
        await self.bench.untilStarted(4)
        controller.enqueue("a", after: .seconds(10))
        await self.time.untilSleeping(to: due + .seconds(10))
        #expect(controller.snapshot.failing == 0)
        self.time.advance(by: .seconds(10))
        await self.bench.untilStarted(5)
        await self.time.untilSleeping(to: due + .seconds(11))
        #expect(controller.snapshot.failed == 4)
        controller.stop()
        await run.value
    }

    @Test("a scheduled key comes back in the drift lane, a postponed one in the user lane")
    func schedules() async {
        let reports = Mutex<[ReconcileReport<String>]>([])
        let controller = self.controller(
            report: { report in reports.withLock { $0.append(report) } },
            reconcile: { [bench] key in
                bench.note(key)
                switch bench.started.count {
                case 1: return .after(.seconds(60))
                case 2: return .retryAfter(.seconds(5))
                default: return .whenChanged
                }
            }
        )
        let run = Task { await controller.run() }
        controller.enqueue("a")
        await self.time.untilSleeping(to: .seconds(60))
        self.time.advance(by: .seconds(60))
        await self.time.untilSleeping(to: .seconds(65))
        self.time.advance(by: .seconds(5))
        await self.bench.untilStarted(3)
        controller.stop()
        await run.value
        #expect(reports.withLock { $0.map(\.lane) } == [.user, .drift, .user])
        #expect(controller.snapshot.postponed == 1)
        #expect(controller.snapshot.scheduled == 1)
    }

    @Test("a change during a reconcile makes the key run again after it, never beside it (F21)")
    func againAfter() async {
        let controller = self.controller { [bench] key in
            await bench.hold(key)
            return .whenChanged
        }
        let run = Task { await controller.run() }
        controller.enqueue("a")
        await self.bench.untilStarted(1)
        controller.enqueue("a")
        controller.enqueue("a")
        #expect(self.bench.started == ["a"])
        self.bench.release("a")
        await self.bench.untilStarted(2)
        self.bench.release("a")
        controller.stop()
        await run.value
        #expect(self.bench.started == ["a", "a"])
    }

    @Test("a hanging host leaves the others' places free (F15)")
    func hangingHost() async {
        let controller = self.controller(
            configure: {
                $0.concurrency = 4
                $0.concurrencyPerPartition = 2
            },
            partition: { String($0.prefix(4)) },
            reconcile: { [bench] key in
                if key.hasPrefix("hang") { await bench.hold(key) } else { bench.note(key) }
                return .whenChanged
            }
        )
        let run = Task { await controller.run() }
        controller.enqueue((0..<10).map { "hang\($0)" })
        await self.bench.untilStarted(2)
        controller.enqueue((0..<100).map { "fine\($0)" })
        await self.bench.untilStarted(102)
        #expect(self.bench.running.count == 2)
        controller.setConcurrency(3, ofPartition: "hang")
        await self.bench.untilStarted(103)
        #expect(self.bench.running.count == 3)
        controller.stop()
        for key in self.bench.running { self.bench.release(key) }
        await run.value
    }

    @Test("a reconcile that takes too long is cancelled and retried, and its worker replaced")
    func timeout() async {
        let bornCancelled = Mutex<[String]>([])
        let reports = Mutex<[ReconcileReport<String>]>([])
        let controller = self.controller(
            configure: {
                $0.concurrency = 1
                $0.timeout = .seconds(30)
            },
            report: { report in reports.withLock { $0.append(report) } },
            reconcile: { [bench] key in
                if Task.isCancelled { bornCancelled.withLock { $0.append(key) } }
                if key == "slow" { await bench.hold(key) } else { bench.note(key) }
                return .whenChanged
            }
        )
        let run = Task { await controller.run() }
        controller.enqueue("slow")
        await self.bench.untilStarted(1)
        controller.enqueue("next")
        await self.time.untilSleeping(to: .seconds(30))
        self.time.advance(by: .seconds(30))
        await self.bench.untilStarted(2)
        #expect(self.bench.cancelled == ["slow"])
        #expect(controller.snapshot.timedOut == 1)
        await self.time.untilSleeping(to: .seconds(31))
        self.time.advance(by: .seconds(1))
        await self.bench.untilStarted(3)
        self.bench.release("slow")
        controller.stop()
        await run.value
        #expect(reports.withLock { $0.map(\.didTimeOut) } == [true, false, false])
        #expect(reports.withLock { $0.first?.requeue } == .retry)
        #expect(bornCancelled.withLock { $0 } == [], "a worker whose task is cancelled works on")
    }

    @Test("a stop lets running reconciles end, starts none, then cancels after the grace period")
    func gracefulStop() async {
        let controller = self.controller(
            configure: { $0.concurrency = 2 },
            reconcile: { [bench] key in
                await bench.hold(key)
                return .whenChanged
            }
        )
        let run = Task { await controller.run() }
        controller.enqueue(["a", "b", "c"])
        await self.bench.untilStarted(2)
        run.cancel()
        await self.time.untilSleeping(to: .seconds(30))
        #expect(self.bench.cancelled == [])
        let first = self.bench.started[0]
        self.bench.release(first)
        self.time.advance(by: .seconds(30))
        await run.value
        #expect(self.bench.started.count == 2)
        #expect(self.bench.cancelled == [self.bench.started[1]])
    }

    @Test("a stop does not wait for ever for a reconcile that ignores its cancellation")
    func abandons() async {
        let controller = self.controller { [bench] key in
            await bench.hold(key, ignoringCancellation: true)
            return .whenChanged
        }
        let run = Task { await controller.run() }
        controller.enqueue("a")
        await self.bench.untilStarted(1)
        controller.stop()
        await self.time.untilSleeping(to: .seconds(30))
        self.time.advance(by: .seconds(30))
        await self.time.untilSleeping(to: .seconds(35))
        self.time.advance(by: .seconds(5))
        await run.value
        #expect(self.bench.cancelled == ["a"])
        self.bench.release("a")
    }

    @Test("many keys from many tasks all run, none twice at a time")
    func stress() async {
        let inFlight = Mutex<Set<String>>([])
        let overlaps = Mutex(0)
        let controller = self.controller(
            configure: { $0.concurrency = 8 },
            partition: { String($0.suffix(1)) },
            reconcile: {
                [bench] key in
                if !inFlight.withLock({ $0.insert(key).inserted }) { overlaps.withLock { $0 += 1 } }
                await Task.yield()
                inFlight.withLock { _ = $0.remove(key) }
                bench.note(key)
                return .whenChanged
            }
        )
        let run = Task { await controller.run() }
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        controller.enqueue("shared\(number % 50)")
                        controller.enqueue("own\(worker)-\(number)")
                    }
                }
            }
        }
        await self.bench.untilStarted(2_050)
        while controller.snapshot.running + controller.snapshot.ready > 0 { await Task.yield() }
        controller.stop()
        await run.value
        #expect(overlaps.withLock { $0 } == 0)
        #expect(Set(self.bench.started).count == 2_050)
    }
}
