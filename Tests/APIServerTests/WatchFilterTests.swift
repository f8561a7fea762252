import KubernetesModel
import ResourceStore
import Testing

@testable import APIServer

@Suite("WatchFilter")
struct WatchFilterTests {
    private func object(_ name: String, _ app: String) -> Object {
        Object(kind: .widget, metadata: ObjectMeta(name: name, namespace: "n", labels: ["app": app]))
    }

    private func filter(outside: [ObjectKey] = []) throws -> WatchFilter {
        let target = try #require(RequestTarget("/?labelSelector=app%3Dweb"))
        return WatchFilter(try Selection(target, for: .widget), outside: outside)
    }

    @Test("an object that stops being selected looks deleted, and added when it is selected again")
    func leavesAndComesBack() throws {
        var filter = try self.filter()
        #expect(filter.seen(.added(self.object("a", "web"))) == .added(self.object("a", "web")))
        #expect(filter.seen(.modified(self.object("a", "db"))) == .deleted(self.object("a", "db")))
        #expect(filter.seen(.modified(self.object("a", "db"))) == nil)
        #expect(filter.seen(.modified(self.object("a", "web"))) == .added(self.object("a", "web")))
        #expect(filter.seen(.deleted(self.object("a", "web"))) == .deleted(self.object("a", "web")))
    }

    @Test("an object is told as deleted also when the very write that removed it made it stop being selected")
    func leavesForGood() throws {
        var filter = try self.filter()
        _ = filter.seen(.added(self.object("a", "web")))
        #expect(filter.seen(.deleted(self.object("a", "db"))) == .deleted(self.object("a", "db")))
    }

    @Test("what was never selected is never told")
    func neverSelected() throws {
        var filter = try self.filter(outside: [ObjectKey(namespace: "n", name: "b")])
        #expect(filter.seen(.modified(self.object("b", "db"))) == nil)
        #expect(filter.seen(.added(self.object("c", "db"))) == nil)
        #expect(filter.seen(.deleted(self.object("c", "db"))) == nil)
        #expect(filter.seen(.deleted(self.object("b", "db"))) == nil)
        #expect(filter.seen(.bookmark(resourceVersion: "5")) == .bookmark(resourceVersion: "5"))
    }
}
