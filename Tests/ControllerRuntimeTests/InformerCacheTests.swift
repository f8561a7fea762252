import KubernetesModel
import ResourceStore
import Testing

@testable import ControllerRuntime

@Suite("InformerCache")
struct InformerCacheTests {
    private func object(_ version: String) -> Object {
        var object = Object(kind: .configMap, metadata: ObjectMeta(name: "a", namespace: "ns"))
        object.metadata.uid = "1"
        object.metadata.resourceVersion = version
        return object
    }

    /// A cache that was told of an own deletion, of which the store has not told yet.
    private func cache() -> InformerCache<String> {
        var cache = InformerCache<String>(indexes: []) { object, _ in object.metadata.name }
        _ = cache.replace(with: ObjectList(objects: [self.object("90")], resourceVersion: "100"))
        _ = cache.observeDeletion(self.object("101"))
        return cache
    }

    @Test("an own deletion is remembered until the store tells of it, by an event or a list, and not for ever")
    func forgets() {
        var cache = self.cache()
        #expect(cache.deleted.count == 1)
        // A list from before it, as a replica that lags behind gives.
        _ = cache.replace(with: ObjectList(objects: [self.object("90")], resourceVersion: "100"))
        #expect(cache.deleted.count == 1 && cache.entries.isEmpty)
        _ = cache.replace(with: ObjectList(objects: [], resourceVersion: "102"))
        #expect(cache.deleted.isEmpty)

        cache = self.cache()
        _ = cache.apply([.deleted(self.object("101"))])
        #expect(cache.deleted.isEmpty)
    }

    @Test("what a store that was restored from a backup has again is there again, also when it was deleted here")
    func restored() {
        var cache = self.cache()
        _ = cache.replace(with: ObjectList(objects: [self.object("40")], resourceVersion: "50"))
        #expect(cache.entries.count == 1)
    }
}

extension InformerCache {
    /// Takes a whole list as one page.
    fileprivate mutating func replace(with list: ObjectList) -> [InformerChange<Value>] {
        self.beginList()
        self.add(list.objects)
        return self.endList(version: list.resourceVersion)
    }
}
