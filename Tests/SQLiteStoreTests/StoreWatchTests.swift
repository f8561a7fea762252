import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

@Suite("SQLiteStore watches", .timeLimit(.minutes(10)))
struct StoreWatchTests {
    private let folder: TestFolder
    private let store: SQLiteStore

    init() throws {
        self.folder = try TestFolder()
        self.store = try self.folder.open()
    }

    private func expect(_ version: Int64) -> String { String(version) }

    @Test("a watch tells every change after its version, in order, with the versions")
    func changes() async throws {
        let start = try #require(Int64(self.store.currentResourceVersion))
        let watch = try await self.store.watch(.widget, namespace: nil, from: String(start))
        var object = try await self.store.create(.widget, .widget("a"))
        object.spec = ["size": 2]
        _ = try await self.store.update(.widget, object)
        _ = try await self.store.update(.widget, object.with { $0.metadata.resourceVersion = "" })
        _ = try await self.store.create(.planet, Object(kind: .planet, metadata: ObjectMeta(name: "mars")))
        _ = try await self.store.delete(.widget, "a")
        let events = try await watch.take(3).map(\.short)
        #expect(events == ["+a@\(start + 1)", "~a@\(start + 2)", "-a@\(start + 4)"])
    }

    @Test("without a version everything comes first, then a bookmark, then the changes", arguments: ["", "0"])
    func snapshot(from version: String) async throws {
        _ = try await self.store.create(.widget, .widget("a"))
        let b = try await self.store.create(.widget, .widget("b")).metadata.resourceVersion
        let watch = try await self.store.watch(.widget, namespace: nil, from: version)
        let c = try await self.store.create(.widget, .widget("c")).metadata.resourceVersion
        let events = try await watch.take(4).map(\.short)
        #expect(events.dropFirst() == ["+b@\(b)", "@\(b)", "+c@\(c)"])
    }

    @Test("a large beginning comes in portions with the bookmark behind the last")
    func largeSnapshot() async throws {
        let store = self.store
        await withTaskGroup { group in
            for index in 0..<1_200 { group.addTask { _ = try? await store.create(.widget, .widget("w\(index)")) } }
        }
        let watch = try await self.store.watch(.widget, namespace: nil, from: "")
        _ = try await self.store.create(.widget, .widget("later"))
        var sizes: [Int] = []
        for _ in 0..<4 { sizes.append(try #require(try await watch.next()).count) }
        #expect(sizes == [512, 512, 177, 1])
    }

    @Test("a watch of one namespace hears nothing of others")
    func namespace() async throws {
        let watch = try await self.store.watch(.widget, namespace: "a", from: "")
        _ = try await self.store.create(.widget, .widget("x", in: "b"))
        let version = try await self.store.create(.widget, .widget("y", in: "a")).metadata.resourceVersion
        #expect(try await watch.take(2).map(\.short).last == "+y@\(version)")
    }

    @Test("a version from the future, from before the history, or no version at all is refused")
    func refused() async throws {
        let ahead = try #require(Int64(self.store.currentResourceVersion)) + 1
        #expect(await reason { try await self.store.watch(.widget, namespace: nil, from: "\(ahead)") } == .expired)
        for nonsense in ["-1", "x", "99999999999999999999"] {
            let got = await reason { try await self.store.watch(.widget, namespace: nil, from: nonsense) }
            #expect(got == .badRequest)
        }
    }

    @Test("who lags behind the bounded history gets Expired, and a new watch works")
    func lag() async throws {
        await self.store.close()
        var configuration = SQLiteStore.Configuration()
        configuration.historyChanges = 5
        let store = try self.folder.open(configuration)
        let version = store.currentResourceVersion
        let watch = try await store.watch(.widget, namespace: nil, from: version)
        for index in 0..<10 { _ = try await store.create(.widget, .widget("w\(index)")) }
        #expect(await reason { try await watch.next() } == .expired)
        #expect(await reason { try await store.watch(.widget, namespace: nil, from: version) } == .expired)
        #expect(try await store.watch(.widget, namespace: nil, from: "").take(11).count == 11)
    }

    @Test("after a restart a watch goes on where its kind last changed, and nowhere before")
    func restart() async throws {
        let before = self.store.currentResourceVersion
        let change = try await self.store.create(.widget, .widget("a")).metadata.resourceVersion
        _ = try await self.store.create(.planet, Object(kind: .planet, metadata: ObjectMeta(name: "mars")))
        await self.store.close()
        let store = try self.folder.open()
        _ = try await store.watch(.widget, namespace: nil, from: store.currentResourceVersion)
        let watch = try await store.watch(.widget, namespace: nil, from: change)
        #expect(await reason { try await store.watch(.widget, namespace: nil, from: before) } == .expired)
        let version = try await store.create(.widget, .widget("b")).metadata.resourceVersion
        #expect(try await watch.take(1).map(\.short) == ["+b@\(version)"])
    }

    @Test("cancelling a watch ends a waiting reader")
    func cancel() async throws {
        let watch = try await self.store.watch(.widget, namespace: nil, from: "")
        _ = try await watch.take(1)
        async let waiting = watch.next()
        watch.cancel()
        #expect(try await waiting == nil)
        #expect(try await watch.next() == nil)
        #expect(self.store.hub.watchCount == 0)
    }

    @Test("cancelling the reader's task ends the wait and keeps the watch")
    func cancelTask() async throws {
        let watch = try await self.store.watch(.widget, namespace: nil, from: "")
        _ = try await watch.take(1)
        let reader = Task { try await watch.next() }
        reader.cancel()
        #expect(try await reader.value == nil)
        let version = try await self.store.create(.widget, .widget("a")).metadata.resourceVersion
        #expect(try await watch.take(1).map(\.short) == ["+a@\(version)"])
    }

    @Test("a forgotten watch leaves nothing behind")
    func forgotten() async throws {
        for _ in 0..<10 { _ = try await self.store.watch(.widget, namespace: nil, from: "") }
        #expect(self.store.hub.watchCount == 0)
    }

    @Test("closing the store ends its watches and refuses everything else")
    func close() async throws {
        let watch = try await self.store.watch(.widget, namespace: nil, from: "")
        _ = try await watch.take(1)
        async let waiting = watch.next()
        await self.store.close()
        await self.store.close()
        #expect(try await waiting == nil)
        #expect(await reason { try await self.store.create(.widget, .widget("a")) } == .serviceUnavailable)
        #expect(await reason { try await self.store.get("a") } == .serviceUnavailable)
        #expect(await reason { try await self.store.watch(.widget, namespace: nil, from: "") } == .serviceUnavailable)
    }

    @Test("many readers all hear everything")
    func manyReaders() async throws {
        let store = self.store
        let version = store.currentResourceVersion
        let heard = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<20 {
                let watch = try await store.watch(.widget, namespace: nil, from: version)
                group.addTask { try await watch.take(300).map(\.short) }
            }
            await withTaskGroup { writers in
                for index in 0..<300 {
                    writers.addTask { _ = try? await store.create(.widget, .widget("w\(index)")) }
                }
            }
            return try await group.reduce(into: Set<[String]>()) { $0.insert($1) }
        }
        #expect(heard.count == 1)
    }
}

extension Object {
    func with(_ change: (inout Object) -> Void) -> Object {
        var object = self
        change(&object)
        return object
    }
}
