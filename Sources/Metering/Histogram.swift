import Synchronization

/// Durations counted in fixed buckets: a pure value.
package struct HistogramCounts: Sendable, Hashable {
    /// The upper bounds of the buckets, inclusive and growing; one bucket more has none.
    package let bounds: [Duration]
    /// How many durations fell into each bucket and into none before it.
    package private(set) var counts: [UInt64]
    /// All durations together.
    package private(set) var sum = Duration.zero

    /// Creates a histogram that has seen nothing.
    ///
    /// - Parameter bounds: The upper bounds of the buckets, growing.
    package init(bounds: [Duration]) {
        self.bounds = bounds
        self.counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// How many durations were seen.
    package var count: UInt64 { self.counts.reduce(0, &+) }

    /// Counts a duration.
    package mutating func observe(_ duration: Duration) {
        var (low, high) = (0, self.bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if duration <= self.bounds[middle] { high = middle } else { low = middle + 1 }
        }
        self.counts[low] &+= 1
        self.sum += duration
    }

    /// Counts what another histogram with the same bounds has seen.
    mutating func merge(_ other: HistogramCounts) {
        for index in self.counts.indices where other.counts.indices.contains(index) {
            self.counts[index] &+= other.counts[index]
        }
        self.sum += other.sum
    }
}

/// A histogram that many tasks share.
package final class Histogram: Sendable {
    private let state: Mutex<HistogramCounts>

    /// Creates a histogram that has seen nothing.
    ///
    /// - Parameter bounds: The upper bounds of the buckets, growing.
    package init(bounds: [Duration]) {
        self.state = Mutex(HistogramCounts(bounds: bounds))
    }

    /// What it has seen so far.
    package var counts: HistogramCounts { self.state.withLock { $0 } }

    /// Counts a duration.
    package func observe(_ duration: Duration) {
        self.state.withLock { $0.observe(duration) }
    }
}
