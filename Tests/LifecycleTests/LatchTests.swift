import Testing

@testable import Lifecycle

@Suite("Latch", .timeLimit(.minutes(10)))
struct LatchTests {
    @Test("the first value comes to all who wait and to all who ask later, and no other does")
    func first() async throws {
        let latch = Latch<Int>()
        #expect(latch.value == nil)
        let waiting = (0..<20).map { _ in Task { try await latch.wait() } }
        latch.finish(1)
        latch.finish(2)
        for task in waiting { #expect(try await task.value == 1) }
        #expect(try await latch.wait() == 1)
        #expect(latch.value == 1)
    }

    @Test("a cancelled task waits no longer, and the others do")
    func cancelled() async throws {
        let latch = Latch<Int>()
        let patient = Task { try await latch.wait() }
        let cancelled = Task { try await latch.wait() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await latch.wait()
        }
        await #expect(throws: CancellationError.self) { try await early.value }
        latch.finish(7)
        #expect(try await patient.value == 7)
    }

    @Test("what is there already comes to a cancelled task, too")
    func late() async throws {
        let latch = Latch<Int>()
        latch.finish(7)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await latch.wait()
        }
        #expect(try await task.value == 7)
    }

    @Test("a door opens for good")
    func door() async throws {
        let door = Latch<Void>()
        #expect(!door.isOpen)
        let waiting = Task { try await door.wait() }
        door.open()
        door.open()
        try await waiting.value
        #expect(door.isOpen)
    }
}
