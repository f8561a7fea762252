import Clocks

/// The knobs of one host's gate.
package struct HostGateConfiguration: Sendable, Hashable {
    /// Requests per second in the long run; 0 for no limit.
    package var requestsPerSecond: Double = 0
    /// Requests at once after a pause.
    package var burst = 10
    /// The longest time that a request waits in line; a longer line refuses it.
    package var maximumWait = Duration.seconds(2)
    /// After how many failures in a row the circuit opens.
    package var failuresToOpen = 5
    /// How long the circuit stays open, growing with every probe that fails.
    package var probeInterval = Backoff(base: .seconds(2), cap: .seconds(300), jitter: 0.5)
    /// After how long a probe without a verdict is given up.
    package var probeTimeout = Duration.seconds(60)
    /// The longest `Retry-After` that is honoured: a broken host must not lock itself out for ever.
    package var maximumRetryAfter = Duration.seconds(3_600)

    /// Creates a configuration with the defaults.
    package init() {}
}
