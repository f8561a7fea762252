import Clocks

/// What a controller knows; every method runs under its lock and returns what is to be done outside of it.
struct ControllerState<Key: Hashable & Sendable>: Sendable {
    typealias Queue = WorkQueue<Key, String>
    typealias Work = Queue.Work

    enum Phase: Sendable {
        /// Collects keys. Can transition to `running` or `stopped`.
        case new
        /// Works. Can transition to `draining`.
        case running
        /// Lets running reconciles end. Can transition to `cancelling` or `stopped`.
        case draining(until: Duration)
        /// Waits for cancelled reconciles. Can transition to `stopped`.
        case cancelling(until: Duration)
        /// Over.
        case stopped
    }

    enum Worker: Sendable {
        /// No task.
        case absent
        /// A task between two pieces of work.
        case idle
        /// A task that waits for work.
        case parked(CheckedContinuation<Work?, Never>)
        /// A task in a reconcile.
        case running(since: Duration, isCancelled: Bool)
    }

    /// Work for a parked worker, to be handed over outside of the lock; `nil` ends the worker.
    struct Handover: Sendable {
        let worker: CheckedContinuation<Work?, Never>
        let work: Work?
    }

    /// What a worker does next.
    enum Turn {
        case work(Work)
        case park
        case end
    }

    /// When the supervisor will look again by itself.
    enum Watch: Sendable {
        /// It is about to look.
        case awake
        /// At a time, or (with `nil`) only when rung.
        case asleep(until: Duration?)
    }

    let configuration: ControllerConfiguration
    var queue: Queue
    var phase = Phase.new
    var workers: [Worker] = []
    var tasks: [Task<Void, Never>?] = []
    var parked: [Int] = []
    var absent: [Int] = []
    var failures: [Key: Int] = [:]
    var watch = Watch.awake
    var counts = ControllerSnapshot()
    var generator: SplitMix64

    init(configuration: ControllerConfiguration, seed: UInt64) {
        self.configuration = configuration
        self.generator = SplitMix64(seed: seed)
        self.queue = Queue(
            limits: Queue.Limits(
                total: configuration.concurrency,
                perPartition: configuration.concurrencyPerPartition,
                driftShare: configuration.driftShare
            )
        )
    }

    /// How many worker tasks exist.
    var liveWorkers: Int { self.workers.count - self.absent.count }

    var isStopping: Bool {
        switch self.phase {
        case .new, .running: false
        case .draining, .cancelling, .stopped: true
        }
    }

    /// Gives due work to parked workers, and to new ones while the pool may grow.
    mutating func dispatch(now: Duration, spawn: (Int, Work) -> Task<Void, Never>) -> [Handover] {
        guard case .running = self.phase else { return [] }
        var handovers: [Handover] = []
        while !self.parked.isEmpty || self.liveWorkers < self.configuration.concurrency,
            let work = self.queue.next(now: now)
        {
            let index = self.takeWorker()
            if case .parked(let continuation) = self.workers[index] {
                handovers.append(Handover(worker: continuation, work: work))
            } else {
                self.tasks[index] = spawn(index, work)
            }
            self.workers[index] = .running(since: now, isCancelled: false)
        }
        return handovers
    }

    /// Ends a reconcile and finds its worker's next one.
    ///
    /// - Parameters:
    ///   - index: The worker.
    ///   - work: What it worked on.
    ///   - requeue: What the reconcile returned.
    ///   - partition: Where the key is to run next.
    ///   - now: The time.
    /// - Returns: What the worker does next, whether the reconcile had been cancelled for taking too long, and how
    ///   long it took.
    mutating func finish(
        _ index: Int,
        _ work: Work,
        _ requeue: Requeue,
        partition: String,
        now: Duration
    ) -> (turn: Turn, didTimeOut: Bool, took: Duration) {
        guard case .running(let start, let isCancelled) = self.workers[index] else { return (.end, false, .zero) }
        let didTimeOut = isCancelled && now - start >= self.configuration.timeout
        if didTimeOut { self.counts.timedOut += 1 }
        self.settle(work.key, didTimeOut ? .retry : requeue, partition: partition, now: now)
        self.queue.done(work.key, now: now)
        let turn: Turn
        if isCancelled || self.isStopping {
            // A cancelled task stays cancelled: another one takes its place.
            self.retire(index)
            turn = .end
        } else if let next = self.queue.next(now: now) {
            self.workers[index] = .running(since: now, isCancelled: false)
            turn = .work(next)
        } else {
            self.workers[index] = .idle
            turn = .park
        }
        return (turn, didTimeOut, now - start)
    }

    /// Lets an idle worker wait; gives the answer at once when there is one.
    mutating func park(_ index: Int, _ continuation: CheckedContinuation<Work?, Never>, now: Duration) -> Handover? {
        guard !self.isStopping else {
            self.retire(index)
            return Handover(worker: continuation, work: nil)
        }
        // Something may have been added since the worker looked.
        if let work = self.queue.next(now: now) {
            self.workers[index] = .running(since: now, isCancelled: false)
            return Handover(worker: continuation, work: work)
        }
        self.workers[index] = .parked(continuation)
        self.parked.append(index)
        return nil
    }

    /// Whether the supervisor must be rung, because something comes earlier than it will look.
    mutating func mustRing(now: Duration) -> Bool {
        guard case .asleep(let until) = self.watch else { return false }
        if !self.isStopping {
            var next = self.queue.nextWakeUp
            if self.queue.runningCount > 0 { next = min(next ?? .forever, now + self.configuration.timeout) }
            guard let next, next < until ?? .forever else { return false }
        } else if self.liveWorkers > 0 {
            return false
        }
        self.watch = .awake
        return true
    }

    private mutating func takeWorker() -> Int {
        if let index = self.parked.popLast() { return index }
        if let index = self.absent.popLast() { return index }
        self.workers.append(.absent)
        self.tasks.append(nil)
        return self.workers.count - 1
    }

    private mutating func retire(_ index: Int) {
        self.workers[index] = .absent
        self.tasks[index] = nil
        self.absent.append(index)
    }

    /// Counts an outcome and schedules the next run.
    ///
    /// To the queue the key still runs, so it waits for the end of this run first.
    private mutating func settle(_ key: Key, _ requeue: Requeue, partition: String, now: Duration) {
        switch requeue {
        case .whenChanged:
            self.counts.succeeded += 1
            self.failures[key] = nil
        case .after(let delay):
            self.counts.scheduled += 1
            self.failures[key] = nil
            let spread = self.configuration.driftJitter
            let factor = spread > 0 ? Double.random(in: 1 - spread...1 + spread, using: &self.generator) : 1
            self.queue.add(key, partition: partition, lane: .drift, at: now + delay.clamped * factor)
        case .retry:
            self.counts.failed += 1
            let count = self.failures[key, default: 0] + 1
            self.failures[key] = count
            let delay = self.configuration.backoff.delay(failures: count, using: &self.generator)
            self.queue.add(key, partition: partition, lane: .user, at: now + delay)
        case .retryAfter(let delay):
            self.counts.postponed += 1
            self.queue.add(key, partition: partition, lane: .user, at: now + delay.clamped)
        }
    }
}

extension Duration {
    /// Later than anything that is waited for.
    static var forever: Duration { .seconds(Int64.max) }

    /// The duration within what timers take: from nothing to ten years.
    var clamped: Duration { min(max(self, .zero), .seconds(315_360_000)) }
}
