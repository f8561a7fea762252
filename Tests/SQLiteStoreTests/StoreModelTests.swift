import Clocks
import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

/// What a watcher makes of the events: the objects as it knows them.
struct Replica {
    var objects: [ObjectKey: Object] = [:]
    var version: Int64 = 0

    mutating func apply(_ event: WatchEvent) {
        switch event {
        case .added(let object):
            #expect(self.objects[object.key] == nil)
            self.objects[object.key] = object
            self.advance(to: object.metadata.resourceVersion)
        case .modified(let object):
            #expect(self.objects[object.key]?.metadata.uid == object.metadata.uid)
            self.objects[object.key] = object
            self.advance(to: object.metadata.resourceVersion)
        case .deleted(let object):
            #expect(self.objects.removeValue(forKey: object.key)?.metadata.uid == object.metadata.uid)
            self.advance(to: object.metadata.resourceVersion)
        case .bookmark(let version):
            #expect(self.version <= Int64(version) ?? 0)
            self.version = Int64(version) ?? 0
        }
    }

    private mutating func advance(to version: String) {
        // The objects that were there at the start come in the order of their keys.
        self.version = max(self.version, Int64(version) ?? 0)
    }
}

@Suite("SQLiteStore against a model", .timeLimit(.minutes(10)))
struct StoreModelTests {
    private static let names = (0..<6).map { "n\($0)" }

