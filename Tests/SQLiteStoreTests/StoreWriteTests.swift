import JSON
import KubernetesModel
import ResourceStore
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("SQLiteStore writes")
struct StoreWriteTests {
    private let folder: TestFolder
    private let store: SQLiteStore

    init() throws {
        self.folder = try TestFolder()
        self.store = try self.folder.open()
    }

    @Test("a created object has what the server gives, and is read back the same")
    func create() async throws {
        let created = try await self.store.create(.widget, .widget("a"))
        #expect(created.metadata.uid.count == 36)
        #expect(created.metadata.generation == 1)
        #expect(created.metadata.creationTimestamp == "2026-01-02T00:00:00Z")
        #expect(created.metadata.resourceVersion == self.store.currentResourceVersion)
        #expect(try await self.store.get("a") == created)
        let list = try await self.store.list(.widget, namespace: nil)
        #expect(list.objects == [created])
        #expect(list.resourceVersion == created.metadata.resourceVersion)
    }

    @Test("of objects that are created together each is refused by itself")
    func createTogether() async throws {
        _ = try await self.store.create(.widget, .widget("b"))
        let results = await self.store.create(.widget, [.widget("a"), .widget("b"), .widget("c")])
        #expect(results.map { (try? $0.get())?.metadata.name } == ["a", nil, "c"])
        #expect(results[1] == .failure(.alreadyExists(.widget, "b")))
        let keys = ["a", "b", "c", "d"].map { ObjectKey(namespace: "default", name: $0) }
        let found = try await self.store.get(.widget, keys)
        #expect(found.keys.map(\.name).sorted() == ["a", "b", "c"])
        #expect(found[keys[2]] == (try results[2].get()))
    }

    @Test("a list that is taken part by part is the whole list, in order")
    func pages() async throws {
        let names = (0..<600).map { "w\(1_000 + $0)" }
        _ = await self.store.create(.widget, names.map { .widget($0) })
        let pages = Mutex<[[Object]]>([])
        let version = try await self.store.list(.widget, namespace: nil) { page in pages.withLock { $0.append(page) } }
        let list = try await self.store.list(.widget, namespace: nil)
        #expect(pages.withLock { $0.flatMap(\.self) } == list.objects)
        #expect(pages.withLock(\.count) > 2)
        #expect(version == list.resourceVersion)
    }

