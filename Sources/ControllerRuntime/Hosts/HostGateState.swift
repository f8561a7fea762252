import Clocks

/// Whether and when a request may go to one host, as a pure value.
///
/// *Expected flow:* `admit` before every request; `record` with its outcome after it, always.
///
/// *Guarantees:*
/// - At most `burst` requests at once and `requestsPerSecond` in the long run.
/// - After `failuresToOpen` failures in a row the circuit opens: no request for a time that grows with chance in it,
///   then a single probe; its success closes the circuit, its failure opens it for longer.
/// - `Retry-After` is honoured up to `maximumRetryAfter`; every 429 halves the rate, which then recovers in a minute.
package struct HostGateState: Sendable {
    /// The circuit breaker.
    package enum Circuit: Sendable, Hashable {
        /// Requests go. Can transition to `open`.
        case closed(failures: Int)
        /// No request goes. Can transition to `probing`.
        case open(until: Duration, openings: Int)
        /// One request is under way to see. Can transition to `closed` or `open`.
        case probing(until: Duration, openings: Int)
    }

    /// The circuit breaker.
    package private(set) var circuit = Circuit.closed(failures: 0)
    /// Until when the host asked to be left alone.
    package private(set) var blockedUntil = Duration.zero
    private var configuration: HostGateConfiguration
    private var bucket: TokenBucket
    private var rate: AdaptiveRate
    private var generator: SplitMix64

    /// Creates the state of a host of which nothing is known.
    ///
    /// - Parameters:
    ///   - configuration: The knobs.
    ///   - seed: Where chance begins.
    package init(_ configuration: HostGateConfiguration = HostGateConfiguration(), seed: UInt64) {
        self.configuration = configuration
        self.bucket = TokenBucket(burst: configuration.burst)
        self.rate = AdaptiveRate(limit: configuration.limit)
        self.generator = SplitMix64(seed: seed)
    }

    /// Changes the knobs; what is known of the host's health stays.
    package mutating func configure(_ configuration: HostGateConfiguration) {
        guard configuration != self.configuration else { return }
        self.configuration = configuration
        self.rate = AdaptiveRate(limit: configuration.limit)
    }

    /// Requests per second that the gate now allows; `nil` for no limit.
    package mutating func requestsPerSecond(now: Duration) -> Double? { self.rate.current(now: now) }

    /// Decides about one request.
    package mutating func admit(now: Duration) -> HostAdmission {
        guard now >= self.blockedUntil else { return .refuse(until: self.blockedUntil, .retryAfter) }
        switch self.circuit {
        case .closed:
            return self.takeToken(now: now)
        case .open(let until, let openings), .probing(let until, let openings):
            if now >= until {
                self.circuit = .probing(until: now + self.configuration.probeTimeout, openings: openings)
                self.rate.admitted(now: now)
                return .go
            }
            guard case .probing = self.circuit else { return .refuse(until: until, .circuitOpen) }
            // The probe's verdict is near: ask again soon, and not all at once.
            let pause = Duration.milliseconds(Int64.random(in: 500...1_500, using: &self.generator))
            return .refuse(until: min(until, now + pause), .circuitOpen)
        }
    }

    /// Decides about a request that has waited for its place: the host may have failed for others meanwhile.
    package func admitAfterWaiting(now: Duration) -> HostAdmission {
        if now < self.blockedUntil { return .refuse(until: self.blockedUntil, .retryAfter) }
        switch self.circuit {
        case .closed: return .go
        case .open(let until, _), .probing(let until, _): return .refuse(until: max(now, until), .circuitOpen)
        }
    }

    /// Takes note of what came of a request.
    package mutating func record(_ outcome: HostOutcome, now: Duration) {
        switch outcome {
        case .answered:
            // While open, only the probe's answer counts: others were sent before the host failed.
            if case .open = self.circuit { return }
            self.circuit = .closed(failures: 0)
        case .abandoned:
            guard case .probing(_, let openings) = self.circuit else { return }
            self.circuit = .open(until: now, openings: openings)
        case .failed(let retryAfter):
            self.fail(retryAfter: retryAfter, now: now)
        case .throttled(let retryAfter):
            self.rate.cut(now: now)
            self.fail(retryAfter: retryAfter, now: now)
        }
    }

    private mutating func fail(retryAfter: Duration?, now: Duration) {
        if let retryAfter {
            let pause = min(max(.zero, retryAfter), self.configuration.maximumRetryAfter)
            self.blockedUntil = max(self.blockedUntil, now + pause)
        }
        switch self.circuit {
        case .open:
            break
        case .probing(_, let openings):
            self.open(openings + 1, now: now)
        case .closed(let failures) where failures + 1 < max(1, self.configuration.failuresToOpen):
            self.circuit = .closed(failures: failures + 1)
        case .closed:
            self.open(1, now: now)
        }
    }

    private mutating func open(_ openings: Int, now: Duration) {
        let pause = self.configuration.probeInterval.delay(failures: openings, using: &self.generator)
        self.circuit = .open(until: now + pause, openings: openings)
    }

    private mutating func takeToken(now: Duration) -> HostAdmission {
        guard let rate = self.rate.current(now: now) else {
            self.rate.admitted(now: now)
            return .go
        }
        let (wait, isTaken) = self.bucket.take(
            now: now,
            rate: rate,
            burst: self.configuration.burst,
            maximumWait: self.configuration.maximumWait
        )
        guard isTaken else { return .refuse(until: now + wait, .rateLimited) }
        self.rate.admitted(now: now)
        return wait == .zero ? .go : .wait(until: now + wait)
    }
}

extension HostGateConfiguration {
    fileprivate var limit: Double? {
        self.requestsPerSecond > 0 && self.requestsPerSecond.isFinite ? max(0.001, self.requestsPerSecond) : nil
    }
}
