/// What came of one reconcile, for metrics.
package struct ReconcileReport<Key: Sendable>: Sendable {
    /// What was reconciled.
    package let key: Key
    /// The lane it came from.
    package let lane: WorkLane
    /// How long it had been due.
    package let waited: Duration
    /// How long it took.
    package let took: Duration
    /// What it returned; `retry` when it timed out.
    package let requeue: Requeue
    /// Whether it was cancelled because it took too long.
    package let didTimeOut: Bool
}

/// Counts and gauges of a controller at one moment.
package struct ControllerSnapshot: Sendable, Hashable {
    /// Reconciles that ended with `whenChanged`.
    package var succeeded: UInt64 = 0
    /// Reconciles that ended with `after`.
    package var scheduled: UInt64 = 0
    /// Reconciles that ended with `retry`.
    package var failed: UInt64 = 0
    /// Reconciles that ended with `retryAfter`.
    package var postponed: UInt64 = 0
    /// Reconciles that were cancelled because they took too long; they count as failed, too.
    package var timedOut: UInt64 = 0
    /// Keys that run now.
    package var running = 0
    /// Keys that are due and wait for a free place.
    package var ready = 0
    /// Those of them that are of the drift lane.
    package var readyDrift = 0
    /// Keys that wait for their time.
    package var delayed = 0
    /// Keys whose last reconcile failed.
    package var failing = 0
    /// How long the longest running reconcile has been running.
    package var longestRunning = Duration.zero
    /// How long all running reconciles together have been running.
    package var unfinished = Duration.zero
    /// How many times a key was added that did not wait already.
    package var added: UInt64 = 0

    /// All reconciles that ended.
    package var total: UInt64 { self.succeeded + self.scheduled + self.failed + self.postponed }
}
