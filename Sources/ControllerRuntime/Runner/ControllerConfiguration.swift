import Clocks

/// The knobs of a `Controller`.
package struct ControllerConfiguration: Sendable, Hashable {
    /// The name in logs and metrics.
    package var name: String
    /// Reconciles at once in all.
    package var concurrency = 64
    /// Reconciles at once in a partition that has no limit of its own.
    package var concurrencyPerPartition = 8
    /// One of so many reconciles is from the drift lane while that has work.
    package var driftShare = 8
    /// The waits after failures in a row.
    package var backoff = Backoff()
    /// By what share `Requeue.after` is spread to either side, so that things created together part.
    package var driftJitter = 0.1
    /// After how long a reconcile is cancelled and counted as failed.
    package var timeout = Duration.seconds(60)
    /// How long a stop waits for running reconciles before it cancels them.
    package var gracePeriod = Duration.seconds(30)
    /// How long a stop then waits for reconciles that ignore their cancellation.
    package var abandonPeriod = Duration.seconds(5)

    /// Creates a configuration with the defaults.
    package init(name: String) {
        self.name = name
    }
}
