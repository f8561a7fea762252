import KubernetesModel
import Testing

@testable import SQLiteStore

@Suite("RecentObjects")
struct RecentObjectsTests {
    private static let kind = ResourceKind.widget.qualifiedPlural

    private static func stored(_ number: Int) -> StoredObject {
        StoredObject(id: Int64(number), object: .widget("w\(number)"))
    }

    private static func key(_ number: Int) -> ObjectKey { self.stored(number).object.key }

    @Test("the last generation's worth of objects is always there, and never more than two")
    func bounds() {
        var recent = RecentObjects()
        let total = 3 * RecentObjects.generationSize + 7
        for number in 0..<total { recent.remember(Self.stored(number), kind: Self.kind) }
        let found = (0..<total).filter { number in
            // Asking moves an object, so everybody asks a copy.
            var copy = recent
            return copy.object(kind: Self.kind, Self.key(number)) != nil
        }
        #expect(found.count <= 2 * RecentObjects.generationSize)
        #expect(found.suffix(RecentObjects.generationSize).first == total - RecentObjects.generationSize)
    }

    @Test("an object that is asked for stays, however many others come")
    func use() {
        var recent = RecentObjects()
        recent.remember(Self.stored(0), kind: Self.kind)
        for number in 1..<(4 * RecentObjects.generationSize) {
            recent.remember(Self.stored(number), kind: Self.kind)
            #expect(recent.object(kind: Self.kind, Self.key(0))?.id == 0)
        }
    }

    @Test("the newest of several states is found, in whichever generation the older one was")
    func newest() {
        var recent = RecentObjects()
        recent.remember(Self.stored(0), kind: Self.kind)
        for number in 1...RecentObjects.generationSize { recent.remember(Self.stored(number), kind: Self.kind) }
        var next = Self.stored(0).object
        next.metadata.resourceVersion = "9"
        recent.remember(StoredObject(id: 0, object: next), kind: Self.kind)
        #expect(recent.object(kind: Self.kind, Self.key(0))?.object.metadata.resourceVersion == "9")
    }

    @Test("what is forgotten is gone from both generations, and other kinds do not answer for it")
    func forget() {
        var recent = RecentObjects()
        recent.remember(Self.stored(0), kind: Self.kind)
        #expect(recent.object(kind: "others", Self.key(0)) == nil)
        for number in 1...RecentObjects.generationSize { recent.remember(Self.stored(number), kind: Self.kind) }
        recent.forget(kind: Self.kind, Self.key(0))
        #expect(recent.object(kind: Self.kind, Self.key(0)) == nil)
    }
}
