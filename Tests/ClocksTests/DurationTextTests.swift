import Clocks
import Testing

@Suite("Duration in Go's syntax")
struct DurationTextTests {
    // From `parseDurationTests` in Go's time_test.go.
    static let readable: [(String, Int64)] = [
        ("0", 0), ("5s", 5_000_000_000), ("30s", 30_000_000_000), ("1478s", 1_478_000_000_000),
        ("-5s", -5_000_000_000), ("+5s", 5_000_000_000), ("-0", 0), ("5.0s", 5_000_000_000),
        ("5.6s", 5_600_000_000), ("5.s", 5_000_000_000), (".5s", 500_000_000), ("1.004s", 1_004_000_000),
        ("10ns", 10), ("11us", 11_000), ("12\u{B5}s", 12_000), ("12\u{3BC}s", 12_000), ("13ms", 13_000_000),
        ("3h30m", 12_600_000_000_000), ("10.5s4m", 250_500_000_000), ("1h30m", 5_400_000_000_000),
        ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("168h", 604_800_000_000_000),
        ("0.3333333333333333333h", 1_200_000_000_000), ("9223372036854775807ns", 9_223_372_036_854_775_807),
    ]

    @Test("reads what Go reads", arguments: Self.readable)
    func reads(text: String, nanoseconds: Int64) {
        #expect(Duration(goText: text) == .nanoseconds(nanoseconds))
    }

    @Test(
        "refuses what Go refuses",
        arguments: [
            "", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "\u{85}\u{85}", "\u{FFFF}", "3000000h",
            "9223372036854775808ns", "9223372036854ms775us808ns", "1h-5m", "5 s", "1e3s", "10S",
        ]
    )
    func refuses(text: String) {
        #expect(Duration(goText: text) == nil)
    }

    static let printed: [(Int64, String)] = [
        (0, "0s"), (10_000_000_000, "10s"), (300_000_000_000, "5m"), (5_400_000_000_000, "1h30m"),
        (604_800_000_000_000, "168h"), (250_000_000, "250ms"), (1_500_000_000, "1.5s"), (-90_000_000_000, "-1m30s"),
        (2_200_000, "2.2ms"), (1, "1ns"), (3_605_000_000_000, "1h5s"), (1_000_000_001, "1.000000001s"),
        (1_100, "1.1us"),
    ]

    @Test("prints without zero parts", arguments: Self.printed)
    func prints(nanoseconds: Int64, text: String) {
        #expect(Duration.nanoseconds(nanoseconds).goText == text)
    }

    @Test("what is printed reads back")
    func roundTrip() {
        var generator = SplitMix64(seed: 3)
        for shift in 0..<2_000 {
            let nanoseconds = Int64.random(in: .min + 1 ... .max, using: &generator) >> Int64(shift % 60)
            let duration = Duration.nanoseconds(nanoseconds)
            #expect(Duration(goText: duration.goText) == duration, "\(duration.goText)")
        }
    }

    @Test("durations beyond 64 bits of nanoseconds are clamped, not trapped")
    func clamps() {
        #expect(Duration.seconds(Int64.max).goText == Duration.nanoseconds(Int64.max).goText)
    }
}
