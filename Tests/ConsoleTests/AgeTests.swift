import Clocks
import Testing

@testable import Console

@Suite("Age")
struct AgeTests {
    /// Source: `k8s.io/apimachinery/pkg/util/duration/duration_test.go`, `TestHumanDuration`.
    @Test(
        "ages are those of kubectl",
        arguments: [
            (1, "1s"), (70, "70s"), (190, "3m10s"), (70 * 60, "70m"), (47 * 3_600, "47h"), (49 * 3_600, "2d1h"),
            ((8 * 24 + 2) * 3_600, "8d"), (367 * 86_400, "367d"), ((365 * 2 * 24 + 25) * 3_600, "2y1d"),
            ((365 * 8 * 24 + 2) * 3_600, "8y"), (0, "0s"), (-1, "0s"), (-2, "<invalid>"), (120, "2m"),
        ]
    )
    func age(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).age == text)
    }

    @Test("a time that is missing or makes no sense is told as such")
    func unknown() {
        let now = Timestamp(seconds: 1_000)
        #expect(now.age(since: nil) == "<unknown>")
        #expect(now.age(since: "") == "<unknown>")
        #expect(now.age(since: "yesterday") == "<invalid>")
        #expect(now.age(since: Timestamp(seconds: 995).rfc3339) == "5s")
    }
}
