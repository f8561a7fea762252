import FoundationEssentials

/// The operating system's time of day.
package struct SystemWallClock: WallClock {
    /// Creates the clock.
    package init() {}

    /// The time of day.
    package func now() -> Timestamp {
        // `timespec` would need no library, but under MemberImportVisibility an optimised build attributes its members
        // to a private module of the standard library (Swift 6.3.1).
        Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}

/// The operating system's clocks; the steady one counts from when the value was created.
package struct SystemTime: Time {
    private let start = ContinuousClock.now

    /// Creates the clocks; every copy of one value shares its start.
    package init() {}

    /// The time of day.
    package func now() -> Timestamp { SystemWallClock().now() }

    /// The time since the value was created, time asleep included.
    package var monotonicNow: Duration { self.start.duration(to: .now) }

    /// Waits until the steady clock reaches a deadline.
    package func sleep(until deadline: Duration) async throws(CancellationError) {
        do {
            try await ContinuousClock().sleep(until: self.start.advanced(by: deadline))
        } catch {
            throw CancellationError()
        }
    }
}
