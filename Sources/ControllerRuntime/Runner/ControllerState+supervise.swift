extension ControllerState {
    /// What the supervisor does after a look.
    struct Look: Sendable {
        var handovers: [Handover] = []
        /// How many reconciles it has just cancelled for taking too long.
        var timedOut = 0
        /// How many reconciles it has just cancelled for stopping.
        var cancelled = 0
        /// How many reconciles ignore their cancellation and are left behind.
        var abandoned = 0
        var deadline: Duration?
        var isOver = false
    }

    /// Starts what is due, cancels what takes too long, moves a stop forward, and says when to look again.
    mutating func look(now: Duration, spawn: (Int, Work) -> Task<Void, Never>) -> Look {
        var look = Look()
        self.queue.advance(to: now)
        look.handovers = self.dispatch(now: now, spawn: spawn)
        look.timedOut = self.cancelOverdue(now: now)
        switch self.phase {
        case .new, .running:
            look.deadline = min(self.queue.nextWakeUp ?? .forever, self.nextTimeout ?? .forever)
        case .draining(let until) where self.liveWorkers > 0 && now < until:
            look.deadline = min(until, self.nextTimeout ?? .forever)
        case .draining where self.liveWorkers > 0:
            look.cancelled = self.cancelAll()
            let until = now + self.configuration.abandonPeriod
            self.phase = .cancelling(until: until)
            look.deadline = until
        case .cancelling(let until) where self.liveWorkers > 0 && now < until:
            look.deadline = until
        case .draining, .cancelling, .stopped:
            look.abandoned = self.liveWorkers
            look.isOver = true
            self.phase = .stopped
        }
        if look.deadline == .forever { look.deadline = nil }
        self.watch = .asleep(until: look.deadline)
        return look
    }

    /// Begins a stop: nothing starts any more, and workers that wait end.
    mutating func stop(now: Duration) -> [Handover] {
        switch self.phase {
        case .new: self.phase = .stopped
        case .running: self.phase = .draining(until: now + self.configuration.gracePeriod)
        case .draining, .cancelling, .stopped: return []
        }
        var handovers: [Handover] = []
        for index in self.parked {
            guard case .parked(let continuation) = self.workers[index] else { continue }
            handovers.append(Handover(worker: continuation, work: nil))
            self.workers[index] = .absent
            self.tasks[index] = nil
            self.absent.append(index)
        }
        self.parked = []
        self.watch = .awake
        return handovers
    }

    /// Counts and gauges.
    func snapshot(now: Duration) -> ControllerSnapshot {
        var snapshot = self.counts
        snapshot.running = self.queue.runningCount
        snapshot.ready = self.queue.readyCount
        snapshot.readyDrift = self.queue.readyDriftCount
        snapshot.delayed = self.queue.delayedCount
        snapshot.added = self.queue.addCount
        snapshot.failing = self.failures.count
        for case .running(let start, _) in self.workers {
            snapshot.longestRunning = max(snapshot.longestRunning, now - start)
            snapshot.unfinished += now - start
        }
        return snapshot
    }

    /// When the oldest running reconcile will have taken too long.
    private var nextTimeout: Duration? {
        var earliest: Duration?
        for case .running(let start, false) in self.workers {
            earliest = min(earliest ?? .forever, start + self.configuration.timeout)
        }
        return earliest
    }

    private mutating func cancelOverdue(now: Duration) -> Int {
        let timeout = self.configuration.timeout
        return self.cancel { now - $0 >= timeout }
    }

    private mutating func cancelAll() -> Int {
        self.cancel { _ in true }
    }

    private mutating func cancel(where isChosen: (Duration) -> Bool) -> Int {
        var count = 0
        for index in self.workers.indices {
            guard case .running(let start, false) = self.workers[index], isChosen(start) else { continue }
            self.workers[index] = .running(since: start, isCancelled: true)
            self.tasks[index]?.cancel()
            count += 1
        }
        return count
    }
}
