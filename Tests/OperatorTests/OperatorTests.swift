import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import ResourceStore
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("The operator with real parts", .timeLimit(.minutes(10)))
struct OperatorTests {
    private static let replicationPath = "app/cars/bigPeerReplication/cars-berlin"

    @Test("a pair of Big Peers is brought into agreement, and then nothing is written any more (F25)")
    func converge() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let response = try await bench.call(.get, "\(bench.url(of: "berlin"))/\(Self.replicationPath)")
            let body = try JSONValue(parsing: response.body)
            #expect(body["queriesByCollection"] == ["cars": ["true"]])
            let paris = try await bench.store.get(.bigPeer, ObjectKey(namespace: "default", name: "paris"))
            let address = try #require(paris.status?["endpoints"]?["replication"])
            #expect(body["connections"] == .array([address]))
            #expect(bench.exchange.writes.count == 4, "two apps and two replications: \(bench.exchange.writes)")

            // Every resource is looked at again, and nothing comes of it but the answer to the request itself.
            bench.exchange.reset()
            let events = try await bench.store.list(.event, namespace: nil).objects.count
            for (kind, name) in [
                (ResourceKind.bigPeerReplication, "cars-berlin"), (.bigPeerReplication, "cars-paris"),
                (.bigPeerApp, "berlin-cars"), (.bigPeerApp, "paris-cars"),
            ] {
                try await bench.reconcile(kind, name)
            }
            #expect(bench.exchange.writes.isEmpty)
            #expect(bench.exchange.requests.count >= 4)
            #expect(try await bench.store.list(.event, namespace: nil).objects.count == events)
        }
    }

    @Test("F11: what somebody else PUT is set back, and told as drift")
    func drift() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let url = try await "\(bench.url(of: "berlin"))/\(Self.replicationPath)"
            let put = try await bench.call(.put, url, ["connections": ["evil:1"], "queriesByCollection": [:]])
            #expect(put.status == 200)
            try await bench.reconcile(.bigPeerReplication, "cars-berlin")
            let body = try JSONValue(parsing: try await bench.call(.get, url).body)
            #expect(body["queriesByCollection"] == ["cars": ["true"]])
            try await bench.await(.event, "") { _ in true }
        }
    }

    @Test("an edit is one PUT, and a deletion takes the remote with it")
    func editAndDelete() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            bench.exchange.reset()
            try await bench.apply(pair.replacing("color = 'blue'", with: "color = 'red'"))
            #expect(try await bench.settle() == [])
            #expect(bench.exchange.writes.map { $0.prefix(4) } == ["PUT "])

            let key = ObjectKey(namespace: "default", name: "cars-berlin")
            let url = try await "\(bench.url(of: "berlin"))/\(Self.replicationPath)"
            _ = try await bench.store.delete(.bigPeerReplication, key, preconditions: Preconditions())
            try await bench.await(.bigPeerReplication, "cars-berlin") { $0 == nil }
            #expect(try await bench.call(.get, url).status == 404)
        }
    }

    @Test("everything deleted at once goes in the order in which it needs each other")
    func deleteAll() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            for (kind, names) in [
                (ResourceKind.bigPeer, ["berlin", "paris"]), (.bigPeerApp, ["berlin-cars", "paris-cars"]),
                (.bigPeerReplication, ["cars-berlin", "cars-paris"]),
            ] {
                for name in names {
                    let key = ObjectKey(namespace: "default", name: name)
                    _ = try await bench.store.delete(kind, key, preconditions: Preconditions())
                }
            }
            for name in ["berlin", "paris"] { try await bench.await(.bigPeer, name) { $0 == nil } }
            let deletes = bench.exchange.writes.filter { $0.hasPrefix("DELETE") }
            #expect(deletes.count == 3, "two replications and the one app whose policy says so: \(deletes)")
            #expect(deletes.last?.hasSuffix("/app/cars") == true, "\(deletes)")
        }
    }

    @Test("an embedded peer whose resource is gone without its finalizer stops")
    func forcedDeletion() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let url = try await "\(bench.url(of: "paris"))/app"
            #expect(try await bench.call(.get, url).status == 200)
            let key = ObjectKey(namespace: "default", name: "paris")
            _ = try await bench.store.delete(.bigPeer, key, preconditions: Preconditions())
            while let live = try? await bench.store.get(.bigPeer, key) {
                // As `peerage delete --force-orphan` lets go, however often the controller writes in between.
                _ = try? await bench.store.updateFinalizers(.bigPeer, of: live.metadata, to: [])
            }
            // Ends when the peer's port is closed; the suite's time limit ends it otherwise.
            while (try? await bench.call(.get, url)) != nil {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test("F13: an answer that is lost after it was carried out creates nothing twice")
    func lostAnswers() async throws {
        try await Bench().run { bench in
            let isFirst = Mutex<Set<String>>([])
            bench.exchange.injecting { request in
                guard request.method == .post else { return nil }
                return isFirst.withLock { $0.insert(request.url).inserted } ? .answerLost : nil
            }
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let posts = bench.exchange.writes.filter { $0.hasPrefix("POST") }
            #expect(posts.count == 4, "\(posts)")
        }
    }

    @Test("a dead Big Peer holds up nobody else")
    func deadPeer() async throws {
        try await Bench().run { bench in
            // Port 9 is "discard"; nothing listens there on loopback.
            let dead = """
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeer
                metadata: {name: dead}
                spec: {endpoint: {url: "http://127.0.0.1:9"}}
                """
            let onDead = (0..<50).map { number in
                """
                ---
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeerReplication
                metadata: {name: d\(number)}
                spec: {bigPeerRef: {name: dead}, app: cars, queriesByCollection: {cars: ["true"]}}
                """
            }
            try await bench.apply(([dead] + onDead).joined(separator: "\n"))
            try await bench.await(.bigPeerReplication, "d7") {
                $0?.status?["conditions"]?.array?.isEmpty == false
            }
            try await bench.apply(pair)
            for name in ["cars-berlin", "cars-paris"] {
                try await bench.await(.bigPeerReplication, name) { $0.map(Self.isReady) == true }
            }
            let toDead = bench.exchange.requests.filter { $0.contains("/bigPeer/dead/") }
            #expect(toDead.count < 60, "the circuit opens: \(toDead.count) requests")
        }
    }

    @Test("F20: a replication on a dead Big Peer says why it cannot go, and goes when its finalizer is taken")
    func forceOrphan() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            bench.exchange.injecting { _ in .unreachable }
            let key = ObjectKey(namespace: "default", name: "cars-berlin")
            _ = try await bench.store.delete(.bigPeerReplication, key, preconditions: Preconditions())
            try await bench.await(.bigPeerReplication, "cars-berlin") { object in
                object?.status?["conditions"]?.array?.contains {
                    $0["reason"] == "DeletionBlocked" && $0["message"]?.string?.contains("--force-orphan") == true
                } == true
            }
            try await bench.change(.bigPeerReplication, "cars-berlin") { $0.metadata.finalizers = [] }
            try await bench.await(.bigPeerReplication, "cars-berlin") { $0 == nil }
        }
    }

    @Test("F21: a change of the spec while its last version is on the way is not lost")
    func changeInFlight() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            for number in 1...20 {
                try await bench.apply(pair.replacing("color = 'blue'", with: "owner = \(number)"))
            }
            #expect(try await bench.settle() == [])
            let url = try await "\(bench.url(of: "paris"))/app/cars/bigPeerReplication/cars-paris"
            let body = try JSONValue(parsing: try await bench.call(.get, url).body)
            #expect(body["queriesByCollection"] == ["cars": ["owner = 20"]])
        }
    }

    @Test("a new process goes on where the old one stopped, on the same ports, without a write")
    func restart() async throws {
        let first = try Bench()
        let url = Mutex("")
        try await first.run(keepFolder: true) { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let berlin = try await bench.url(of: "berlin")
            url.withLock { $0 = berlin }
        }
        try await Bench(folder: first.folder).run { bench in
            #expect(try await bench.settle() == [])
            #expect(bench.exchange.writes.isEmpty)
            let berlin = try await bench.url(of: "berlin")
            #expect(berlin == url.withLock { $0 })
        }
    }

    @Test("a new process starts its peers before it looks at what is on them: nothing is told that was not so")
    func steadyRestart() async throws {
        let first = try Bench()
        try await first.run(keepFolder: true) { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
        }
        var view: FaultyStore?
        let second = try Bench(folder: first.folder) { store in
            let store = FaultyStore(store)
            view = store
            return store
        }
        try await second.run { bench in
            let unsettled = try await bench.settle()
            #expect(unsettled == [])
            #expect(bench.exchange.requests.count >= 4, "everything was looked at")
        }
        // What is measured of the links changes with a restart; that all is as it should be does not.
        #expect(view?.unready == [])
    }

    @Test("an app that exists with another id is reported and left alone")
    func appIDMismatch() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let other = """
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeerApp
                metadata: {name: other}
                spec: {bigPeerRef: {name: berlin}, appName: cars, appId: 00000000-0000-4000-8000-000000000000}
                """
            bench.exchange.reset()
            try await bench.apply(other)
            try await bench.await(.bigPeerApp, "other") { object in
                object?.status?["conditions"]?.array?.contains { $0["type"] == "Stalled" } == true
            }
            #expect(bench.exchange.writes.isEmpty)
        }
    }

    private static func isReady(_ object: Object) -> Bool {
        object.status?["conditions"]?.array?.contains { $0["type"] == "Ready" && $0["status"] == "True" } == true
    }
}

extension String {
    func replacing(_ old: String, with new: String) -> String {
        self.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
