import JSON

/// How hard a Big Peer's REST API may be asked.
package struct RateLimit: Sendable, Hashable {
    /// How many requests a second on average; `nil` is no cap.
    package var requestsPerSecond: Int?
    /// How many requests at once after a quiet time.
    package var burst: Int
    /// How many requests may be under way together.
    package var concurrency: Int

    /// For a Big Peer that others use too.
    package static let endpoint = RateLimit(requestsPerSecond: 50, burst: 100, concurrency: 16)
    /// For a peer inside this process.
    package static let embedded = RateLimit(requestsPerSecond: nil, burst: 100, concurrency: 64)

    /// Creates a limit.
    package init(requestsPerSecond: Int?, burst: Int, concurrency: Int) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
        self.concurrency = concurrency
    }

    /// Reads `{requestsPerSecond, burst, concurrency}`; zero requests a second is no cap.
    init(_ json: JSONValue?) {
        self = .endpoint
        if let rate = json?["requestsPerSecond"]?.integer.flatMap({ Int(exactly: $0) }), rate >= 0 {
            self.requestsPerSecond = rate == 0 ? nil : rate
        }
        self.burst = json?["burst"]?.integer.flatMap { Int(exactly: $0) }.map { max($0, 1) } ?? self.burst
        self.concurrency =
            json?["concurrency"]?.integer.flatMap { Int(exactly: $0) }.map { max($0, 1) } ?? self.concurrency
    }
}
