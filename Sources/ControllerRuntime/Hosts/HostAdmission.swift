/// What a gate says to a request.
package enum HostAdmission: Sendable, Hashable {
    /// Send it.
    case go
    /// A place in line is reserved: send it then.
    case wait(until: Duration)
    /// Do not send it; ask again then.
    case refuse(until: Duration, HostRefusal)
}

/// Why a gate refuses a request.
package enum HostRefusal: String, Sendable, Hashable, CaseIterable {
    /// The host failed too often in a row.
    case circuitOpen = "CircuitOpen"
    /// The host asked to be left alone for a time.
    case retryAfter = "RetryAfter"
    /// More requests wait than the rate can serve soon.
    case rateLimited = "RateLimited"
    /// The task was cancelled while it waited in line.
    case cancelled = "Cancelled"
}

/// What came of a request, as far as the host's health goes.
package enum HostOutcome: Sendable, Hashable {
    /// The host answered, if only that the request was wrong (2xx, 3xx, 4xx but 429).
    case answered
    /// No answer or a 5xx, perhaps with a `Retry-After`.
    case failed(retryAfter: Duration? = nil)
    /// A 429, perhaps with a `Retry-After`.
    case throttled(retryAfter: Duration? = nil)
    /// Nobody knows: the request was given up.
    case abandoned
}
