import Clocks
import Synchronization

/// The gates of all hosts, shared by everything that sends requests.
///
/// *Expected flow:* `try await gates.pass(host)`, send the request, `gates.record(outcome, of: host)` with its outcome,
/// whatever it was. A reconcile that is refused returns `Requeue.retryAfter(refusal.delay)`.
/// *Guarantees:* hosts do not affect each other; a changed configuration holds from the next request on.
/// *Errors:* `HostGateError` when the request must not be sent now.
package final class HostGates: Sendable {
    private struct State: Sendable {
        var gates: [String: HostGateState] = [:]
        var configurations: [String: HostGateConfiguration] = [:]
        var generator: SplitMix64

        /// The gate of a host, made when it is first asked for.
        mutating func withGate<Result>(
            _ host: String,
            _ defaults: HostGateConfiguration,
            _ body: (inout HostGateState) -> Result
        ) -> Result {
            let seed = self.gates[host] == nil ? self.generator.next() : 0
            return body(&self.gates[host, default: HostGateState(self.configurations[host] ?? defaults, seed: seed)])
        }
    }

    private let time: any Time
    private let defaults: HostGateConfiguration
    private let state: Mutex<State>

    /// Creates gates that know no host yet.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - defaults: The knobs of hosts that have none of their own.
    ///   - seed: Where chance begins.
    package init(
        time: any Time,
        defaults: HostGateConfiguration = HostGateConfiguration(),
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.time = time
        self.defaults = defaults
        self.state = Mutex(State(generator: SplitMix64(seed: seed)))
    }

    /// Gives a host knobs of its own, or with `nil` the default ones.
    package func configure(_ host: String, _ configuration: HostGateConfiguration?) {
        self.state.withLock { state in
            state.configurations[host] = configuration
            state.gates[host]?.configure(configuration ?? self.defaults)
        }
    }

    /// Forgets what is known of a host's health, because something outside the gate has seen it answer.
    package func reset(_ host: String) {
        self.state.withLock { state in
            if case .closed = state.gates[host]?.circuit { return }
            state.gates[host] = nil
        }
    }

    /// Forgets a host that is no longer used.
    package func remove(_ host: String) {
        self.state.withLock { state in
            state.gates[host] = nil
            state.configurations[host] = nil
        }
    }

    /// Decides about one request, without waiting.
    package func admit(_ host: String) -> HostAdmission {
        let now = self.time.monotonicNow
        return self.state.withLock { state in state.withGate(host, self.defaults) { $0.admit(now: now) } }
    }

    /// Waits for a request's place in line.
    ///
    /// - Parameter host: Where the request goes.
    /// - Returns: How long it has waited; zero when it could go at once.
    /// - Throws: `HostGateError` when the request must not be sent now.
    @discardableResult
    package func pass(_ host: String) async throws(HostGateError) -> Duration {
        let arrival = self.time.monotonicNow
        switch self.admit(host) {
        case .go: return .zero
        case .refuse(let until, let reason): throw self.error(host, reason, until: until)
        case .wait(let until):
            guard (try? await self.time.sleep(until: until)) != nil else {
                throw self.error(host, .cancelled, until: until)
            }
            let now = self.time.monotonicNow
            let admission = self.state.withLock { state in
                state.withGate(host, self.defaults) { $0.admitAfterWaiting(now: now) }
            }
            guard case .refuse(let until, let reason) = admission else { return now - arrival }
            throw self.error(host, reason, until: until)
        }
    }

    /// Takes note of what came of a request.
    package func record(_ outcome: HostOutcome, of host: String) {
        let now = self.time.monotonicNow
        self.state.withLock { state in state.withGate(host, self.defaults) { $0.record(outcome, now: now) } }
    }

    /// How a host stands; `nil` when no request ever went there.
    package func status(of host: String) -> HostGateStatus? {
        let now = self.time.monotonicNow
        return self.state.withLock { $0.gates[host]?.status(now: now) }
    }

    /// How all hosts stand.
    package var statuses: [String: HostGateStatus] {
        let now = self.time.monotonicNow
        return self.state.withLock { state in
            state.gates.mapValues { gate in
                var gate = gate
                return gate.status(now: now)
            }
        }
    }

    private func error(_ host: String, _ reason: HostRefusal, until: Duration) -> HostGateError {
        HostGateError(host: host, reason: reason, delay: max(.zero, until - self.time.monotonicNow))
    }
}

/// A request that must not be sent now.
package struct HostGateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it would have gone.
    package let host: String
    /// Why not.
    package let reason: HostRefusal
    /// When to ask again.
    package let delay: Duration

    /// Creates an error.
    package init(host: String, reason: HostRefusal, delay: Duration) {
        self.host = host
        self.reason = reason
        self.delay = delay
    }

    /// What a person needs to know.
    package var description: String {
        let what =
            switch self.reason {
            case .circuitOpen: "it failed too often in a row"
            case .retryAfter: "it asked to be left alone"
            case .rateLimited: "too many requests wait for it"
            case .cancelled: "the request was given up"
            }
        return "no request to \(self.host) now: \(what); the next try is in \(self.delay.goText)"
    }
}

/// How one host stands.
package struct HostGateStatus: Sendable, Hashable {
    /// The circuit breaker.
    package let circuit: HostGateState.Circuit
    /// How long no request goes, counted from now.
    package let closedFor: Duration
    /// Requests per second now allowed; `nil` for no limit.
    package let requestsPerSecond: Double?
}

extension HostGateState {
    /// When requests may go again.
    var opensAt: Duration {
        switch self.circuit {
        case .closed: self.blockedUntil
        case .open(let until, _), .probing(let until, _): max(until, self.blockedUntil)
        }
    }

    mutating func status(now: Duration) -> HostGateStatus {
        HostGateStatus(
            circuit: self.circuit,
            closedFor: max(.zero, self.opensAt - now),
            requestsPerSecond: self.requestsPerSecond(now: now)
        )
    }
}
