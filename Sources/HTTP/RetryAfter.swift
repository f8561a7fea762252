/// When a server asks to be tried again: the value of the `Retry-After` field.
///
/// RFC 9110 §10.2.3: "Retry-After = HTTP-date / delay-seconds".
package enum RetryAfter: Sendable, Hashable {
    /// A number of seconds after the response was received.
    case delay(seconds: Int)
    /// A moment, in seconds since 1970-01-01T00:00:00Z.
    case date(unixSeconds: Int)

    /// Reads the value of a field.
    ///
    /// - Returns: `nil` when the value is neither a date nor a number of seconds.
    package init?(parsing value: String) {
        let digits = value.utf8
        if !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // A number too large for an Int still says "not soon".
            self = .delay(seconds: Int(value) ?? Int.max)
        } else if let date = HTTPDate(parsing: value) {
            self = .date(unixSeconds: date.unixSeconds)
        } else {
            return nil
        }
    }

    /// How long to wait, never negative.
    ///
    /// - Parameters:
    ///   - now: the present moment in seconds since 1970-01-01T00:00:00Z; only a date needs it.
    ///   - limit: the longest wait to return, so that a faulty server cannot silence a client for good.
    /// - Returns: the wait in whole seconds.
    package func wait(now: Int, limit: Duration = .seconds(3_600)) -> Duration {
        switch self {
        case .delay(let seconds): return min(.seconds(max(seconds, 0)), limit)
        case .date(let moment):
            let (seconds, overflow) = moment.subtractingReportingOverflow(now)
            return overflow ? limit : min(.seconds(max(seconds, 0)), limit)
        }
    }
}

extension HTTPHeaders {
    /// The server's wish about when to be tried again, if it stated one that can be read.
    package var retryAfter: RetryAfter? { self["Retry-After"].flatMap(RetryAfter.init(parsing:)) }
}
