import Clocks
import KubernetesModel

/// One member of an election over one Lease: a pure state machine.
///
/// ```
///                              write confirmed            no renewal in time, or taken
///   start ─▶ ┌───────────┐ ───────────────────▶ ┌────────┐ ────────────────────────▶ ┌───────┐
///            │ candidate │                      │ leader │                           │ ended │
///            └───────────┘ ──┐              ┌── └────────┘                           └───────┘
///                            └── release ───┴─▶ ┌───────────┐ given back, or too late     ▲
///                                               │ releasing │ ────────────────────────────┘
///                                               └───────────┘
/// ```
///
/// *Guarantees:* never two leaders at once, as long as no clock runs a fifth faster than another:
/// - A leader counts from the moment at which it *asked* for the last renewal that was confirmed; a candidate from the
///   moment at which it *saw* a new version of the Lease, which is later. Times of day are written and never read.
/// - The Lease is only written at the version that was read, so of two candidates one wins, and a write that was
///   delayed on its way changes nothing once somebody else has written.
/// - An answer that is lost makes nobody a leader: the Lease is read again.
///
/// *Assumptions:* nobody deletes the Lease of a living leader. A candidate that has seen that leader waits all the
/// same; one that starts afterwards cannot know, and the old leader finds out at its next renewal.
struct ElectionState: Sendable {
    /// What to do next.
    enum Action: Sendable, Hashable {
        /// Ask the store, and call `answered`; when the time is over, with a failure.
        case ask(Request, by: Duration)
        /// Call `wake` at this time.
        case wait(until: Duration)
        /// Nothing more; with why, if leadership was lost.
        case end(LeadershipLoss?)
    }

    /// What to ask the store.
    enum Request: Sendable, Hashable {
        case read
        case create(Object)
        case update(Object)

        var isWrite: Bool { self != .read }
    }

    /// What came back.
    enum Answer: Sendable {
        case lease(Object)
        case failed(APIStatus)
    }

    private enum Role: Sendable, Hashable {
        case candidate
        case leader(until: Duration)
        case releasing(giveUp: Duration)
        case ended(LeadershipLoss?)
    }

    /// A version of the Lease, and when by the own clock it was seen first.
    private struct Sighting: Sendable {
        let lease: Object
        let at: Duration
    }

    /// The request that is under way, or was last.
    private struct Question: Sendable {
        let isWrite: Bool
        let sentAt: Duration
    }

    private let key: ObjectKey
    private let identity: String
    private let annotations: [String: String]
    private let timing: LeaderElectionTiming
    private var generator: SplitMix64
    private var role = Role.candidate
    private var sighting: Sighting?
    private var question = Question(isWrite: false, sentAt: .zero)
    /// Whether the next write may build on the sighting; otherwise the Lease is read first.
    private var isFresh = false
    /// Whether a write was refused since the last one that was confirmed.
    private var wasRefused = false
    /// Whether the Lease may name this member.
    private var mayHold = false
    private var lastError = "no answer"

    init(
        key: ObjectKey,
        identity: String,
        annotations: [String: String] = [:],
        timing: LeaderElectionTiming,
        generator: SplitMix64
    ) {
        self.key = key
        self.identity = identity
        self.annotations = annotations
        self.timing = timing
        self.generator = generator
    }

    /// Until when this member leads; `nil` when it does not.
    var leadsUntil: Duration? {
        if case .leader(let until) = self.role { until } else { nil }
    }

    /// Who was last seen to hold the lease; empty is nobody.
    var holder: String { self.sighting.map { LeaseRecord($0.lease).holder } ?? "" }

    // MARK: - Inputs

    /// Begins, or goes on after a wait.
    mutating func wake(now: Duration, wall: Timestamp) -> Action {
        switch self.role {
        case .ended(let loss): .end(loss)
        case .leader(let until) where now >= until: self.expire()
        case .releasing(let giveUp) where now >= giveUp: self.end(nil)
        case .candidate: self.ask(.read, now: now)
        case .leader, .releasing: self.isFresh ? self.write(now: now, wall: wall) : self.ask(.read, now: now)
        }
    }

    /// Takes the answer to the request that was asked for last.
    mutating func answered(_ answer: Answer, now: Duration, wall: Timestamp) -> Action {
        if case .leader(let until) = self.role, now >= until { return self.expire() }
        if case .ended(let loss) = self.role { return .end(loss) }
        switch answer {
        case .lease(let lease):
            self.isFresh = true
            let version = lease.metadata.resourceVersion
            if self.sighting?.lease.metadata.resourceVersion != version || version.isEmpty {
                self.sighting = Sighting(lease: lease, at: now)
            }
            return self.question.isWrite ? self.confirmed(now: now) : self.decide(now: now, wall: wall)
        case .failed(let error):
            self.isFresh = false
            self.lastError = error.message
            return self.failed(error, now: now, wall: wall)
        }
    }

    /// Gives the lease back, if this member has it or may have it.
    mutating func release(now: Duration, wall: Timestamp) -> Action {
        switch self.role {
        case .candidate where !self.mayHold: return self.end(nil)
        case .candidate, .leader: self.role = .releasing(giveUp: now + self.timing.requestTimeout)
        case .releasing, .ended: break
        }
        return self.wake(now: now, wall: wall)
    }

