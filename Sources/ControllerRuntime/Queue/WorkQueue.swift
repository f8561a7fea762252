import DequeModule
import HeapModule

/// A deduplicating delay queue with two lanes and a concurrency limit per partition.
///
/// A pure value: no clock, no lock.
///
/// *Expected flow:* `add` keys with the time when they are due; `next(now:)` gives work until it returns `nil`; each
/// piece of work ends with `done`; between them, sleep until `nextWakeUp`. Times are durations since any fixed start
/// and must not go back.
///
/// *Guarantees:*
/// - A key is in the queue at most once, and never runs twice at a time. A key added while it runs, runs again after.
/// - Adding a key that waits keeps the earlier time and the more urgent lane.
/// - Partitions (one remote host each) take turns, and each runs at most its limit: a partition whose work hangs takes
///   no place from others beyond that.
/// - User work goes first, but neither lane starves: of any `Limits.driftShare` runs that start while drift work could
///   start, one at least is drift work; the same holds within each partition while drift work waits there.
/// - Memory is bounded by the number of keys; every operation costs O(log keys).
///
/// *Errors:* none. `done` or `remove` of a key that is not there does nothing.
package struct WorkQueue<Key: Hashable & Sendable, Partition: Hashable & Sendable>: Sendable {
    /// How much may run at once, and how the lanes share it.
    package struct Limits: Sendable, Hashable {
        /// Runs at once in all.
        package var total: Int
        /// Runs at once in a partition that has no limit of its own.
        package var perPartition: Int
        /// One of so many runs is drift work while there is any.
        package var driftShare: Int

        /// Creates limits; all are at least one.
        package init(total: Int = 64, perPartition: Int = 8, driftShare: Int = 8) {
            self.total = max(1, total)
            self.perPartition = max(1, perPartition)
            self.driftShare = max(1, driftShare)
        }
    }

    /// A key to be worked on now.
    package struct Work: Sendable {
        /// The key.
        package let key: Key
        /// Where it runs.
        package let partition: Partition
        /// From which lane it comes.
        package let lane: WorkLane
        /// How long it has been due.
        package let waited: Duration
    }

    struct Delayed: Comparable, Sendable {
        let due: Duration
        let ticket: WorkItem<Key>.Ticket
        let item: Int

        // The ticket makes the order of equal times the order of adding.
        static func < (left: Delayed, right: Delayed) -> Bool {
            left.due == right.due ? left.ticket < right.ticket : left.due < right.due
        }
    }

    let limits: Limits
    var items: [WorkItem<Key>] = []
    var itemOf: [Key: Int] = [:]
    var freeItem: Int?
    var partitions: [WorkPartition<Partition>?] = []
    var partitionOf: [Partition: Int] = [:]
    var freePartitions: [Int] = []
    var delayed = Heap<Delayed>()
    var userRound = Deque<Int>()
    var driftRound = Deque<Int>()
    var lastTicket: WorkItem<Key>.Ticket = 0
    var userStreak = 0
    /// The latest time that `next` has seen.
    var clock = Duration.zero

    /// How many keys run.
    package internal(set) var runningCount = 0
    /// How many keys are due and wait for a free place.
    package internal(set) var readyCount = 0
    /// How many of these are of the drift lane.
    package internal(set) var readyDriftCount = 0
    /// How many keys wait for their time.
    package internal(set) var delayedCount = 0
    /// How many times a key was added that did not wait already.
    package internal(set) var addCount: UInt64 = 0

    /// Creates an empty queue.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many keys the queue holds, running ones included.
    package var count: Int { self.itemOf.count }

    /// How many partitions the queue holds.
    package var partitionCount: Int { self.partitionOf.count }

    /// When the next key becomes due; `nil` when none waits for its time.
    package var nextWakeUp: Duration? { self.delayed.min?.due }

    /// Whether the queue holds a key, waiting or running.
    package func contains(_ key: Key) -> Bool { self.itemOf[key] != nil }

    /// Adds a key, or makes it more urgent.
    ///
    /// - Parameters:
    ///   - key: What to work on.
    ///   - partition: Where it will run; for a key that waits already, the newer partition holds.
    ///   - lane: How urgent it is.
    ///   - due: When it may run at the earliest.
    package mutating func add(_ key: Key, partition: Partition, lane: WorkLane, at due: Duration) {
        let partition = self.use(partition)
        let place = WorkItem<Key>.Next(partition: partition, lane: lane, due: due)
        guard let index = self.itemOf[key] else {
            let index = self.takeItem(key, place: place)
            self.itemOf[key] = index
            self.addCount += 1
            self.wait(index, in: place)
            return
        }
        switch self.items[index].state {
        case .running:
            self.items[index].state = .runningAgain(place)
            self.addCount += 1
        case .runningAgain(let before):
            self.items[index].state = .runningAgain(before.merged(with: place))
            self.unuse(before.partition)
        case .delayed, .ready:
            let before = self.items[index].place
            self.stopWaiting(index)
            self.wait(index, in: before.merged(with: place))
            self.unuse(before.partition)
        case .free:
            self.unuse(partition)
        }
    }

    /// Takes the next key that is due and has a free place.
    package mutating func next(now: Duration) -> Work? {
        self.advance(to: now)
        guard self.runningCount < self.limits.total else { return nil }
        let first: WorkLane = self.userStreak >= self.limits.driftShare - 1 ? .drift : .user
        if let partition = self.nextPartition(first) { return self.start(partition, first) }
        let second: WorkLane = first == .user ? .drift : .user
        if let partition = self.nextPartition(second) { return self.start(partition, second) }
        return nil
    }

    /// Makes all keys ready whose time has come.
    package mutating func advance(to now: Duration) {
        self.clock = max(self.clock, now)
        while let top = self.delayed.min, top.due <= self.clock {
            let place = self.items[top.item].place
            self.stopWaiting(top.item)
            self.wait(top.item, in: place)
        }
    }

    /// Ends a run: the key leaves the queue, or waits again when it was added meanwhile.
    package mutating func done(_ key: Key, now: Duration) {
        self.clock = max(self.clock, now)
        guard let index = self.itemOf[key] else { return }
        let place = self.items[index].place
        switch self.items[index].state {
        case .free, .delayed, .ready:
            return
        case .running:
            self.leaveRun(index, in: place.partition)
            self.itemOf[key] = nil
            self.releaseItem(index)
        case .runningAgain(let next):
            self.leaveRun(index, in: place.partition)
            self.wait(index, in: next)
        }
        self.unuse(place.partition)
    }

    /// Forgets a key that waits; a running one only loses the wish to run again.
    package mutating func remove(_ key: Key) {
        guard let index = self.itemOf[key] else { return }
        let place = self.items[index].place
        switch self.items[index].state {
        case .free, .running:
            return
        case .runningAgain(let next):
            self.items[index].state = .running
            self.unuse(next.partition)
        case .delayed, .ready:
            self.stopWaiting(index)
            self.itemOf[key] = nil
            self.releaseItem(index)
            self.unuse(place.partition)
        }
    }

    /// Gives a partition a limit of its own, or with `nil` the default one again.
    package mutating func setLimit(_ limit: Int?, of partition: Partition) {
        let index = self.use(partition)
        self.partitions[index]?.limit = limit.map { max(1, $0) }
        self.enroll(index)
        self.unuse(index)
    }
}

extension WorkItem.Next {
    /// The earlier time, the more urgent lane, the newer partition.
    fileprivate func merged(with newer: Self) -> Self {
        Self(partition: newer.partition, lane: min(self.lane, newer.lane), due: min(self.due, newer.due))
    }
}
