import Clocks
import ControllerRuntime
import FoundationEssentials
import KubernetesModel
import Logging
import Planning
import ResourceStore
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("Hosts and their Leases")
struct HostPresenceTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A store in a folder of its own, and a clock that the test moves.
    private final class Scene: Sendable {
        let time = ManualTime()
        let store: SQLiteStore
        private let folder: String

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "peerage-hosts-\(UUID())").path()
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            self.folder = folder
            self.store = try SQLiteStore(folder: folder) { "2026-11-21T00:00:00Z" }
        }

        func close() async {
            await self.store.close()
            try? FileManager.default.removeItem(atPath: self.folder)
        }

        func presence(
            _ identity: String,
            of host: String = "east",
            over store: (any ResourceStore)? = nil
        ) -> HostPresence {
            HostPresence(
                hosts: [host],
                identity: identity,
                namespace: "default",
                store: store ?? self.store,
                time: self.time,
                logger: HostPresenceTests.logger
            )
        }

        func holder(of host: String = "east") async throws -> String? {
            let key = ObjectKey(namespace: "default", name: HostLease.name(of: host))
            return HostLease(try await self.store.get(.lease, key))?.holder
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        let scene = try Scene()
        do {
            try await body(scene)
        } catch {
            Issue.record(error)
        }
        await scene.close()
    }

    @Test("a restarted host is the same at once; another process waits until it has been silent for a Lease's time")
    func acquiring() async throws {
        try await self.withScene { scene in
            try await scene.presence("a").acquire()
            try await scene.presence("a").acquire()
            #expect(try await scene.holder() == "a")

            let rival = Task { try await scene.presence("b").acquire() }
            var waited = Duration.zero
            while try await scene.holder() == "a" {
                // Not the deadline of a request that is under way.
                await scene.time.untilSleeping(to: waited + .seconds(2))
                #expect(waited <= HostLease.duration + .seconds(2))
                scene.time.advance(by: .seconds(2))
                waited += .seconds(2)
                if waited > HostLease.duration { break }
            }
            try await rival.value
            #expect(try await scene.holder() == "b")
            #expect(waited >= HostLease.duration)
        }
    }

    @Test("a host that sees another one in its place gives up")
    func lost() async throws {
        try await self.withScene { scene in
            let first = scene.presence("a")
            try await first.acquire()
            let keeping = Task { () -> String? in
                do throws(HostPresence.Lost) { try await first.keep() } catch { return error.holder }
                return nil
            }
            await scene.time.untilSleeping(to: HostLease.renewInterval)
            let key = ObjectKey(namespace: "default", name: HostLease.name(of: "east"))
            let object = try await scene.store.get(.lease, key)
            var lease = try #require(HostLease(object))
            lease.holder = "b"
            _ = try await scene.store.update(.lease, lease.write(into: object, namespace: "default"))
            scene.time.advance(by: HostLease.renewInterval)
            #expect(await keeping.value == "b")
            // What is another's is not given back.
            await first.release()
            #expect(try await scene.holder() == "b")
        }
    }

    @Test("requests that hang are given up so early that the host is heard of again before it counts as gone")
    func hanging() async throws {
        try await self.withScene { scene in
            let store = HangingStore(scene.store, reads: [2, 3])
            let presence = scene.presence("a", over: store)
            try await presence.acquire()
            let keeping = Task { try await presence.keep() }
            var now = Duration.zero
            for pause in [HostLease.renewInterval, .seconds(1), .seconds(1)] {
                await scene.time.untilSleeping(to: now + pause)
                scene.time.advance(by: pause)
                now += pause
                guard now < .seconds(13) else { break }
                // The read hangs: only its deadline goes on.
                await scene.time.untilSleeping(to: now + HostPresence.requestTimeout)
                scene.time.advance(by: HostPresence.requestTimeout)
                now += HostPresence.requestTimeout
            }
            await scene.time.untilSleeping(to: now + HostLease.renewInterval)
            let key = ObjectKey(namespace: "default", name: HostLease.name(of: "east"))
            #expect(HostLease(try await scene.store.get(.lease, key))?.renewTime == scene.time.now().rfc3339Micro)
            #expect(now < HostLease.duration)
            keeping.cancel()
            _ = await keeping.result
            store.letGo()
        }
    }

    @Test("a released Lease is free at once")
    func released() async throws {
        try await self.withScene { scene in
            let first = scene.presence("a")
            try await first.acquire()
            await first.release()
            #expect(try await scene.holder() == "")
            try await scene.presence("b").acquire()
            #expect(try await scene.holder() == "b")
        }
    }

    @Test("a host is missing when nobody has heard of it for a Lease's time, never before, and present again at once")
    func roster() async throws {
        try await self.withScene { scene in
            let leases = Informer<KnownLease>(
                leasesIn: "default",
                store: scene.store,
                time: scene.time,
                logger: HostPresenceTests.logger
            )
            let roster = HostRoster(leases, time: scene.time)
            #expect(roster.standing(of: "east") == .undecided)
            try await scene.presence("a").acquire()
            let (changes, change) = AsyncStream.makeStream(of: Void.self)
            let reading = Task { await leases.run() }
            let following = Task { await roster.run { change.yield() } }
            var heard = changes.makeAsyncIterator()
            await heard.next()
            #expect(roster.standing(of: "east") == .present)
            #expect(roster.standing(of: "west") == .undecided)

            // Nobody renews: after the Lease's time both are missing, the one for its silence.
            await scene.time.untilSleeping(to: HostLease.duration)
            scene.time.advance(by: HostLease.duration)
            await heard.next()
            #expect(roster.standing(of: "east") == .missing)
            #expect(roster.standing(of: "west") == .missing)

            let west = scene.presence("w", of: "west")
            try await west.acquire()
            await heard.next()
            #expect(roster.standing(of: "west") == .present)
            await west.release()
            await heard.next()
            #expect(roster.standing(of: "west") == .missing)
            for task in [following, reading] {
                task.cancel()
                await task.value
            }
        }
    }
}
