import Clocks
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("the ceiling doubles up to the cap")
    func ceilings() {
        let backoff = Backoff()
        #expect(
            (0...10).map { backoff.ceiling(failures: $0).components.seconds } == [
                0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
            ]
        )
        #expect(backoff.ceiling(failures: .max) == .seconds(300))
        #expect(Backoff(base: .zero).ceiling(failures: .max) == .zero)
        #expect(Backoff(base: .seconds(9), cap: .seconds(3)).ceiling(failures: 1) == .seconds(3))
    }

    @Test("full jitter spreads the waits evenly from nothing to the ceiling")
    func fullJitter() {
        var generator = SplitMix64(seed: 1)
        let delays = (0..<10_000).map { _ in Backoff().delay(failures: 3, using: &generator).inSeconds }
        #expect(delays.allSatisfy { (0...4).contains($0) })
        for quarter in 0..<4 {
            let count = delays.filter { Int($0) == quarter }.count
            #expect((2_300...2_700).contains(count))
        }
    }

    @Test("less jitter keeps a minimum")
    func someJitter() {
        var generator = SplitMix64(seed: 1)
        let backoff = Backoff(base: .seconds(8), jitter: 0.25)
        for _ in 0..<1_000 {
            let delay = backoff.delay(failures: 1, using: &generator)
            #expect(delay >= .seconds(6) && delay <= .seconds(8))
        }
        #expect(Backoff(base: .seconds(8), jitter: 0).delay(failures: 1, using: &generator) == .seconds(8))
    }
}
