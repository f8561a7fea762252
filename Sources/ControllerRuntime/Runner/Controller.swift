import Clocks
import Logging
import Metering
import Synchronization

/// Runs a reconcile function over keys: level-based, deduplicated, with retries, timeouts and bounded concurrency.
///
/// *Expected flow:* informers `enqueue` keys when something changes; `run()` calls `reconcile` for each; its answer
/// says when to come again. The reconcile reads the whole truth about its key anew, since any number of changes may
/// stand behind one call. Do not enqueue for a change that the reconcile itself wrote, such as its status: that would
/// run around the backoff.
///
/// *Guarantees:*
/// - Everything that `WorkQueue` guarantees: no key twice at a time, fairness among lanes and partitions.
/// - Nothing polls: an idle controller does not wake. A pool of tasks grows to `concurrency` and is then reused.
/// - A reconcile that takes longer than `timeout` is cancelled and retried with backoff. One that ignores its
///   cancellation keeps its place in its partition until it returns, and is never run twice meanwhile.
/// - `stop()`, or cancelling the task of `run()`, starts nothing more, gives running reconciles `gracePeriod` to end,
///   cancels the rest, and returns at the latest `abandonPeriod` after that.
///
/// *Errors:* a reconcile cannot throw: it decides itself what a failure means. Failures are counted per key and
/// forgotten with the first success.
package final class Controller<Key: Hashable & Sendable>: Sendable {
    private typealias State = ControllerState<Key>

    private let configuration: ControllerConfiguration
    private let time: any Time
    private let logger: Logger
    private let alarm: Alarm
    private let state: Mutex<State>
    private let partition: @Sendable (Key) -> String
    private let metrics: ControllerMetrics?
    private let report: (@Sendable (ReconcileReport<Key>) -> Void)?
    private let reconcile: @Sendable (Key) async -> Requeue

    /// Creates a controller that does not run yet; keys may be enqueued at once.
    ///
    /// - Parameters:
    ///   - configuration: The knobs.
    ///   - time: The clock.
    ///   - logger: Told about timeouts and abandoned reconciles only.
    ///   - seed: Where the chance in backoff and jitter begins.
    ///   - partition: The remote host that a key's work goes to; called on every enqueue, outside of any lock.
    ///   - metrics: Where the controller and its queue are counted, if anywhere.
    ///   - report: Called after every reconcile, outside of any lock.
    ///   - reconcile: Makes the world agree with what a key stands for.
    package init(
        _ configuration: ControllerConfiguration,
        time: any Time,
        logger: Logger,
        seed: UInt64 = .random(in: .min ... .max),
        partition: @escaping @Sendable (Key) -> String = { _ in "" },
        metrics: MetricsRegistry? = nil,
        report: (@Sendable (ReconcileReport<Key>) -> Void)? = nil,
        reconcile: @escaping @Sendable (Key) async -> Requeue
    ) {
        self.configuration = configuration
        self.time = time
        self.logger = logger
        self.alarm = Alarm(time: time)
        self.state = Mutex(State(configuration: configuration, seed: seed))
        self.partition = partition
        self.metrics = metrics.map { ControllerMetrics(configuration.name, in: $0) }
        self.report = report
        self.reconcile = reconcile
        self.metrics?.watch(concurrency: configuration.concurrency) { [weak self] in
            self?.snapshot ?? ControllerSnapshot()
        }
    }

    /// Counts and gauges.
    package var snapshot: ControllerSnapshot {
        let now = self.time.monotonicNow
        return self.state.withLock { $0.snapshot(now: now) }
    }

    /// Adds a key, or makes it more urgent; after a stop this does nothing.
    ///
    /// - Parameters:
    ///   - key: What to reconcile.
    ///   - lane: How urgent it is.
    ///   - delay: How long to wait at least.
    package func enqueue(_ key: Key, lane: WorkLane = .user, after delay: Duration = .zero) {
        self.enqueue(CollectionOfOne(key), lane: lane, after: delay)
    }

    /// Adds keys, or makes them more urgent, all under one lock.
    ///
    /// - Parameters:
    ///   - keys: What to reconcile.
    ///   - lane: How urgent they are.
    ///   - delay: How long to wait at least.
    package func enqueue(_ keys: some Sequence<Key>, lane: WorkLane = .user, after delay: Duration = .zero) {
        let placed = keys.map { (key: $0, partition: self.partition($0)) }
        guard !placed.isEmpty else { return }
        self.change { state, now in
            guard !state.isStopping else { return }
            state.queue.advance(to: now)
            for place in placed {
                state.queue.add(place.key, partition: place.partition, lane: lane, at: now + delay.clamped)
            }
        }
    }

    /// Gives a partition its own limit of concurrent reconciles, or with `nil` the default one.
    ///
    /// - Parameters:
    ///   - limit: How many at once.
    ///   - partition: The remote host.
    package func setConcurrency(_ limit: Int?, ofPartition partition: String) {
        self.change { state, _ in state.queue.setLimit(limit, of: partition) }
    }

    /// Asks for an orderly stop; `run()` returns when it is over.
    package func stop() {
        let now = self.time.monotonicNow
        let handovers = self.state.withLock { $0.stop(now: now) }
        self.hand(handovers)
        self.alarm.ring()
    }

    /// Works until it is stopped or its task is cancelled; a second call returns at once.
    package func run() async {
        let isFirst = self.state.withLock { state in
            guard case .new = state.phase else { return false }
            state.phase = .running
            return true
        }
        guard isFirst else { return }
        await withTaskCancellationHandler {
            await self.supervise()
        } onCancel: {
            self.stop()
        }
    }

    private func supervise() async {
        while true {
            let now = self.time.monotonicNow
            let look = self.state.withLock { $0.look(now: now, spawn: self.spawn) }
            self.hand(look.handovers)
            self.log(look)
            if look.isOver { return }
            await self.alarm.wait(until: look.deadline)
            self.state.withLock { $0.watch = .awake }
        }
    }

    /// One worker: reconciles until there is nothing to do, waits, and so on until the stop.
    private func work(_ index: Int, _ first: State.Work) async {
        var work = first
        var count: UInt8 = 0
        while true {
            let requeue = await self.reconcile(work.key)
            switch self.finish(index, work, requeue) {
            case .work(let next):
                work = next
            case .park:
                guard let next = await self.park(index) else { return }
                work = next
            case .end:
                return
            }
            // Reconciles that never suspend must not keep others from the thread.
            count &+= 1
            if count == 0 { await Task.yield() }
        }
    }

    private func finish(_ index: Int, _ work: State.Work, _ requeue: Requeue) -> State.Turn {
        let partition = requeue == .whenChanged ? work.partition : self.partition(work.key)
        let (turn, didTimeOut, took) = self.change { state, now in
            state.finish(index, work, requeue, partition: partition, now: now)
        }
        self.metrics?.record(waited: work.waited, took: took)
        self.report?(
            ReconcileReport(
                key: work.key,
                lane: work.lane,
                waited: work.waited,
                took: took,
                requeue: didTimeOut ? .retry : requeue,
                didTimeOut: didTimeOut
            )
        )
        return turn
    }

    private func park(_ index: Int) async -> State.Work? {
        await withCheckedContinuation { continuation in
            if let handover = self.change({ state, now in state.park(index, continuation, now: now) }) {
                self.hand([handover])
            }
        }
    }

    /// The one way to change the state: decide under the lock, then hand work over and ring outside of it.
    private func change<Result: Sendable>(_ body: (inout State, Duration) -> Result) -> Result {
        let now = self.time.monotonicNow
        let (result, handovers, mustRing) = self.state.withLock { state in
            let result = body(&state, now)
            let handovers = state.dispatch(now: now, spawn: self.spawn)
            return (result, handovers, state.mustRing(now: now))
        }
        self.hand(handovers)
        if mustRing { self.alarm.ring() }
        return result
    }

    /// Detached, so that a worker inherits nothing from whoever enqueued the key that it was started for.
    private func spawn(_ index: Int, _ work: State.Work) -> Task<Void, Never> {
        Task.detached { await self.work(index, work) }
    }

    private func hand(_ handovers: [State.Handover]) {
        for handover in handovers { handover.worker.resume(returning: handover.work) }
    }

    private func log(_ look: State.Look) {
        var metadata: Logger.Metadata = ["controller": "\(self.configuration.name)"]
        if look.timedOut > 0 {
            metadata["count"] = "\(look.timedOut)"
            metadata["timeout"] = "\(self.configuration.timeout.goText)"
            self.logger.warning("Reconciles take too long and are cancelled", metadata: metadata)
        }
        if look.cancelled > 0 {
            metadata["count"] = "\(look.cancelled)"
            self.logger.warning("Reconciles still run after the grace period and are cancelled", metadata: metadata)
        }
        if look.abandoned > 0 {
            metadata["count"] = "\(look.abandoned)"
            self.logger.error("Reconciles ignore their cancellation and are left behind", metadata: metadata)
        }
    }
}