    // MARK: - Decisions

    /// The store has done what this member asked for.
    private mutating func confirmed(now: Duration) -> Action {
        self.mayHold = true
        self.wasRefused = false
        let until = self.question.sentAt + self.timing.renewDeadline
        switch self.role {
        case .releasing, .ended: return self.end(nil)
        // The confirmation took too long to lead by it.
        case .candidate where now >= until: return self.ask(.read, now: now)
        case .candidate, .leader:
            self.role = .leader(until: until)
            return .wait(until: min(until, self.question.sentAt + self.pause(0.75...1)))
        }
    }

    /// The Lease has been read.
    private mutating func decide(now: Duration, wall: Timestamp) -> Action {
        let holder = self.holder
        self.mayHold = holder == self.identity
        switch self.role {
        case .ended(let loss): return .end(loss)
        case .candidate:
            guard holder.isEmpty || self.mayHold || self.hasLapsed(at: now) else {
                return .wait(until: now + self.pause(0.5...0.75))
            }
        case .leader:
            guard holder.isEmpty || self.mayHold else { return self.end(.taken(by: holder)) }
        case .releasing:
            guard self.mayHold else { return self.end(nil) }
        }
        return self.write(now: now, wall: wall)
    }

    private mutating func failed(_ error: APIStatus, now: Duration, wall: Timestamp) -> Action {
        switch error.reason {
        case .notFound where !self.question.isWrite: return self.absent(now: now, wall: wall)
        case .notFound, .conflict, .alreadyExists:
            // Somebody else was faster, or the answer to an own write was lost: only the Lease can tell.
            defer { self.wasRefused = true }
            if case .candidate = self.role { break }
            if !self.wasRefused { return self.ask(.read, now: now) }
        default: break
        }
        switch self.role {
        case .candidate: return .wait(until: now + self.pause(0.5...0.75))
        case .leader(let until): return .wait(until: min(until, now + self.pause(0.25...0.5)))
        case .releasing(let giveUp): return .wait(until: min(giveUp, now + self.pause(0.1...0.2)))
        case .ended(let loss): return .end(loss)
        }
    }

    /// There is no Lease.
    private mutating func absent(now: Duration, wall: Timestamp) -> Action {
        switch self.role {
        case .ended(let loss): return .end(loss)
        case .releasing: return self.end(nil)
        case .candidate where !self.holder.isEmpty && !self.mayHold && !self.hasLapsed(at: now):
            // Deleted under a leader that this member has seen alive.
            return .wait(until: now + self.pause(0.5...0.75))
        case .candidate, .leader:
            self.mayHold = true
            let empty = Object(kind: .lease, metadata: ObjectMeta(name: self.key.name, namespace: self.key.namespace))
            return self.ask(.create(self.renewed(empty, wall: wall, isNew: true)), now: now)
        }
    }

    /// Whether nobody has given a sign of life for as long as the holder promised to.
    private func hasLapsed(at now: Duration) -> Bool {
        guard let sighting else { return true }
        return now >= sighting.at + (LeaseRecord(sighting.lease).duration ?? self.timing.leaseDuration)
    }

    // MARK: - Actions

    private mutating func write(now: Duration, wall: Timestamp) -> Action {
        guard let lease = self.sighting?.lease else { return self.ask(.read, now: now) }
        if case .releasing = self.role {
            let record = LeaseRecord(lease)
            let blank = lease.lease(
                holder: "",
                seconds: 1,
                transitions: record.transitions,
                acquired: record.acquireTime.isEmpty ? wall.rfc3339Micro : record.acquireTime,
                renewed: wall.rfc3339Micro
            )
            return self.ask(.update(blank), now: now)
        }
        self.mayHold = true
        return self.ask(.update(self.renewed(lease, wall: wall, isNew: false)), now: now)
    }

    private func renewed(_ lease: Object, wall: Timestamp, isNew: Bool) -> Object {
        let record = LeaseRecord(lease)
        let isOurs = record.holder == self.identity && !record.acquireTime.isEmpty
        var lease = lease
        lease.metadata.annotations.merge(self.annotations) { $1 }
        return lease.lease(
            holder: self.identity,
            seconds: self.timing.leaseDuration.components.seconds,
            transitions: isOurs || isNew ? record.transitions : record.transitions + 1,
            acquired: isOurs ? record.acquireTime : wall.rfc3339Micro,
            renewed: wall.rfc3339Micro
        )
    }

    private mutating func ask(_ request: Request, now: Duration) -> Action {
        self.question = Question(isWrite: request.isWrite, sentAt: now)
        let timeout = now + self.timing.requestTimeout
        switch self.role {
        case .leader(let until): return .ask(request, by: min(timeout, until))
        case .releasing(let giveUp): return .ask(request, by: min(timeout, giveUp))
        case .candidate, .ended: return .ask(request, by: timeout)
        }
    }

    private mutating func pause(_ share: ClosedRange<Double>) -> Duration {
        self.timing.retryPeriod * Double.random(in: share, using: &self.generator)
    }

    private mutating func expire() -> Action {
        self.end(.expired(after: self.timing.renewDeadline, lastError: self.lastError))
    }

    private mutating func end(_ loss: LeadershipLoss?) -> Action {
        self.role = .ended(loss)
        return .end(loss)
    }
}
