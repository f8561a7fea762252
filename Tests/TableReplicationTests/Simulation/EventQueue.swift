/// Events in the order of their times; those of one time in the order in which they were added.
struct EventQueue<Event> {
    private struct Entry {
        let time: Duration
        let order: UInt64
        let event: Event

        func precedes(_ other: Entry) -> Bool {
            self.time != other.time ? self.time < other.time : self.order < other.order
        }
    }

    private var heap: [Entry] = []
    private var added: UInt64 = 0

    var nextTime: Duration? { self.heap.first?.time }

    mutating func add(_ event: Event, at time: Duration) {
        self.added += 1
        self.heap.append(Entry(time: time, order: self.added, event: event))
        var child = self.heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard self.heap[child].precedes(self.heap[parent]) else { return }
            self.heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> (time: Duration, event: Event)? {
        guard let first = self.heap.first, let last = self.heap.popLast() else { return nil }
        guard !self.heap.isEmpty else { return (first.time, first.event) }
        self.heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < self.heap.count {
                if self.heap[child].precedes(self.heap[least]) { least = child }
            }
            guard least != parent else { return (first.time, first.event) }
            self.heap.swapAt(parent, least)
            parent = least
        }
    }
}
