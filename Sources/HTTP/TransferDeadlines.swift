/// When a transfer has taken too long; times are milliseconds of one monotonic clock.
struct TransferDeadlines: Hashable {
    private let total: Int
    private let idleLimit: Int?
    private var quietSince: Int
    private var isPaused = false

    init(_ timeouts: HTTPTimeouts, now: Int) {
        self.total = timeouts.total.map { now + $0.limitMilliseconds } ?? Int.max
        self.idleLimit = timeouts.idle?.limitMilliseconds
        self.quietSince = now
    }

    /// The earliest moment at which there is something to check; `Int.max` if there never is.
    var next: Int { min(self.total, self.idle) }

    /// Whether the whole exchange has taken too long.
    func isOver(now: Int) -> Bool { now >= self.total }

    /// Whether the other side has been silent for too long.
    func isIdle(now: Int) -> Bool { now >= self.idle }

    /// The other side showed signs of life.
    mutating func touch(now: Int) {
        self.quietSince = now
    }

    /// We stopped listening: silence is ours.
    mutating func pause() {
        self.isPaused = true
    }

    /// We listen again.
    mutating func resume(now: Int) {
        self.isPaused = false
        self.quietSince = now
    }

    private var idle: Int {
        guard let idleLimit = self.idleLimit, !self.isPaused else { return Int.max }
        return self.quietSince + idleLimit
    }
}
