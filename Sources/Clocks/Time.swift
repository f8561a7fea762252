/// What tells the time of day; it may jump when an administrator or NTP sets it.
package protocol WallClock: Sendable {
    /// The time of day.
    func now() -> Timestamp
}

/// Time as a program needs it: the time of day for people, a steady clock for waiting.
///
/// A protocol of our own and not `any Clock<Duration>`, because an instant of an existential clock cannot be stored
/// or compared. Here an instant is the `Duration` since an arbitrary start.
///
/// *Guarantees:* `monotonicNow` never goes back and does not follow `now()` when that jumps; `sleep` returns at or
/// after its deadline, at once when that is past. *Errors:* `sleep` throws only when its task is cancelled.
package protocol Time: WallClock {
    /// The time since an arbitrary start.
    var monotonicNow: Duration { get }

    /// Waits until the steady clock reaches a deadline.
    func sleep(until deadline: Duration) async throws(CancellationError)
}

extension Time {
    /// Waits for a duration.
    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await self.sleep(until: self.monotonicNow + duration)
    }
}
