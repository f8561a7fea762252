import Synchronization

/// Time that stands still until a test moves it.
///
/// *Expected flow:* the code under test sleeps; the test awaits `untilSleeping` (so it never sleeps itself), then
/// calls `advance`, which wakes every sleeper whose deadline has come, the earliest first.
/// *Guarantees:* safe to use from any thread; a cancelled sleeper wakes at once with `CancellationError`.
package final class ManualTime: Time {
    private struct Sleeper {
        let deadline: Duration
        /// Resumed with whether the deadline came; `false` means cancelled.
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Watcher {
        let isSatisfied: @Sendable ([Duration]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var wall: Timestamp
        var monotonic = Duration.zero
        var lastID: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var watchers: [Watcher] = []

        mutating func takeSatisfiedWatchers() -> [Watcher] {
            guard !self.watchers.isEmpty else { return [] }
            let deadlines = self.sleepers.values.map(\.deadline).sorted()
            let satisfied = self.watchers.filter { $0.isSatisfied(deadlines) }
            self.watchers.removeAll { $0.isSatisfied(deadlines) }
            return satisfied
        }
    }

    private let state: Mutex<State>

    /// Creates a standing clock.
    ///
    /// - Parameter wall: The time of day that it shows at first.
    package init(wall: Timestamp = Timestamp(seconds: 1_795_219_200)) {
        self.state = Mutex(State(wall: wall))
    }

    /// The time of day.
    package func now() -> Timestamp { self.state.withLock(\.wall) }

    /// The steady clock, zero at first.
    package var monotonicNow: Duration { self.state.withLock(\.monotonic) }

    /// How many tasks sleep now.
    package var sleeperCount: Int { self.state.withLock(\.sleepers.count) }

    /// Moves both clocks forward and wakes those whose deadline has come.
    package func advance(by duration: Duration) {
        let due = self.state.withLock { state in
            state.wall = state.wall + duration
            state.monotonic += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.monotonic }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
        }
        for entry in due { entry.value.continuation.resume(returning: true) }
    }

    /// Moves the time of day alone, in either direction, as an administrator would.
    package func jump(by duration: Duration) {
        self.state.withLock { $0.wall = $0.wall + duration }
    }

    /// Waits until at least so many tasks sleep.
    package func untilSleeping(_ count: Int = 1) async {
        await self.untilSleepers { $0.count >= count }
    }

    /// Waits until a task sleeps to exactly this deadline.
    package func untilSleeping(to deadline: Duration) async {
        await self.untilSleepers { $0.contains(deadline) }
    }

    /// Waits until the ascending deadlines of all sleepers satisfy a condition.
    package func untilSleepers(satisfy isSatisfied: @escaping @Sendable ([Duration]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let watchers = self.state.withLock { state in
                state.watchers.append(Watcher(isSatisfied: isSatisfied, continuation: continuation))
                return state.takeSatisfiedWatchers()
            }
            for watcher in watchers { watcher.continuation.resume() }
        }
    }

    /// Waits until a test has moved the clock to the deadline.
    package func sleep(until deadline: Duration) async throws(CancellationError) {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let didWake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.park(Sleeper(deadline: deadline, continuation: continuation), id: id)
            }
        } onCancel: {
            self.cancel(id)
        }
        _ = self.state.withLock { $0.cancelled.remove(id) }
        guard didWake else { throw CancellationError() }
    }

    private func park(_ sleeper: Sleeper, id: UInt64) {
        let (result, watchers): (Bool?, [Watcher]) = self.state.withLock { state in
            if state.cancelled.contains(id) { return (false, []) }
            if sleeper.deadline <= state.monotonic { return (true, []) }
            state.sleepers[id] = sleeper
            return (nil, state.takeSatisfiedWatchers())
        }
        if let result { sleeper.continuation.resume(returning: result) }
        for watcher in watchers { watcher.continuation.resume() }
    }

    private func cancel(_ id: UInt64) {
        let sleeper = self.state.withLock { state in
            state.cancelled.insert(id)
            return state.sleepers.removeValue(forKey: id)
        }
        sleeper?.continuation.resume(returning: false)
    }
}
