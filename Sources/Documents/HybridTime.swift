/// A point in time of a hybrid logical clock: wall time where clocks agree, a counter where they do not.
///
/// ```
///  63                              16 15            0
/// +----------------------------------+---------------+
/// | milliseconds since 1970-01-01    | counter       |
/// +----------------------------------+---------------+
/// ```
///
/// Source: Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical Physical Clocks", OPODIS 2014, whose §4 packs both
/// into 64 bits just so.
package struct HybridTime: Hashable, Comparable, Sendable {
    /// The 64 bits.
    package let rawValue: UInt64

    /// Creates a time from its 64 bits.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Creates a time; what does not fit in 48 bits becomes the last millisecond, which is in the year 10889.
    package init(milliseconds: UInt64, counter: UInt16 = 0) {
        self.rawValue = min(milliseconds, UInt64.max >> 16) << 16 | UInt64(counter)
    }

    /// The milliseconds since 1970-01-01.
    package var milliseconds: UInt64 { self.rawValue >> 16 }

    /// The next time; a full counter goes on in the next millisecond.
    package var successor: HybridTime {
        HybridTime(rawValue: self.rawValue == .max ? .max : self.rawValue + 1)
    }

    /// Whether a time is before another.
    package static func < (first: HybridTime, second: HybridTime) -> Bool {
        first.rawValue < second.rawValue
    }
}
