/// When old Events are looked for: not on every write, and never by a timer.
struct EventRetention: Sendable, Hashable {
    /// Which Events are kept.
    struct Limits: Sendable, Hashable {
        /// Events not written for so long go.
        var seconds: Int64
        /// No more than so many stay.
        var count: Int
    }

    /// At most so many go in one transaction, so that no other write waits long.
    static let maximumPerSweep = 512
    private static let writesPerSweep = 64

    /// Which Events are kept.
    let limits: Limits
    private var writes = 0
    private var lastMinute = ""

    /// Creates a retention that sweeps at the first write of an Event.
    init(_ limits: Limits) {
        self.limits = limits
    }

    /// Notes that an Event is written.
    mutating func noteWrite() {
        self.writes += 1
    }

    /// Whether it is time to look: after some writes of Events, or after one in another minute than the last look.
    ///
    /// - Parameter now: RFC 3339.
    /// - Returns: Whether to look now.
    mutating func isSweepDue(now: String) -> Bool {
        let minute = String(now.prefix(16))
        guard self.writes >= Self.writesPerSweep || self.writes > 0 && minute != self.lastMinute else { return false }
        self.writes = 0
        self.lastMinute = minute
        return true
    }
}
