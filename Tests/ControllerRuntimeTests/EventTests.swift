import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Lifecycle
import Logging
import Synchronization
import Testing

@Suite("EventCorrelator")
struct EventCorrelatorTests {
    static func note(_ message: String = "hello", name: String = "a", reason: String = "Synced") -> EventNote {
        let about = ObjectReference(
            apiVersion: "peerage.dev/v1alpha1",
            kind: "BigPeer",
            key: ObjectKey(namespace: "ns", name: name),
            uid: "uid-\(name)"
        )
        return EventNote(about: about, .normal, reason: reason, message: message)
    }

    static func correlator() -> EventCorrelator { EventCorrelator(component: "peerage", instance: "host-1") }

    @Test("the first event is created, with all fields that kubectl shows")
    func creates() throws {
        var correlator = Self.correlator()
        let now = Timestamp(seconds: 1_795_219_200)
        guard case .create(let event) = correlator.correlate(Self.note(), now: now) else {
            Issue.record("not created")
            return
        }
        #expect(event.metadata.namespace == "ns")
        #expect(event.metadata.name.hasPrefix("a."))
        #expect(event.content["involvedObject"]?["uid"] == "uid-a")
        #expect(event.content["type"] == "Normal")
        #expect(event.content["reason"] == "Synced")
        #expect(event.content["count"] == 1)
        #expect(event.content["firstTimestamp"] == "2026-11-21T00:00:00Z")
        #expect(event.content["source"]?["component"] == "peerage")
    }

    @Test("an equal event raises the count of the first, and keeps its name and first time")
    func counts() {
        var correlator = Self.correlator()
        guard case .create(let first) = correlator.correlate(Self.note(), now: .epoch),
            case .patchCount(let second) = correlator.correlate(Self.note(), now: .epoch + .seconds(60))
        else {
            Issue.record("not counted")
            return
        }
        #expect(second.key == first.key)
        #expect(second.content["count"] == 2)
        #expect(second.content["firstTimestamp"] == first.content["firstTimestamp"])
        #expect(second.content["lastTimestamp"] == "1970-01-01T00:01:00Z")
    }

    // client-go: defaultAggregateMaxEvents = 10, defaultAggregateIntervalInSeconds = 600.
    @Test("from the tenth event that differs only in its message, they become one")
    func combines() {
        var correlator = Self.correlator()
        var names: Set<String> = []
        var messages: [String] = []
        for number in 1...12 {
            switch correlator.correlate(Self.note("message \(number)"), now: .epoch) {
            case .create(let event), .patchCount(let event):
                names.insert(event.metadata.name)
                messages.append(event.content["message"]?.string ?? "")
            case .drop: Issue.record("dropped")
            }
        }
        #expect(names.count == 10)
        #expect(messages[8] == "message 9")
        #expect(messages[9] == "(combined from similar events): message 10")
        #expect(messages[11] == "(combined from similar events): message 12")
        // After ten quiet minutes they stand for themselves again.
        guard case .create(let event) = correlator.correlate(Self.note("later"), now: .epoch + .seconds(601)) else {
            Issue.record("not created")
            return
        }
        #expect(event.content["message"] == "later")
    }

    // client-go: defaultSpamBurst = 25, defaultSpamQPS = 1/300.
    @Test("an object has 25 events at once and one more every five minutes; others have their own")
    func spam() {
        var correlator = Self.correlator()
        var written = 0
        for _ in 0..<100 where correlator.correlate(Self.note(), now: .epoch) != .drop { written += 1 }
        #expect(written == 25)
        #expect(correlator.correlate(Self.note(name: "b"), now: .epoch) != .drop)
        #expect(correlator.correlate(Self.note(), now: .epoch + .seconds(299)) == .drop)
        #expect(correlator.correlate(Self.note(), now: .epoch + .seconds(300)) != .drop)
        #expect(correlator.correlate(Self.note(), now: .epoch + .seconds(300)) == .drop)
    }

    @Test("only the last 4,096 are remembered")
    func forgets() {
        var correlator = Self.correlator()
        for number in 0...4_096 { _ = correlator.correlate(Self.note(name: "n\(number)"), now: .epoch) }
        guard case .create = correlator.correlate(Self.note(name: "n0"), now: .epoch) else {
            Issue.record("the oldest is still remembered")
            return
        }
        guard case .patchCount = correlator.correlate(Self.note(name: "n4096"), now: .epoch) else {
            Issue.record("the newest was forgotten")
            return
        }
    }

