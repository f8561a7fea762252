/// How patient the members of an election are.
///
/// A leader that cannot renew its lease stops `renewDeadline` after it asked for the last renewal that succeeded;
/// nobody takes the lease before `leaseDuration` after having seen that renewal. The difference is what a leader has
/// to come to rest, and what two machines' clocks may run apart.
package struct LeaderElectionTiming: Sendable, Hashable {
    /// Why an election could not be safe.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, and what to choose.
        package let description: String
    }

    /// How long without a sign of life until others may take the lease.
    package let leaseDuration: Duration
    /// How long a leader goes on without a renewal.
    package let renewDeadline: Duration
    /// How often a leader renews; candidates look somewhat more often.
    package let retryPeriod: Duration

    /// 15 s, 10 s and 2 s, as client-go has them.
    package static let standard = LeaderElectionTiming(lease: .seconds(15), deadline: .seconds(10), retry: .seconds(2))

    /// Chooses other times.
    ///
    /// - Parameters:
    ///   - leaseDuration: How long without a sign of life until others may take the lease; whole seconds.
    ///   - renewDeadline: How long a leader goes on without a renewal.
    ///   - retryPeriod: How often a leader renews.
    /// - Throws: `Invalid` unless each is clearly shorter than the one before it.
    package init(
        leaseDuration: Duration,
        renewDeadline: Duration,
        retryPeriod: Duration
    ) throws(Invalid) {
        guard leaseDuration >= .seconds(1), leaseDuration.components.attoseconds == 0 else {
            throw Invalid(description: "the lease duration is \(leaseDuration); it must be whole seconds, at least one")
        }
        guard renewDeadline * 1.2 <= leaseDuration else {
            throw Invalid(
                description: "the renew deadline \(renewDeadline) must be shorter than the lease duration "
                    + "\(leaseDuration) by a sixth or more: that is the time to stop in"
            )
        }
        guard retryPeriod > .zero, retryPeriod * 2 <= renewDeadline else {
            throw Invalid(
                description: "the retry period \(retryPeriod) must be at most half the renew deadline \(renewDeadline)"
            )
        }
        self.init(lease: leaseDuration, deadline: renewDeadline, retry: retryPeriod)
    }

    private init(lease: Duration, deadline: Duration, retry: Duration) {
        self.leaseDuration = lease
        self.renewDeadline = deadline
        self.retryPeriod = retry
    }

    /// How long one request may take, so that a second one fits before the deadline.
    var requestTimeout: Duration { self.renewDeadline / 2 }

    /// How long a leader that lost the lease has to come to rest before others may act.
    package var restTime: Duration { (self.leaseDuration - self.renewDeadline) * 0.8 }
}
