import Synchronization

/// A number that only grows; adding takes a few nanoseconds and no lock.
package final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    /// Creates a counter at zero.
    package init() {}

    /// The sum of what was added.
    package var value: UInt64 { self.count.load(ordering: .relaxed) }

    /// Adds to the counter.
    package func add(_ amount: UInt64 = 1) {
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }
}
