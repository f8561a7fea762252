/// Gives times that never go back and are later than every time that it has seen.
///
/// *Assumptions:* whoever owns the clock passes the wall time in, in milliseconds since 1970, and remembers `latest`
/// across restarts. *Errors:* a time too far ahead of the wall clock is refused and leaves no trace; otherwise one
/// peer with a wrong clock would drag all the others along.
package struct HybridClock: Sendable, Hashable {
    /// How far ahead of the wall clock a time may be that others send: a day.
    package static let defaultTolerance: UInt64 = 24 * 3_600 * 1_000

    /// The latest time given or seen.
    package private(set) var latest: HybridTime
    private let tolerance: UInt64

    /// Creates a clock.
    ///
    /// - Parameters:
    ///   - latest: The latest time of an earlier life.
    ///   - toleranceMilliseconds: How far ahead of the wall clock a time from elsewhere may be.
    package init(
        latest: HybridTime = HybridTime(rawValue: 0),
        toleranceMilliseconds: UInt64 = HybridClock.defaultTolerance
    ) {
        self.latest = latest
        self.tolerance = toleranceMilliseconds
    }

    /// The next time: the wall clock's, or one step after the latest when that is not behind.
    package mutating func tick(wallMilliseconds: UInt64) -> HybridTime {
        self.latest = max(self.latest.successor, HybridTime(milliseconds: wallMilliseconds))
        return self.latest
    }

    /// Takes note of a time from elsewhere.
    package mutating func observe(_ time: HybridTime, wallMilliseconds: UInt64) throws(DocumentError) {
        guard time > self.latest else { return }
        let (limit, overflow) = wallMilliseconds.addingReportingOverflow(self.tolerance)
        guard overflow || time.milliseconds <= limit else {
            throw .tooFarAhead(milliseconds: time.milliseconds - wallMilliseconds)
        }
        self.latest = time
    }
}
