import Clocks
import Testing

@Suite("Time")
struct TimeTests {
    @Test("manual sleepers wake when the clock is moved to their deadline, and not before")
    func wakes() async throws {
        let time = ManualTime()
        let sleeper = Task { try await time.sleep(for: .seconds(10)) }
        await time.untilSleeping(to: .seconds(10))
        time.advance(by: .seconds(9))
        #expect(time.sleeperCount == 1)
        time.advance(by: .seconds(1))
        try await sleeper.value
        #expect(time.sleeperCount == 0)
        #expect(time.monotonicNow == .seconds(10))
    }

    @Test("a cancelled sleeper wakes at once, cancelled before or during its sleep")
    func cancels() async {
        let time = ManualTime()
        let sleeper = Task { try await time.sleep(for: .seconds(10)) }
        await time.untilSleeping()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        let early = Task {
            await time.untilSleeping(0)
            withUnsafeCurrentTask { $0?.cancel() }
            try await time.sleep(for: .seconds(10))
        }
        await #expect(throws: CancellationError.self) { try await early.value }
        #expect(time.sleeperCount == 0)
    }

    @Test("a deadline in the past does not wait")
    func past() async throws {
        try await ManualTime().sleep(until: .zero)
        try await SystemTime().sleep(until: .zero)
    }

    @Test("a jump of the wall clock does not move the steady one")
    func jump() {
        let time = ManualTime(wall: Timestamp(seconds: 1_000))
        time.jump(by: .seconds(-3_600))
        #expect(time.now() == Timestamp(seconds: -2_600))
        #expect(time.monotonicNow == .zero)
    }

    @Test("the system's clocks run")
    func system() async throws {
        let time = SystemTime()
        #expect(time.now() > Timestamp(seconds: 1_700_000_000))
        let before = time.monotonicNow
        try await time.sleep(for: .milliseconds(1))
        #expect(time.monotonicNow - before >= .milliseconds(1))
    }
}
