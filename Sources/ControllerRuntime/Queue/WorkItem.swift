/// One key in the queue, laid out flat: items refer to each other by index.
struct WorkItem<Key: Sendable>: Sendable {
    enum State: Sendable {
        /// Waits for its time. Can transition to `ready` or be removed.
        case delayed(Ticket)
        /// Waits in its partition's list for a free place. Can transition to `running` or be removed.
        case ready
        /// Runs. Can transition to `runningAgain` or be removed.
        case running
        /// Runs, and was added meanwhile: it waits again when the run is done. Can transition to `delayed` or `ready`.
        case runningAgain(Next)
        /// Holds no key; `next` links to the following free index.
        case free
    }

    /// Where and when a key waits.
    struct Next: Sendable {
        var partition: Int
        var lane: WorkLane
        var due: Duration
    }

    /// Tells the valid entry in the heap of delayed items from outdated ones.
    typealias Ticket = UInt64

    /// The key; `nil` only while the place is free.
    var key: Key?
    /// Where the key waits, or waited before it ran.
    var place: Next
    var state: State
    /// The neighbours in a partition's list.
    var previous: Int?
    var next: Int?
}

/// A list of items, linked through the items themselves, so that taking one out of the middle is cheap.
struct WorkList: Sendable {
    var head: Int?
    var tail: Int?

    var isEmpty: Bool { self.head == nil }
}

/// What the queue knows about one partition.
struct WorkPartition<Name: Sendable>: Sendable {
    let name: Name
    /// Its own limit; `nil` takes the default one.
    var limit: Int?
    /// How many of its items run.
    var running = 0
    /// How many items refer to it.
    var uses = 0
    /// How many user runs started in a row while drift work waited.
    var userStreak = 0
    var user = WorkList()
    var drift = WorkList()
    /// Whether the partition stands in the round of each lane.
    var isInUserRound = false
    var isInDriftRound = false

    init(name: Name) {
        self.name = name
    }

    subscript(lane: WorkLane) -> WorkList {
        get {
            switch lane {
            case .user: self.user
            case .drift: self.drift
            }
        }
        _modify {
            switch lane {
            case .user: yield &self.user
            case .drift: yield &self.drift
            }
        }
    }

    subscript(isInRound lane: WorkLane) -> Bool {
        get {
            switch lane {
            case .user: self.isInUserRound
            case .drift: self.isInDriftRound
            }
        }
        set {
            switch lane {
            case .user: self.isInUserRound = newValue
            case .drift: self.isInDriftRound = newValue
            }
        }
    }
}
