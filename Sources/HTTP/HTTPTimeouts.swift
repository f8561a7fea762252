/// How long each part of an exchange may take.
package struct HTTPTimeouts: Sendable, Hashable {
    /// Name lookup, TCP and TLS together.
    package var connect: Duration
    /// The whole exchange, the wait for a free place at the host included; `nil` never ends it.
    package var total: Duration?
    /// The longest silence of the server once it has the request; `nil` bears any.
    ///
    /// A stream whose consumer does not read is not silent: its clock stands still meanwhile.
    package var idle: Duration?

    /// Creates limits.
    package init(connect: Duration = .seconds(10), total: Duration? = .seconds(30), idle: Duration? = nil) {
        self.connect = connect
        self.total = total
        self.idle = idle
    }

    /// Limits for a response without an end, such as a watch: only silence ends it.
    package static func stream(idle: Duration) -> Self {
        Self(total: nil, idle: idle)
    }
}

extension Duration {
    /// Whole milliseconds between 1 and about 24 days: zero would mean "no limit" to libcurl.
    var limitMilliseconds: Int {
        let (seconds, attoseconds) = self.components
        let bounded = min(max(seconds, 0), 2_000_000)
        return max(1, Int(bounded) * 1_000 + Int(max(attoseconds, 0) / 1_000_000_000_000_000))
    }
}
