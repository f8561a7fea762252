/// What a reconcile says about its next run.
package enum Requeue: Sendable, Hashable {
    /// Done: come back when something changes. Forgets earlier failures.
    case whenChanged
    /// Done: look again after about this long, in the drift lane. Forgets earlier failures.
    case after(Duration)
    /// Failed: come back after a backoff that grows with every failure in a row.
    case retry
    /// Not yet possible: come back after this long. Counts neither as failure nor as success.
    case retryAfter(Duration)
}
