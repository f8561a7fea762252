import Clocks
import Synchronization

/// Whether this process leads at this very moment.
///
/// *Guarantees:* `isHeld` looks at the clock, so it turns false in time even if nothing else in the process has run
/// since: a process that was stopped for a minute and goes on does not write once before it finds out.
package final class Leadership: Sendable {
    private let time: any Time
    private let until = Mutex(Duration?.none)

    /// Creates a leadership that nobody has.
    package init(time: any Time) {
        self.time = time
    }

    /// Whether this process may write now.
    package var isHeld: Bool {
        let until = self.until.withLock { $0 }
        return until.map { self.time.monotonicNow < $0 } ?? false
    }

    /// Leads until a moment of the steady clock, or (with `nil`) no longer.
    func set(until: Duration?) {
        self.until.withLock { $0 = until }
    }
}
