import Clocks

/// A token bucket whose tokens can be reserved ahead of time.
struct TokenBucket: Sendable {
    private var tokens: Double
    private var updatedAt: Duration?

    /// Creates a full bucket.
    init(burst: Int) {
        self.tokens = Double(max(1, burst))
    }

    /// Takes a token, from the future if need be.
    ///
    /// - Parameters:
    ///   - now: The time; it does not go back.
    ///   - rate: Tokens per second, more than zero.
    ///   - burst: The most tokens that the bucket holds.
    ///   - maximumWait: How far in the future the token may be.
    /// - Returns: How long to wait for the token, and whether it was taken: it is not when the wait is too long.
    mutating func take(
        now: Duration,
        rate: Double,
        burst: Int,
        maximumWait: Duration
    ) -> (wait: Duration, isTaken: Bool) {
        let elapsed = max(0, (now - (self.updatedAt ?? now)).inSeconds)
        self.tokens = min(Double(max(1, burst)), self.tokens + elapsed * rate)
        self.updatedAt = now
        let wait = self.tokens >= 1 ? Duration.zero : .seconds((1 - self.tokens) / rate)
        guard wait <= maximumWait else { return (wait, false) }
        self.tokens -= 1
        return (wait, true)
    }
}
