import Clocks
import KubernetesModel
import Logging
import ResourceStore
import Synchronization

/// Lets one of several processes work, by a Lease that all of them see.
///
/// *Expected flow:*
/// ```
/// let election = LeaderElection(store: store, lease: key, identity: LeaderElection.newIdentity(host), …)
/// let caches = FencedStore(store, leadership: election.leadership)   // writes only while leading
/// try await election.run { try await controllers.run() }             // on stop: controllers.stop(), election.stop()
/// ```
/// Candidates look at the Lease between once and twice per second, so that they take over within two seconds of a
/// leader's release; a leader that dies is replaced when the lease duration is over.
///
/// *Guarantees:*
/// - The body runs only while this process leads. When leadership is lost, its task is cancelled, `leadership` is
///   already down, and `run` throws within the lease's rest time even if the body does not end: then exit at once.
/// - The lease is given back after the body has ended, never before.
/// - A store that does not answer cannot hold anything up: every request ends within half the renew deadline.
///
/// *Errors:* `LeadershipLoss`, `CancellationError` when the task was cancelled before it led, and what the body throws.
package final class LeaderElection: Sendable {
    /// Whether this process leads at this very moment.
    package let leadership: Leadership
    /// Who this process is in the election.
    package let identity: String

    /// The Lease that says who leads.
    package let lease: ObjectKey

    private let store: any ResourceStore
    private let annotations: [String: String]
    private let timing: LeaderElectionTiming
    private let time: any Time
    private let logger: Logger
    private let alarm: Alarm
    private let isStopped = Atomic<Bool>(false)
    private let lastHolder = Mutex("")

    /// Creates a member of an election; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - store: Where the Lease lives.
    ///   - lease: The Lease; it is created when it is missing.
    ///   - identity: Who this process is, different from every other process ever: see `newIdentity`.
    ///   - annotations: What the Lease tells others while this process leads.
    ///   - timing: How patient the members are.
    ///   - time: The clock.
    ///   - logger: Told who leads.
    package init(
        store: any ResourceStore,
        lease: ObjectKey,
        identity: String,
        annotations: [String: String] = [:],
        timing: LeaderElectionTiming = .standard,
        time: any Time,
        logger: Logger
    ) {
        self.leadership = Leadership(time: time)
        self.identity = identity
        self.store = store
        self.lease = lease
        self.annotations = annotations
        self.timing = timing
        self.time = time
        self.logger = logger
        self.alarm = Alarm(time: time)
    }

    /// Makes an identity of a host's name that no other process has, and no later process on that host.
    package static func newIdentity(_ hostName: String) -> String {
        let number = UInt64.random(in: 0...UInt64.max)
        return "\(hostName)_\(String(number, radix: 16))"
    }

    /// Who was last seen to lead; empty is nobody.
    package var holder: String { self.lastHolder.withLock { $0 } }

    /// Stops waiting for leadership; a body that runs is not touched and ends by itself.
    package func stop() {
        self.isStopped.store(true, ordering: .sequentiallyConsistent)
        self.alarm.ring()
    }

    /// Waits until this process leads, runs the body while it does, and gives the lease back.
    ///
    /// - Parameter body: What only one process may do at a time; it ends when it is done or its task is cancelled.
    /// - Throws: `LeadershipLoss`, `CancellationError`, or what the body throws.
    package func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withTaskCancellationHandler {
            try await self.takePart(Work(body, onEnd: self.alarm.ring))
        } onCancel: {
            self.alarm.ring()
        }
    }

    // MARK: - The loop

    private func takePart(_ work: Work) async throws {
        var state = ElectionState(
            key: self.lease,
            identity: self.identity,
            annotations: self.annotations,
            timing: self.timing,
            generator: SplitMix64()
        )
        self.logger.info(
            "Waiting for leadership",
            metadata: ["lease": "\(self.lease)", "identity": "\(self.identity)"]
        )
        var action = state.wake(now: self.time.monotonicNow, wall: self.time.now())
        var isReleasing = false
        while true {
            self.note(state, work)
            switch action {
            case .ask(let request, let deadline):
                let answer = await self.answer(to: request, by: deadline)
                action = state.answered(answer, now: self.time.monotonicNow, wall: self.time.now())
            case .wait(let moment):
                if self.isOver(work), !isReleasing {
                    isReleasing = true
                    self.leadership.set(until: nil)
                    action = state.release(now: self.time.monotonicNow, wall: self.time.now())
                    continue
                }
                await self.alarm.wait(until: moment)
                // A body that was cancelled from outside is given the time that it takes, and the lease with it.
                if Task.isCancelled { work.cancel() }
                let now = self.time.monotonicNow
                action = now < moment ? .wait(until: moment) : state.wake(now: now, wall: self.time.now())
            case .end(nil):
                return try self.finish(work)
            case .end(let loss?):
                return try await self.give(up: loss, work)
            }
        }
    }

    /// Whether there is nothing left to lead for.
    private func isOver(_ work: Work) -> Bool {
        if work.hasStarted { return work.hasEnded }
        return self.isStopped.load(ordering: .sequentiallyConsistent) || Task.isCancelled
    }

    /// Makes known what the state says, and starts the body once it leads.
    private func note(_ state: ElectionState, _ work: Work) {
        self.leadership.set(until: self.isOver(work) ? nil : state.leadsUntil)
        let holder = state.holder
        let isNews = self.lastHolder.withLock { last in
            defer { last = holder }
            return last != holder
        }
        if isNews { self.logger.info("Leader seen", metadata: ["holder": "\(holder)", "lease": "\(self.lease)"]) }
        if state.leadsUntil != nil, !self.isOver(work), work.start() {
            self.logger.notice("This process leads", metadata: ["lease": "\(self.lease)"])
        }
    }

    private func finish(_ work: Work) throws {
        self.leadership.set(until: nil)
        guard work.hasStarted else {
            if Task.isCancelled { throw CancellationError() }
            return
        }
        self.logger.notice("Leadership given back", metadata: ["lease": "\(self.lease)"])
        try work.result.get()
    }

    private func give(up loss: LeadershipLoss, _ work: Work) async throws {
        self.leadership.set(until: nil)
        work.cancel()
        self.logger.error("Leadership lost", metadata: ["lease": "\(self.lease)", "error": "\(loss)"])
        let deadline = self.time.monotonicNow + self.timing.restTime
        while !work.hasEnded, self.time.monotonicNow < deadline { await self.alarm.wait(until: deadline) }
        throw loss
    }

    // MARK: - Requests

    /// The store's answer, or a failure when that takes too long; the store cannot delay it.
    private func answer(to request: ElectionState.Request, by deadline: Duration) async -> ElectionState.Answer {
        let answer = await self.time.answer(by: deadline) { () async throws(APIStatus) in
            switch request {
            case .read: try await self.store.get(.lease, self.lease)
            case .create(let lease): try await self.store.create(.lease, lease)
            case .update(let lease): try await self.store.update(.lease, lease)
            }
        }
        return switch answer {
        case .success(let lease): .lease(lease)
        case .failure(let error): .failed(error)
        }
    }
}