    @Test("a name can be there once in each namespace and kind")
    func alreadyExists() async throws {
        _ = try await self.store.create(.widget, .widget("a"))
        _ = try await self.store.create(.widget, .widget("a", in: "other"))
        await #expect(throws: APIStatus.alreadyExists(.widget, "a")) {
            try await self.store.create(.widget, .widget("a"))
        }
    }

    @Test("a version on an object to be created is a mistake")
    func versionOnCreate() async throws {
        var object = Object.widget("a")
        object.metadata.resourceVersion = "1"
        let status = APIStatus(.badRequest, "resourceVersion should not be set on objects to be created")
        await #expect(throws: status) { try await self.store.create(.widget, object) }
    }

    @Test("an object needs a name or the start of one, and a namespace")
    func invalid() async throws {
        #expect(await reason { try await self.store.create(.widget, .widget("")) } == .invalid)
        for namespace in ["", "A", "-a", String(repeating: "a", count: 64)] {
            #expect(await reason { try await self.store.create(.widget, .widget("a", in: namespace)) } == .invalid)
        }
        #expect(await reason { try await self.store.create(.planet, .widget("a")) } == .badRequest)
        var old = Object.widget("a")
        old.apiVersion = "example.dev/v0"
        #expect(await reason { try await self.store.update(.widget, old) } == .badRequest)
    }

    @Test("generateName makes different names")
    func generateName() async throws {
        var object = Object.widget("")
        object.metadata.generateName = "web-"
        let first = try await self.store.create(.widget, object)
        let second = try await self.store.create(.widget, object)
        #expect(first.metadata.name.hasPrefix("web-"))
        #expect(first.metadata.name != second.metadata.name)
    }

    @Test("an object over the limit is refused by its size")
    func tooLarge() async throws {
        var object = Object.widget("a")
        object.spec = .string(String(repeating: "x", count: WriteTransaction.maximumObjectBytes))
        #expect(await reason { try await self.store.create(.widget, object) } == .requestEntityTooLarge)
        #expect(try await self.store.list(.widget, namespace: nil).objects.isEmpty)
    }

    @Test("an update gives a new version, an update without a difference does not")
    func update() async throws {
        var object = try await self.store.create(.widget, .widget("a"))
        object.spec = ["size": 2]
        let updated = try await self.store.update(.widget, object)
        #expect(updated.metadata.generation == 2)
        #expect(updated.metadata.resourceVersion != object.metadata.resourceVersion)
        #expect(try await self.store.update(.widget, updated) == updated)
        #expect(self.store.currentResourceVersion == updated.metadata.resourceVersion)
        #expect(try await self.store.get("a") == updated)
        await #expect(throws: APIStatus.conflict(.widget, "a")) { try await self.store.update(.widget, object) }
    }

    @Test("the status has a way of its own")
    func status() async throws {
        var object = try await self.store.create(.widget, .widget("a"))
        object.status = ["ready": true]
        #expect(try await self.store.update(.widget, object).status == nil)
        let updated = try await self.store.updateStatus(.widget, object)
        #expect(updated.status == ["ready": true])
        #expect(updated.metadata.generation == 1)
        #expect(try await self.store.updateStatus(.widget, updated) == updated)
        let planet = try await self.store.create(.planet, Object(kind: .planet, metadata: ObjectMeta(name: "mars")))
        #expect(await reason { try await self.store.updateStatus(.planet, planet) } == .notFound)
    }

    @Test("what is not there is not found")
    func notFound() async throws {
        let status = APIStatus.notFound(.widget, "a")
        await #expect(throws: status) { try await self.store.get("a") }
        await #expect(throws: status) { try await self.store.update(.widget, .widget("a")) }
        await #expect(throws: status) { try await self.store.updateStatus(.widget, .widget("a")) }
        await #expect(throws: status) { try await self.store.delete(.widget, "a") }
    }

    @Test("a deleted object is gone, with the version of its deletion")
    func delete() async throws {
        let created = try await self.store.create(.widget, .widget("a"))
        guard case .gone(let last) = try await self.store.delete(.widget, "a") else {
            Issue.record("not gone")
            return
        }
        #expect(last.metadata.uid == created.metadata.uid)
        #expect(last.metadata.resourceVersion == self.store.currentResourceVersion)
        #expect(try await !self.store.isThere(.widget, "a"))
        let again = try await self.store.create(.widget, .widget("a"))
        #expect(again.metadata.uid != created.metadata.uid)
    }

    @Test("a deletion can insist on one object at one version")
    func preconditions() async throws {
        let created = try await self.store.create(.widget, .widget("a"))
        for bad in [Preconditions(uid: "x"), Preconditions(resourceVersion: "1")] {
            let error = await #expect(throws: APIStatus.self) {
                _ = try await self.store.delete(.widget, created.key, preconditions: bad)
            }
            #expect(error?.reason == .conflict)
        }
        let good = Preconditions(uid: created.metadata.uid, resourceVersion: created.metadata.resourceVersion)
        _ = try await self.store.delete(.widget, created.key, preconditions: good)
    }

    @Test("finalizers keep a deleted object until the last of them goes")
    func finalizers() async throws {
        _ = try await self.store.create(.widget, .widget("a", finalizers: ["x", "y"]))
        guard case .marked(var object) = try await self.store.delete(.widget, "a") else {
            Issue.record("not marked")
            return
        }
        #expect(object.metadata.deletionTimestamp != nil)
        #expect(object.metadata.generation == 2)
        #expect(try await self.store.delete(.widget, "a") == .marked(object))
        object.metadata.finalizers = ["y"]
        object = try await self.store.update(.widget, object)
        #expect(try await self.store.isThere(.widget, "a"))
        object.metadata.finalizers = []
        let last = try await self.store.update(.widget, object)
        #expect(last.metadata.resourceVersion == self.store.currentResourceVersion)
        #expect(try await !self.store.isThere(.widget, "a"))
    }

    @Test("a list is ordered by key and can be of one namespace")
    func list() async throws {
        for (namespace, name) in [("b", "1"), ("a", "2"), ("a", "1"), ("c", "0")] {
            _ = try await self.store.create(.widget, .widget(name, in: namespace))
        }
        let all = try await self.store.list(.widget, namespace: nil)
        #expect(all.objects.map(\.key.description) == ["a/1", "a/2", "b/1", "c/0"])
        let some = try await self.store.list(.widget, namespace: "a")
        #expect(some.objects.map(\.metadata.name) == ["1", "2"])
        #expect(try await self.store.list(.planet, namespace: nil).objects.isEmpty)
    }

    @Test("one refused write among many disturbs no other")
    func manyWriters() async throws {
        _ = try await self.store.create(.widget, .widget("taken"))
        let store = self.store
        let created = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let name = index.isMultiple(of: 2) ? "taken" : "free-\(index)"
                    do {
                        _ = try await store.create(.widget, .widget(name))
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(created == 100)
        let objects = try await self.store.list(.widget, namespace: nil).objects
        #expect(objects.count == 101)
        #expect(Set(objects.map(\.metadata.resourceVersion)).count == 101)
    }

    @Test("settings are remembered")
    func settings() async throws {
        #expect(try await self.store.setting("inventory") == nil)
        try await self.store.setSetting("inventory", [1, 2, 3])
        try await self.store.setSetting("empty", [])
        #expect(try await self.store.setting("inventory") == [1, 2, 3])
        #expect(try await self.store.setting("empty") == [])
        await self.store.close()
        let reopened = try self.folder.open()
        #expect(try await reopened.setting("inventory") == [1, 2, 3])
        try await reopened.setSetting("inventory", nil)
        #expect(try await reopened.setting("inventory") == nil)
    }
}
