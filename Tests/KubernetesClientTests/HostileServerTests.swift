import Clocks
import ControllerRuntime
import FuzzSeeds
import HTTP
import JSON
import KubernetesModel
import Logging
import ResourceStore
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("A hostile API server", .timeLimit(.minutes(10)))
struct HostileServerTests {
    private static let list =
        #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a","namespace":"n","#
        + #""uid":"u","resourceVersion":"3"}}]}"#

    private static func page(_ names: ClosedRange<Int>, next: String? = nil, version: String = "7") -> String {
        let items = names.map { #"{"metadata":{"name":"c\#($0)","namespace":"n"}}"# }.joined(separator: ",")
        let more = next.map { #","continue":"\#($0)""# } ?? ""
        return #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"\#(version)"\#(more)},"items":[\#(items)]}"#
    }

    private static func event(_ type: String, _ name: String, _ version: Int, padding: Int = 0) -> String {
        let rest = padding > 0 ? #","data":{"x":"\#(String(repeating: "x", count: padding))"}"# : ""
        return
            #"{"type":"\#(type)","object":{"kind":"ConfigMap","metadata":{"name":"\#(name)","namespace":"n","#
            + #""uid":"\#(name)","resourceVersion":"\#(version)"}\#(rest)}}"# + "\n"
    }

    private static let expired =
        #"{"kind":"Status","status":"Failure","reason":"Expired","message":"too old","code":410}"#

    /// Runs a test with a store over a server that behaves as told.
    private func with(
        _ respond: @escaping @Sendable (HostileServer.Request, Int) -> HostileServer.Reply,
        time: any Time = SystemTime(),
        body: (KubernetesStore, HostileServer) async throws -> Void
    ) async throws {
        let server = try HostileServer(respond)
        let http = HTTPClient(configuration: .kubernetes)
        defer {
            http.shutdown()
            server.stop()
        }
        let cluster = Cluster(server: server.url, proxy: .none)
        try await body(KubernetesStore(KubernetesClient(cluster, http: http), time: time), server)
    }

    private func error<Value>(_ body: () async throws(APIStatus) -> Value) async -> APIStatus? {
        do throws(APIStatus) {
            _ = try await body()
            Issue.record("no error")
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Lists

    @Test(
        "F7: what is not the whole list is an error and never an empty list",
        arguments: [
            (200, "<html>Sign in</html>"), (200, "{}"), (200, "[]"), (200, ""),
            (200, #"{"kind":"Status","status":"Failure","message":"x","code":500}"#),
            (200, #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"}}"#),
            (200, #"{"kind":"ConfigMapList","metadata":{},"items":[]}"#),
            (200, #"{"kind":"SecretList","metadata":{"resourceVersion":"7"},"items":[]}"#),
            (200, #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{}]}"#),
            (200, String(list.dropLast(20))), (500, list), (502, "<html>"), (301, list),
        ]
    )
    func notAList(status: Int, body: String) async throws {
        try await self.with { _, _ in
            .answer(status, body)
        } body: { store, _ in
            let error = await self.error { () throws(APIStatus) in try await store.list(.configMap, namespace: nil) }
            #expect(error?.message.contains("127.0.0.1") == true || status >= 500)
        }
    }

    @Test("a page that is cut off in the middle is an error")
    func cutPage() async throws {
        try await self.with { _, _ in
            .cut(after: [String(Self.list.prefix(60))])
        } body: { store, _ in
            let error = await self.error { () throws(APIStatus) in try await store.list(.configMap, namespace: nil) }
            #expect(error?.reason == .serviceUnavailable)
        }
    }

    @Test("F8: a list whose pages expire is read anew in one piece, so that it was true at one moment")
    func expiredPages() async throws {
        try await self.with { request, _ in
            switch request.query("continue") {
            case nil where request.query("limit") == nil: .answer(200, Self.page(1...4, version: "20"))
            case nil: .answer(200, Self.page(1...2, next: "t"))
            default: .answer(410, Self.expired)
            }
        } body: { store, server in
            let list = try await store.list(.configMap, namespace: nil)
            #expect(list.objects.map(\.metadata.name) == ["c1", "c2", "c3", "c4"])
            #expect(list.resourceVersion == "20")
            #expect(server.requests.map { $0.query("limit") } == ["500", "500", nil])
        }
    }

    @Test("a list without an end is an error")
    func endlessPages() async throws {
        try await self.with { _, _ in
            .answer(200, Self.page(1...2, next: "t"))
        } body: { store, server in
            let error = await self.error { () throws(APIStatus) in try await store.list(.configMap, namespace: nil) }
            #expect(error?.message.contains("no end") == true)
            #expect(server.requests.count == 2)
        }
    }

    // MARK: - Watches

    @Test("F8: an expired version is told as such, by the status code and by an event, and after the events before it")
    func expiredWatch() async throws {
        try await self.with { _, number in
            switch number {
            case 1: .answer(410, Self.expired)
            case 2: .answer(410, "gone")
            default:
                .silence(after: [Self.event("ADDED", "a", 8), #"{"type":"ERROR","object":\#(Self.expired)}"# + "\n"])
            }
        } body: { store, _ in
            for _ in 1...2 {
                let error = await self.error { () throws(APIStatus) in
                    try await store.watch(.configMap, namespace: nil, from: "1")
                }
                #expect(error?.reason == .expired)
            }
            let watch = try await store.watch(.configMap, namespace: nil, from: "1")
            #expect(try await watch.next()?.count == 1)
            let error = await self.error { () throws(APIStatus) in try await watch.next() }
            #expect(error?.reason == .expired)
        }
    }

    @Test("a watch asks for bookmarks and for an end, at another time each")
    func watchRequest() async throws {
        try await self.with { _, _ in
            .stream([])
        } body: { store, server in
            for _ in 1...8 {
                let watch = try await store.watch(.configMap, namespace: "n", from: "7")
                #expect(try await watch.next() == nil)
            }
            let seconds = server.requests.compactMap { $0.query("timeoutSeconds").flatMap { Int($0) } }
            #expect(seconds.count == 8)
            #expect(seconds.allSatisfy { (110...140).contains($0) })
            #expect(Set(seconds).count > 1)
            #expect(server.requests.allSatisfy { $0.query("allowWatchBookmarks") == "true" })
            #expect(server.requests.allSatisfy { $0.query("resourceVersion") == "7" })
        }
    }

    @Test("a line in pieces is one event; a line that is cut, is no event, or is too long ends the watch with an error")
    func lines() async throws {
        let event = Self.event("MODIFIED", "a", 9)
        let huge = String(repeating: "x", count: 1 << 20)
        let replies: [HostileServer.Reply] = [
            .stream([String(event.prefix(30)), String(event.dropFirst(30))]),
            .cut(after: [Self.event("ADDED", "a", 8), String(event.prefix(30))]),
            .stream(["<html>\n"]),
            .stream([#"{"type":"ADDED"}"# + "\n"]),
            .silence(after: Array(repeating: huge, count: 18)),
        ]
        try await self.with { _, number in
            replies[number - 1]
        } body: { store, _ in
            let good = try await store.watch(.configMap, namespace: nil, from: "7")
            #expect(try await good.next()?.count == 1)
            #expect(try await good.next() == nil)
            let cut = try await store.watch(.configMap, namespace: nil, from: "7")
            let error = await self.error { () throws(APIStatus) in
                while try await cut.next() != nil {}
            }
            #expect(error?.reason == .serviceUnavailable)
            for _ in 3...5 {
                let watch = try await store.watch(.configMap, namespace: nil, from: "7")
                let error = await self.error { () throws(APIStatus) in try await watch.next() }
                #expect(error?.reason == .internalError)
            }
        }
    }

    // MARK: - A busy server

    @Test("what a busy server turned away with 429 is sent again after the time that it asks for")
    func busy() async throws {
        let time = ManualTime()
        let respond: @Sendable (HostileServer.Request, Int) -> HostileServer.Reply = { _, number in
            number < 3 ? .answer(429, "later", headers: ["Retry-After: 2"]) : .answer(200, Self.list)
        }
        try await self.with(respond, time: time) { store, server in
            let list = Task { try await store.list(.configMap, namespace: nil) }
            for number in 1...2 {
                await time.untilSleepers { $0.count == 1 }
                #expect(server.requests.count == number)
                time.advance(by: .seconds(3))
            }
            let objects = try await list.value.objects
            #expect(objects.count == 1)
        }
    }

    @Test("how long to stay away is known from the head when the body does not say; a 503 is not repeated by itself")
    func unavailable() async throws {
        try await self.with { _, _ in
            .answer(503, "stopping", headers: ["Retry-After: 7"])
        } body: { store, server in
            let error = await self.error { () throws(APIStatus) in try await store.list(.configMap, namespace: nil) }
            #expect(error?.reason == .serviceUnavailable)
            #expect(error?.retryAfterSeconds == 7)
            #expect(server.requests.count == 1)
        }
    }

    // MARK: - An informer over it

    private func informer(_ store: KubernetesStore, _ time: ManualTime) -> Informer<String> {
        Informer(
            store: store,
            kind: .configMap,
            time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { object, _ in object.metadata.resourceVersion }
    }

    @Test("F8: a watch that has died in silence is replaced by a list, and the age of what is known can be told")
    func blackHole() async throws {
        let time = ManualTime()
        let lists = Mutex(0)
        let respond: @Sendable (HostileServer.Request, Int) -> HostileServer.Reply = { request, _ in
            if request.query("watch") != nil { return .silence(after: []) }
            let count = lists.withLock { count in
                count += 1
                return count
            }
            return .answer(200, Self.page(1...count, version: "\(count + 6)"))
        }
        try await self.with(respond) { store, _ in
            let informer = self.informer(store, time)
            let run = Task { await informer.run() }
            for count in 1...3 {
                // The watch stands, and its guardian sleeps.
                await time.untilSleeping(to: .seconds(150 * count))
                #expect(informer.count == count)
                #expect(informer.status.silences == count - 1)
                time.advance(by: .seconds(149))
                #expect(informer.status.age(now: time.monotonicNow) == .seconds(149))
                time.advance(by: .seconds(1))
            }
            run.cancel()
            await run.value
        }
    }

    @Test("F8: a server that is not there any more makes what is known old")
    func gone() async throws {
        let time = ManualTime()
        try await self.with { request, _ in
            request.query("watch") != nil ? .stream([]) : .answer(200, Self.list)
        } body: { store, server in
            let informer = self.informer(store, time)
            let run = Task { await informer.run() }
            try await informer.untilSynced()
            server.stop()
            while informer.status.age(now: time.monotonicNow) ?? .zero < .seconds(300) {
                await time.untilSleeping()
                time.advance(by: .seconds(30))
            }
            #expect(informer.status.isStale(after: .seconds(299), now: time.monotonicNow))
            #expect(informer.status.failures > 0)
            // What is known stays known.
            #expect(informer.count == 1)
            run.cancel()
            await run.value
        }
    }

    @Test("F5: whatever subset of events a broken watch drops, the list after it makes the same end", arguments: 0..<8)
    func dropped(mask: Int) async throws {
        let events = [Self.event("ADDED", "b", 8), Self.event("MODIFIED", "a", 9), Self.event("DELETED", "a", 10)]
        let told = events.indices.filter { mask & (1 << $0) != 0 }.map { events[$0] }
        let end =
            #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"10"},"items":["#
            + #"{"metadata":{"name":"b","namespace":"n","uid":"b","resourceVersion":"8"}}]}"#
        let time = ManualTime()
        let lists = Mutex(0)
        let respond: @Sendable (HostileServer.Request, Int) -> HostileServer.Reply = { request, _ in
            if request.query("watch") == nil {
                let isFirst = lists.withLock { count in
                    count += 1
                    return count == 1
                }
                return .answer(200, isFirst ? Self.list : end)
            }
            let isFirst = lists.withLock { $0 } == 1
            let expired = #"{"type":"ERROR","object":\#(Self.expired)}"# + "\n"
            return isFirst ? .silence(after: told + [expired]) : .silence(after: [])
        }
        try await self.with(respond) { store, _ in
            let informer = self.informer(store, time)
            let run = Task { await informer.run() }
            while informer.status.lists < 2 {
                time.advance(by: .milliseconds(100))
                await Task.yield()
            }
            #expect(informer.keys == [ObjectKey(namespace: "n", name: "b")])
            run.cancel()
            await run.value
        }
    }
}

@Suite("What an API server may send")
struct AnswerFuzzTests {
    @Test("F24: no bytes make the reader of events trap", arguments: fuzzSeeds(40))
    func events(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let good = Array(
            #"{"type":"ADDED","object":{"metadata":{"name":"a","labels":{"x":"y"}},"n":[1,2.5e3,null]}}"#.utf8
        )
        for _ in 0..<200 {
            var bytes = good
            for _ in 0...Int.random(in: 0...6, using: &chance) {
                let index = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &chance)
                case 1: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
                }
            }
            var reader = EventLineReader()
            if let lines = try? reader.lines(adding: bytes + [0x0A]) {
                for line in lines { _ = Object(line.object).json }
            }
        }
    }
}
