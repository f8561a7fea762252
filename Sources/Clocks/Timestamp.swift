/// A point on the wall clock, in whole microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Arithmetic saturates: a timestamp never traps, whatever a file or a server claimed.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since the epoch; negative before it.
    package let microseconds: Int64

    /// The epoch, 1970-01-01T00:00:00Z.
    package static let epoch = Timestamp(microseconds: 0)

    /// Creates a timestamp from microseconds since the epoch.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Creates a timestamp from whole seconds since the epoch.
    package init(seconds: Int64) {
        self.microseconds = seconds.multipliedClamping(by: 1_000_000)
    }

    /// Whole seconds since the epoch, rounded down.
    package var seconds: Int64 { self.microseconds.dividedFloor(by: 1_000_000).quotient }

    /// Orders by time.
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The timestamp a duration later.
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds.addingClamping(right.wholeMicroseconds))
    }

    /// The timestamp a duration earlier.
    package static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds.subtractingClamping(right.wholeMicroseconds))
    }

    /// The time from one timestamp to another; negative when `left` is the earlier.
    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds.subtractingClamping(right.microseconds))
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 with microseconds.
    package var description: String { self.rfc3339Micro }
}
