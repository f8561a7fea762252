import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

@Suite("SQLiteStore Events")
struct StoreEventTests {
    private let folder: TestFolder
    private let time = TestTime()

    init() throws {
        self.folder = try TestFolder()
    }

    @Test("an Event goes an hour after it was last written, when another is written")
    func timeToLive() async throws {
        let store = try self.folder.open(time: self.time)
        let old = try await store.create(.event, .event("old"))
        var renewed = try await store.create(.event, .event("renewed"))
        self.time.advance(minutes: 30)
        renewed.content["count"] = 2
        _ = try await store.update(.event, renewed)
        let watch = try await store.watch(.event, namespace: nil, from: store.currentResourceVersion)
        self.time.advance(minutes: 30)
        _ = try await store.create(.event, .event("new"))
        #expect(try await store.list(.event, namespace: nil).objects.map(\.metadata.name) == ["new", "renewed"])
        guard case .deleted(let gone) = try await watch.take(2).last else {
            Issue.record("the removal was not announced")
            return
        }
        #expect(gone.metadata.uid == old.metadata.uid)
        #expect(gone.metadata.resourceVersion == store.currentResourceVersion)
    }

    @Test("of too many Events the oldest go")
    func count() async throws {
        var configuration = SQLiteStore.Configuration()
        configuration.eventCount = 10
        let store = try self.folder.open(configuration, time: self.time)
        for index in 0..<100 { _ = try await store.create(.event, .event("e\(100 + index)")) }
        self.time.advance(minutes: 1)
        _ = try await store.create(.event, .event("last"))
        let names = try await store.list(.event, namespace: nil).objects.map(\.metadata.name)
        #expect(names == (191..<200).map { "e\($0)" } + ["last"])
    }

    @Test("other kinds stay however old they are")
    func othersStay() async throws {
        let store = try self.folder.open(time: self.time)
        _ = try await store.create(.widget, .widget("a"))
        self.time.advance(minutes: 600)
        _ = try await store.create(.event, .event("e"))
        #expect(try await store.isThere(.widget, "a"))
    }
}
