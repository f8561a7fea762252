import Clocks

/// The rate at which a host is asked: halved when it answers 429, and slowly back up from there (AIMD).
///
/// Where no rate is configured, the first 429 sets one from what was measured in the last second; it is lifted again
/// when twice that has been reached.
struct AdaptiveRate: Sendable {
    /// The slowest that a host is asked: once in five seconds.
    private static let floor = 0.2
    /// How long the way back from nothing to the ceiling takes.
    private static let recovery = 60.0

    /// The configured rate; `nil` for none.
    private let limit: Double?
    /// The lowered rate and the rate at which the lowering ends.
    private var lowered: (rate: Double, ceiling: Double, updatedAt: Duration)?
    /// When the rate was last cut: the answers to one burst cut it once.
    private var cutAt: Duration?
    private var window: (start: Duration, count: Int, lastRate: Double) = (.zero, 0, 0)

    init(limit: Double?) {
        self.limit = limit
    }

    /// Requests per second at a time; `nil` for no limit.
    mutating func current(now: Duration) -> Double? {
        guard let lowered else { return self.limit }
        let elapsed = max(0, (now - lowered.updatedAt).inSeconds)
        let rate = lowered.rate + elapsed * lowered.ceiling / Self.recovery
        guard rate < lowered.ceiling else {
            self.lowered = nil
            return self.limit
        }
        self.lowered = (rate, lowered.ceiling, now)
        return rate
    }

    /// Counts a request.
    mutating func admitted(now: Duration) {
        let elapsed = (now - self.window.start).inSeconds
        if elapsed >= 1 { self.window = (now, 0, Double(self.window.count) / elapsed) }
        self.window.count += 1
    }

    /// Halves the rate.
    mutating func cut(now: Duration) {
        if let cutAt = self.cutAt, now - cutAt < .seconds(1) { return }
        self.cutAt = now
        let rate = self.current(now: now) ?? max(self.window.lastRate, Double(self.window.count))
        let ceiling = self.limit ?? self.lowered?.ceiling ?? max(1, 2 * rate)
        self.lowered = (max(Self.floor, rate / 2), ceiling, now)
    }
}