    @Test("a store does what a dictionary does, and list and watch tell the same", arguments: 0..<12)
    func model(seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let folder = try TestFolder()
        var store = try folder.open()
        var model: [ObjectKey: Object] = [:]
        var replica = Replica()
        var watch = try await store.watch(.widget, namespace: nil, from: "")
        for _ in 0..<300 {
            let name = try #require(Self.names.randomElement(using: &random))
            let key = ObjectKey(namespace: Bool.random(using: &random) ? "default" : "other", name: name)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30: try await self.create(key, &random, store, &model)
            case 30..<65: try await self.update(key, &random, store, &model)
            case 65..<80: try await self.updateStatus(key, &random, store, &model)
            case 80..<97: try await self.delete(key, &random, store, &model)
            default:
                try await self.catchUp(&replica, watch, store)
                await store.close()
                store = try folder.open()
                watch = try await store.watch(.widget, namespace: nil, from: String(replica.version))
            }
            #expect(try await self.stored(key, store) == model[key])
        }
        try await self.catchUp(&replica, watch, store)
        let list = try await store.list(.widget, namespace: nil)
        #expect(list.objects == model.values.sorted { $0.key < $1.key })
        #expect(replica.objects == model)
    }

    @Test("list and watch tell the same while many write", arguments: 0..<6)
    func concurrent(seed: Int) async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        try await withThrowingTaskGroup(of: [ObjectKey: Object]?.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(seed * 100 + writer))
                    for _ in 0..<100 { try await Self.writeAnything(store, &random) }
                    return nil
                }
            }
            for _ in 0..<4 {
                group.addTask { try await Self.follow(store, fromList: false) }
                group.addTask { try await Self.follow(store, fromList: true) }
            }
            var readers: [[ObjectKey: Object]] = []
            // Readers stop at this object, which is created when the writers are done.
            var finished = 0
            for try await result in group {
                if let result { readers.append(result) } else { finished += 1 }
                if finished == 8, result == nil { _ = try await store.create(.widget, .widget("the-end")) }
            }
            let list = try await store.list(.widget, namespace: nil).objects
            let expected = Dictionary(uniqueKeysWithValues: list.map { ($0.key, $0) })
            #expect(readers.count == 8)
            for reader in readers { #expect(reader == expected) }
        }
    }

    private static func writeAnything(
        _ store: SQLiteStore,
        _ random: inout SplitMix64
    ) async throws {
        let name = try #require(Self.names.randomElement(using: &random))
        do {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = try await store.create(.widget, .widget(name))
            case 1: _ = try await store.delete(.widget, name)
            default:
                let size = Int64.random(in: 0..<5, using: &random)
                _ = try await store.update(.widget, .widget(name, size: size))
            }
        } catch let status as APIStatus {
            #expect([.notFound, .alreadyExists, .conflict].contains(status.reason))
        }
    }

    private static func follow(_ store: SQLiteStore, fromList: Bool) async throws -> [ObjectKey: Object]? {
        var replica = Replica()
        var version = ""
        if fromList {
            let list = try await store.list(.widget, namespace: nil)
            for object in list.objects { replica.apply(.added(object)) }
            version = list.resourceVersion
        }
        let watch = try await store.watch(.widget, namespace: nil, from: version)
        let end = ObjectKey(namespace: "default", name: "the-end")
        while replica.objects[end] == nil, let events = try await watch.next() {
            for event in events { replica.apply(event) }
        }
        return replica.objects
    }

    private func stored(_ key: ObjectKey, _ store: SQLiteStore) async throws -> Object? {
        do {
            return try await store.get(.widget, key)
        } catch  where error.reason == .notFound {
            return nil
        }
    }

    private func create(
        _ key: ObjectKey,
        _ random: inout SplitMix64,
        _ store: SQLiteStore,
        _ model: inout [ObjectKey: Object]
    ) async throws {
        let finalizers = Bool.random(using: &random) ? ["example.dev/hold"] : []
        let object = Object.widget(key.name, in: key.namespace, finalizers: finalizers)
        guard model[key] == nil else {
            await #expect(throws: APIStatus.alreadyExists(.widget, key.name)) {
                try await store.create(.widget, object)
            }
            return
        }
        let created = try await store.create(.widget, object)
        var expected = object
        expected.metadata.uid = created.metadata.uid
        expected.metadata.resourceVersion = created.metadata.resourceVersion
        expected.metadata.creationTimestamp = created.metadata.creationTimestamp
        expected.metadata.generation = 1
        #expect(created == expected)
        model[key] = created
    }

    private func update(
        _ key: ObjectKey,
        _ random: inout SplitMix64,
        _ store: SQLiteStore,
        _ model: inout [ObjectKey: Object]
    ) async throws {
        guard let current = model[key] else { return }
        var object = current
        object.spec = ["size": .integer(Int64.random(in: 0..<3, using: &random))]
        if Bool.random(using: &random) { object.metadata.finalizers = [] }
        if Int.random(in: 0..<8, using: &random) == 0 {
            object.metadata.resourceVersion = "1"
            await #expect(throws: APIStatus.conflict(.widget, key.name)) { try await store.update(.widget, object) }
            return
        }
        let updated = try await store.update(.widget, object)
        var expected = object
        expected.metadata.resourceVersion = updated.metadata.resourceVersion
        if object.spec != current.spec { expected.metadata.generation += 1 }
        #expect(updated == expected)
        #expect((updated.metadata.resourceVersion == current.metadata.resourceVersion) == (object == current))
        model[key] = object.metadata.isBeingDeleted && object.metadata.finalizers.isEmpty ? nil : updated
    }

    private func updateStatus(
        _ key: ObjectKey,
        _ random: inout SplitMix64,
        _ store: SQLiteStore,
        _ model: inout [ObjectKey: Object]
    ) async throws {
        guard let current = model[key] else { return }
        var object = current
        object.status = ["phase": .integer(Int64.random(in: 0..<3, using: &random))]
        let updated = try await store.updateStatus(.widget, object)
        #expect(updated == object.with { $0.metadata.resourceVersion = updated.metadata.resourceVersion })
        model[key] = updated
    }

    private func delete(
        _ key: ObjectKey,
        _ random: inout SplitMix64,
        _ store: SQLiteStore,
        _ model: inout [ObjectKey: Object]
    ) async throws {
        guard let current = model[key] else { return }
        switch try await store.delete(.widget, key, preconditions: Preconditions(uid: current.metadata.uid)) {
        case .gone:
            #expect(current.metadata.finalizers.isEmpty)
            model[key] = nil
        case .marked(let object):
            #expect(!current.metadata.finalizers.isEmpty)
            #expect(object.metadata.isBeingDeleted)
            model[key] = object
        }
    }

    private func catchUp(_ replica: inout Replica, _ watch: any WatchStream, _ store: SQLiteStore) async throws {
        // Two more changes, so that the last one is known; they leave nothing behind.
        _ = try await store.create(.widget, .widget("marker"))
        guard case .gone(let marker) = try await store.delete(.widget, "marker") else {
            Issue.record("the marker has no finalizers")
            return
        }
        let last = try #require(Int64(marker.metadata.resourceVersion))
        while replica.version < last, let events = try await watch.next() {
            for event in events { replica.apply(event) }
        }
    }
}