    @Test("too long words are cut at the API's limits, at a whole character")
    func cuts() {
        let note = Self.note(String(repeating: "ü", count: 600), reason: String(repeating: "R", count: 200))
        #expect(note.reason.utf8.count == 128)
        #expect(note.message.utf8.count == 1_024)
        #expect(note.message.allSatisfy { $0 == "ü" })
    }
}

@Suite("EventRecorder", .timeLimit(.minutes(10)))
struct EventRecorderTests {
    private let store = MemoryStore()
    private let time = ManualTime()

    private func recorder(capacity: Int = 100) -> EventRecorder {
        EventRecorder(
            store: self.store,
            component: "peerage",
            instance: "host-1",
            time: self.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            capacity: capacity
        )
    }

    private func finish(_ recorder: EventRecorder) async {
        let run = Task { await recorder.run() }
        run.cancel()
        await run.value
    }

    @Test("writes what was recorded before its task was cancelled, each count after the lower one")
    func flushes() async {
        let recorder = self.recorder()
        for _ in 0..<3 { recorder.record(EventCorrelatorTests.note()) }
        recorder.record(EventCorrelatorTests.note(name: "b"))
        await self.finish(recorder)
        let writes = self.store.state.withLock(\.writes)
        #expect(writes.count == 4)
        #expect(writes.filter { $0.content["involvedObject"]?["name"] == "b" }.map { $0.content["count"] } == [1])
        #expect(
            writes.filter { $0.content["involvedObject"]?["name"] != "b" }.map { $0.content["count"] } == [1, 2, 3]
        )
    }

    @Test("events of different objects are written side by side: a slow store is not waited for once for each")
    func sideBySide() async {
        let recorder = self.recorder()
        let gate = Latch<Void>()
        self.store.state.withLock { $0.gate = gate }
        for number in 0..<10 { recorder.record(EventCorrelatorTests.note(name: "\(number)")) }
        let run = Task { await recorder.run() }
        // All ten are under way before the first has been answered.
        while self.store.state.withLock(\.waiting) < 10 { await Task.yield() }
        gate.open()
        await recorder.finish()
        await run.value
        #expect(self.store.state.withLock(\.writes).count == 10)
    }

    @Test("last events are written by requests that are not cancelled themselves, before the recorder has ended")
    func lastWords() async {
        let recorder = self.recorder()
        let gate = Latch<Void>()
        gate.open()
        self.store.state.withLock { $0.gate = gate }
        for name in ["a", "b"] { recorder.record(EventCorrelatorTests.note(name: name)) }
        await self.finish(recorder)
        #expect(self.store.state.withLock(\.writes).count == 2)
        #expect(recorder.droppedCount == 0)
    }

    @Test("finishing waits for what is in the queue, and takes nothing more")
    func finishing() async {
        let recorder = self.recorder()
        recorder.record(EventCorrelatorTests.note(name: "a"))
        let run = Task { await recorder.run() }
        await recorder.finish()
        #expect(self.store.state.withLock(\.writes).count == 1)
        recorder.record(EventCorrelatorTests.note(name: "late"))
        #expect(recorder.droppedCount == 1)
        await run.value
    }

    @Test("a store that hangs delays the end by three seconds, not for ever")
    func hangingEnd() async {
        let recorder = self.recorder()
        self.store.state.withLock { $0.gate = Latch<Void>() }
        for name in ["a", "b"] { recorder.record(EventCorrelatorTests.note(name: name)) }
        let run = Task { await recorder.run() }
        run.cancel()
        await self.time.untilSleeping(to: .seconds(3))
        self.time.advance(by: .seconds(3))
        await run.value
        #expect(self.store.state.withLock(\.writes).isEmpty)
    }

    @Test("an event that the store has forgotten is created anew")
    func expired() async {
        let recorder = self.recorder()
        recorder.record(EventCorrelatorTests.note())
        recorder.record(EventCorrelatorTests.note())
        self.store.state.withLock { $0.writeErrors = [APIStatus(.invalid, "no")] }
        await self.finish(recorder)
        #expect(self.store.state.withLock(\.writes).map { $0.content["count"] } == [2])
        #expect(recorder.droppedCount == 1)
    }

    @Test("a passing failure is tried again, a full queue drops and counts")
    func fails() async {
        let recorder = self.recorder(capacity: 2)
        self.store.state.withLock { $0.writeErrors = [APIStatus(.serviceUnavailable, "no")] }
        for number in 0..<5 { recorder.record(EventCorrelatorTests.note(name: "\(number)")) }
        #expect(recorder.droppedCount == 3)
        let run = Task { await recorder.run() }
        await self.time.untilSleeping()
        self.time.advance(by: .seconds(10))
        run.cancel()
        await run.value
        #expect(self.store.state.withLock(\.writes).count == 2)
    }
}
