import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import ResourceStore
import Synchronization
import Testing

/// What an informer told, in words: `+a=1`, `a=1>2`, `-a`.
private final class Diary: Sendable {
    private struct State {
        var lines: [String] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var lines: [String] { self.state.withLock(\.lines) }

    func write(_ changes: [InformerChange<String>]) {
        let ready = self.state.withLock { state in
            for change in changes {
                switch (change.old, change.new) {
                case (nil, let new?): state.lines.append("+\(change.key.name)=\(new)")
                case (let old?, let new?): state.lines.append("\(change.key.name)=\(old)>\(new)")
                case (_, nil): state.lines.append("-\(change.key.name)")
                }
            }
            let ready = state.watchers.filter { $0.count <= state.lines.count }
            state.watchers.removeAll { $0.count <= state.lines.count }
            return ready
        }
        for watcher in ready { watcher.continuation.resume() }
    }

    func until(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
                if state.lines.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

@Suite("Informer", .timeLimit(.minutes(10)))
struct InformerTests {
    private let store = MemoryStore()
    private let time = ManualTime()
    private let diary = Diary()
    static let byContent = InformerIndex<String>("content") { [$0] }

    private func informer(namespaces: [String] = [], idleTimeout: Duration? = nil) -> Informer<String> {
        let informer = Informer(
            store: self.store,
            kind: .configMap,
            namespaces: namespaces,
            time: self.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            idleTimeout: idleTimeout,
            indexes: [Self.byContent]
        ) { object, _ in object.metadata.labels["content"] ?? "" }
        informer.subscribe { [diary] in diary.write($0) }
        return informer
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "ns", name: name) }

    @Test("lists, then follows")
    func follows() async throws {
        self.store.put("a", content: "1")
        let informer = self.informer()
        #expect(!informer.hasSynced)
        let run = Task { await informer.run() }
        try await informer.untilSynced()
        #expect(informer.get(self.key("a")) == "1")
        await self.store.untilWatched()
        self.store.put("b", content: "1")
        self.store.put("a", content: "2")
        self.store.remove("b")
        await self.diary.until(4)
        #expect(self.diary.lines == ["+a=1", "+b=1", "a=1>2", "-b"])
        #expect(informer.all == ["2"])
        run.cancel()
        await run.value
    }

    @Test("follows some namespaces, each by itself, and nothing else")
    func namespaces() async throws {
        self.store.put("a", in: "one", content: "x")
        self.store.put("a", in: "elsewhere")
        let informer = self.informer(namespaces: ["one", "two"])
        let run = Task { await informer.run() }
        try await informer.untilSynced()
        await self.store.untilWatched(2)
        self.store.put("b", in: "elsewhere")
        self.store.put("b", in: "two", content: "x")
        await self.diary.until(2)
        // What is listed anew in one namespace takes nothing away from the other.
        self.time.advance(by: .seconds(10))
        self.store.endWatches(APIStatus(.expired, "too old"))
        await self.store.untilWatched(2)
        self.store.put("c", in: "two", content: "y")
        await self.diary.until(3)
        #expect(self.diary.lines == ["+a=x", "+b=x", "+c=y"])
        #expect(informer.get(ObjectKey(namespace: "one", name: "a")) == "x")
        #expect(Set(informer.keys(index: Self.byContent, value: "x").map(\.namespace)) == ["one", "two"])
        #expect(informer.count == 3 && informer.status.lists == 4)
        run.cancel()
        await run.value
    }

    @Test("only what was there before the first list is told as initial")
    func initial() async throws {
        self.store.put("a")
        let informer = self.informer()
        let initial = Mutex<[String: Bool]>([:])
        informer.subscribe { changes in
            initial.withLock { for change in changes { $0[change.key.name] = change.isInitial } }
        }
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.put("b")
        await self.diary.until(2)
        run.cancel()
        await run.value
        #expect(initial.withLock { $0 } == ["a": true, "b": false])
    }

    @Test("an index finds objects by what they hold, and forgets what changed")
    func index() async throws {
        self.store.put("a", content: "x")
        self.store.put("b", content: "x")
        let informer = self.informer()
        let run = Task { await informer.run() }
        try await informer.untilSynced()
        await self.store.untilWatched()
        #expect(Set(informer.keys(index: Self.byContent, value: "x")) == [self.key("a"), self.key("b")])
        self.store.put("a", content: "y")
        await self.diary.until(3)
        #expect(informer.keys(index: Self.byContent, value: "x") == [self.key("b")])
        #expect(informer.keys(index: Self.byContent, value: "y") == [self.key("a")])
        let unregistered = InformerIndex<String>("first") { [String($0.prefix(1))] }
        #expect(informer.keys(index: unregistered, value: "y") == [self.key("a")])
        run.cancel()
        await run.value
    }

    @Test("an expired watch lists again: what went is told as deleted, what is unchanged is not told (F8)")
    func relists() async throws {
        for name in ["a", "b", "c"] { self.store.put(name, content: "1") }
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        await self.diary.until(3)
        self.store.state.withLock { $0.isMuted = true }
        self.store.remove("a")
        self.store.put("b", content: "2")
        self.store.put("d", content: "1")
        self.time.advance(by: .seconds(10))
        self.store.endWatches(APIStatus(.expired, "too old resource version"))
        await self.diary.until(6)
        #expect(self.diary.lines.dropFirst(3) == ["-a", "b=1>2", "+d=1"])
        #expect(informer.status.lists == 2)
        run.cancel()
        await run.value
    }

    @Test("a watch that expires at once waits before it lists again: no hot loop (F8)")
    func expiresAtOnce() async {
        self.store.state.withLock { $0.watchErrors = Array(repeating: APIStatus(.expired, "too old"), count: 3) }
        let informer = self.informer()
        let run = Task { await informer.run() }
        for count in 1...3 {
            await self.time.untilSleeping()
            #expect(self.store.state.withLock(\.lists) == count)
            #expect(informer.status.failures == count)
            self.time.advance(by: .seconds(30))
        }
        await self.store.untilWatched()
        run.cancel()
        await run.value
    }

    @Test("a failed list changes nothing and is tried again with backoff (F7)")
    func failedList() async throws {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        let error = APIStatus(.serviceUnavailable, "no")
        self.store.state.withLock { $0.listErrors = [error, error] }
        self.time.advance(by: .seconds(10))
        self.store.endWatches(APIStatus(.expired, "too old"))
        await self.time.untilSleeping()
        #expect(informer.all == ["1"])
        #expect(informer.status.lastError == "no")
        #expect(informer.status.isStale(after: .seconds(9), now: self.time.monotonicNow))
        self.time.advance(by: .milliseconds(800))
        await self.time.untilSleeping()
        self.time.advance(by: .milliseconds(1_600))
        await self.store.untilWatched()
        #expect(informer.status.lastError == nil)
        #expect(self.diary.lines == ["+a=1"])
        run.cancel()
        await run.value
    }

    @Test("a watch that is silent for too long is not believed: everything is listed anew (F8)")
    func silent() async {
        let informer = self.informer(idleTimeout: .seconds(60))
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        await self.time.untilSleeping(to: .seconds(60))
        // Nobody tells of this one.
        self.store.state.withLock { $0.isMuted = true }
        self.store.put("a", content: "1")
        self.time.advance(by: .seconds(60))
        await self.store.untilWatched(2)
        await self.time.untilSleeping(to: .seconds(120))
        #expect(self.diary.lines == ["+a=1"])
        #expect(informer.status.silences == 1)
        #expect(informer.status.age(now: .seconds(70)) == .seconds(10))
        #expect(informer.status.failures == 0)
        run.cancel()
        await run.value
    }

    @Test("a store that is busy is left alone for as long as it asks, and not for longer than two minutes")
    func busy() async {
        let busy = APIStatus(.tooManyRequests, "busy", retryAfterSeconds: 45)
        let rude = APIStatus(.serviceUnavailable, "never", retryAfterSeconds: 86_400)
        self.store.state.withLock { $0.listErrors = [busy, rude] }
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.time.untilSleeping(to: .seconds(45))
        self.time.advance(by: .seconds(45))
        await self.time.untilSleeping(to: .seconds(165))
        self.time.advance(by: .seconds(120))
        await self.store.untilWatched()
        run.cancel()
        await run.value
    }

    @Test(
        "a watch that the server will not begin where the list ended is begun from a new list, and otherwise is not",
        arguments: [
            (APIStatus.Reason.badRequest, 2), (.internalError, 2), (.expired, 2), (.serviceUnavailable, 1),
            (.timeout, 1), (.forbidden, 1),
        ]
    )
    func refusedWatch(_ reason: APIStatus.Reason, lists: Int) async {
        self.store.state.withLock { $0.watchErrors = [APIStatus(reason, "not from there")] }
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.time.untilSleeping()
        self.time.advance(by: .seconds(30))
        await self.store.untilWatched()
        #expect(informer.status.lists == lists)
        run.cancel()
        await run.value
    }

    @Test("a list from before what was seen is not believed: the server lags behind (F3)")
    func timeTravel() async {
        self.store.put("a", content: "old")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.put("a", content: "new")
        await self.diary.until(2)
        // Another replica answers, which has not heard of the change yet.
        let present = self.store.state.withLock { state in
            defer { state.revision = 50 }
            return state.revision
        }
        self.store.endWatches(APIStatus(.expired, "too old"))
        await self.time.untilSleeping()
        #expect(informer.get(self.key("a")) == "new")
        self.store.state.withLock { $0.revision = present }
        while informer.status.lists < 2 {
            self.time.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(informer.get(self.key("a")) == "new")
        #expect(self.diary.lines == ["+a=old", "a=old>new"])
        run.cancel()
        await run.value
    }

    @Test("a store that stays in the past has been restored from a backup, and is believed after a while")
    func restored() async {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.state.withLock { state in
            state.revision = 50
            state.objects = [:]
        }
        self.store.endWatches(APIStatus(.expired, "too old"))
        while informer.status.lists < 2 {
            #expect(informer.count == 1)
            await self.time.untilSleeping()
            self.time.advance(by: .seconds(30))
            await Task.yield()
        }
        #expect(informer.count == 0)
        #expect(self.store.state.withLock(\.lists) == 7)
        run.cancel()
        await run.value
    }

    @Test(
        "a bookmark without a version, or of the past, is not believed, nor a watch that ends without a word",
        arguments: ["", "50", nil]
    )
    func doubtfulWatch(_ bookmark: String?) async {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.state.withLock { $0.isMuted = true }
        self.store.put("a", content: "2")
        self.time.advance(by: .seconds(10))
        if let bookmark {
            self.store.send([.bookmark(resourceVersion: bookmark)])
        } else {
            self.store.endWatches()
        }
        await self.diary.until(2)
        #expect(self.diary.lines == ["+a=1", "a=1>2"])
        #expect(informer.status.lists == 2)
        run.cancel()
        await run.value
    }

    @Test("a watch that has told up to where it knows everything goes on from there when it ends")
    func confirmedWatch() async {
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.put("a", content: "1")
        await self.diary.until(1)
        self.time.advance(by: .seconds(10))
        self.store.endWatches()
        await self.store.untilWatched()
        #expect(informer.status.lists == 1)
        run.cancel()
        await run.value
    }

    @Test("after a store was restored from a backup, own writes that it does not know any more are not held on to")
    func restoredOwnWrite() async {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.state.withLock { $0.isMuted = true }
        informer.observe(self.store.put("a", content: "own"))
        informer.observe(self.store.put("own", content: "own"))
        self.store.state.withLock { state in
            state.revision = 50
            state.objects = [:]
        }
        self.store.put("a", content: "restored")
        self.store.endWatches()
        while informer.status.lists < 2 {
            await self.time.untilSleeping()
            self.time.advance(by: .seconds(30))
            await Task.yield()
        }
        #expect(informer.get(self.key("a")) == "restored")
        #expect(informer.get(self.key("own")) == nil)
        run.cancel()
        await run.value
    }

    @Test("an own write is read at once, and older events do not undo it (F4)")
    func readYourWrites() async {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.state.withLock { $0.isMuted = true }
        let late = self.store.put("a", content: "2")
        let own = self.store.put("a", content: "own")
        informer.observe(own)
        #expect(informer.get(self.key("a")) == "own")
        self.store.send([.modified(late), .modified(own), .added(self.store.put("b", content: "1"))])
        await self.diary.until(3)
        #expect(self.diary.lines == ["+a=1", "a=1>own", "+b=1"])
        run.cancel()
        await run.value
    }

    @Test("an own write that is younger than a list is not undone by it, and one that is older is (F4)")
    func ownWriteAndList() async {
        self.store.put("a", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        // What we made is answered, while a replica that lags behind lists what there was before.
        self.store.state.withLock { $0.isMuted = true }
        let own = self.store.put("own", content: "1")
        informer.observe(own)
        let present = self.store.state.withLock { state in
            state.objects[own.key] = nil
            defer { state.revision -= 1 }
            return state.revision
        }
        self.time.advance(by: .seconds(10))
        self.store.endWatches(APIStatus(.expired, "too old"))
        await self.store.untilWatched()
        #expect(informer.get(self.key("own")) == "1")
        // A list from after it, without it, says that it is gone.
        self.store.state.withLock { $0.revision = present + 1 }
        self.time.advance(by: .seconds(10))
        self.store.endWatches(APIStatus(.expired, "too old"))
        await self.store.untilWatched()
        #expect(informer.get(self.key("own")) == nil)
        #expect(informer.status.lists == 3)
        run.cancel()
        await run.value
    }

    @Test("an object that we deleted is not brought back by a late event (F3)")
    func noResurrection() async {
        let first = self.store.put("a", uid: "1", content: "1")
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        self.store.state.withLock { $0.isMuted = true }
        let late = self.store.put("a", uid: "1", content: "2")
        informer.observe(.gone(first))
        #expect(informer.get(self.key("a")) == nil)
        let next = self.store.put("a", uid: "2", content: "next")
        self.store.send([.modified(late), .deleted(late), .added(next)])
        await self.diary.until(3)
        #expect(self.diary.lines == ["+a=1", "-a", "+a=next"])
        run.cancel()
        await run.value
    }

    @Test("an own write whose deletion was already seen does not bring the object back")
    func lateOwnWrite() async {
        let informer = self.informer()
        let run = Task { await informer.run() }
        await self.store.untilWatched()
        let own = self.store.put("a", content: "1")
        self.store.remove("a")
        await self.diary.until(2)
        informer.observe(own)
        #expect(informer.get(self.key("a")) == nil)
        #expect(self.diary.lines == ["+a=1", "-a"])
        run.cancel()
        await run.value
    }

    @Test("a subscriber hears first what is there, and changes made in a subscriber come in order")
    func order() async {
        let informer = self.informer()
        let object = self.store.put("a", content: "1")
        informer.observe(object)
        let late = Diary()
        informer.subscribe { changes in
            if late.lines.isEmpty { informer.observe(self.store.put("a", content: "2")) }
            late.write(changes)
        }
        #expect(late.lines == ["+a=1", "a=1>2"])
        #expect(self.diary.lines == ["+a=1", "a=1>2"])
    }
}
