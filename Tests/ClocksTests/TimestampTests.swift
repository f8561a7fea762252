import Clocks
import Testing

@Suite("Timestamp")
struct TimestampTests {
    // RFC 3339, section 5.8, and corners of the calendar; seconds checked with GNU date.
    static let readable: [(String, Int64)] = [
        ("1985-04-12T23:20:50.52Z", 482_196_050_520_000),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000_000),
        ("1990-12-31T23:59:60Z", 662_688_000_000_000),
        ("1990-12-31T15:59:60-08:00", 662_688_000_000_000),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130_000),
        ("2026-11-21T00:00:00Z", 1_795_219_200_000_000),
        ("2024-02-29t12:00:00z", 1_709_208_000_000_000),
        ("1970-01-01T00:00:00.1234569Z", 123_456),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ]

    @Test("reads RFC 3339", arguments: Self.readable)
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "refuses what is no date and time",
        arguments: [
            "", "2026", "2026-11-21", "2026-11-21T00:00:00", "2026-11-21 00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T00:60:00Z",
            "2026-11-21T00:00:61Z", "2026-11-21T00:00:00.Z", "2026-11-21T00:00:00+1:00", "2026-11-21T00:00:00Zx",
            "２026-11-21T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "-026-01-01T00:00:00Z",
        ]
    )
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("prints seconds and microseconds")
    func prints() {
        let timestamp = Timestamp(microseconds: 1_795_219_200_000_042)
        #expect(timestamp.rfc3339 == "2026-11-21T00:00:00Z")
        #expect(timestamp.rfc3339Micro == "2026-11-21T00:00:00.000042Z")
        #expect(Timestamp(microseconds: -1).rfc3339Micro == "1969-12-31T23:59:59.999999Z")
    }

    @Test("what is printed reads back, over ten thousand years")
    func roundTrip() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2_000 {
            let range: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
            let timestamp = Timestamp(microseconds: .random(in: range, using: &generator))
            #expect(Timestamp(rfc3339: timestamp.rfc3339Micro) == timestamp)
        }
    }

    @Test("arithmetic saturates instead of trapping")
    func saturates() {
        #expect(Timestamp(seconds: .max).microseconds == .max)
        #expect((Timestamp(microseconds: .max) + .seconds(1)).microseconds == .max)
        #expect((Timestamp(microseconds: .min) - .seconds(Int64.max)).microseconds == .min)
        #expect(Timestamp(microseconds: .min).rfc3339 == "0000-01-01T00:00:00Z")
        #expect(Timestamp(microseconds: .max).rfc3339 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(seconds: 5) - Timestamp(seconds: 8) == .seconds(-3))
        #expect(Timestamp(seconds: 5) + .milliseconds(1_500) == Timestamp(microseconds: 6_500_000))
        #expect(Timestamp(microseconds: -1).seconds == -1)
    }
}
