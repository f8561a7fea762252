import Clocks
import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Lists and watches")
struct ListTests {
    private static let widgets = "/apis/example.dev/v1/namespaces/fleet/widgets"

    // k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation_test.go
    @Test(
        "options that contradict each other are refused",
        arguments: [
            ("resourceVersionMatch=Exact", 422), ("resourceVersionMatch=Exact&resourceVersion=0", 422),
            ("resourceVersionMatch=Foo&resourceVersion=1", 422),
            ("resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x", 422),
            ("sendInitialEvents=true", 422), ("watch=1&resourceVersionMatch=NotOlderThan", 422),
            ("watch=1&sendInitialEvents=true", 422), ("watch=1&sendInitialEvents=true&resourceVersionMatch=Exact", 422),
            ("resourceVersion=x", 400), ("resourceVersion=-1", 400), ("resourceVersion=999999", 504),
            ("resourceVersion=999999&resourceVersionMatch=Exact", 504),
            ("resourceVersion=1&resourceVersionMatch=Exact", 410), ("resourceVersion=1&limit=1", 410),
            ("resourceVersion=1&resourceVersionMatch=NotOlderThan", 200), ("resourceVersion=0&limit=1", 200),
        ]
    )
    func options(query: String, code: Int) async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        #expect(try await api.send(.get, "\(Self.widgets)?\(query)").code == code)
    }

    @Test("later pages tell of the moment of the first, whatever has happened since")
    func consistentPages() async throws {
        let api = try TestHandler()
        for name in ["a", "b", "c", "d"] { #expect(try await api.send(.post, Self.widgets, widget(name)).code == 201) }
        let first = try await api.send(.get, "\(Self.widgets)?limit=2").json
        let token = try #require(first["metadata"]?["continue"]?.string)
        #expect(try await api.send(.delete, "\(Self.widgets)/c").code == 200)
        #expect(try await api.send(.post, Self.widgets, widget("e")).code == 201)
        let second = try await api.send(.get, "\(Self.widgets)?limit=1&continue=\(token)").json
        #expect(second["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["c"])
        #expect(second["metadata"]?["remainingItemCount"] == 1)
        let next = try #require(second["metadata"]?["continue"]?.string)
        let third = try await api.send(.get, "\(Self.widgets)?limit=1&continue=\(next)").json
        #expect(third["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["d"])
        #expect(third["metadata"]?["resourceVersion"] == first["metadata"]?["resourceVersion"])
        #expect(third["metadata"]?["continue"] == nil)
    }

    @Test("a token that is too old is answered with 410 and one that goes on all the same")
    func expiredPages() async throws {
        let api = try TestHandler()
        for name in ["a", "b", "c"] { #expect(try await api.send(.post, Self.widgets, widget(name)).code == 201) }
        let stale = ContinueToken(resourceVersion: "3", rest: -1, last: ObjectKey(namespace: "fleet", name: "a"))
        let refused = try await api.send(.get, "\(Self.widgets)?limit=1&continue=\(stale.text)")
        #expect(refused.code == 410)
        #expect(refused.json["reason"] == "Expired")
        let token = try #require(refused.json["metadata"]?["continue"]?.string)
        let page = try await api.send(.get, "\(Self.widgets)?limit=5&continue=\(token)").json
        #expect(page["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["b", "c"])
    }

    @Test("the rest of a list is kept for five minutes, and newer lists push out older ones")
    func shelf() {
        let shelf = PageShelf()
        let objects = ["a", "b"].map { Object(kind: .widget, metadata: ObjectMeta(name: $0)) }
        let now = StandingClock.start
        let id = shelf.keep(objects[...], resourceVersion: "1", now: now)
        let first = ObjectKey(namespace: "", name: "a")
        #expect(shelf.rest(id, after: first, now: now)?.map(\.metadata.name) == ["b"])
        #expect(shelf.rest(id, after: first, now: now + PageShelf.lifetime) == nil)
        #expect(shelf.rest(id + 1, after: first, now: now) == nil)
        let many = Array(repeating: objects[0], count: PageShelf.maximumObjects)
        let next = shelf.keep(many[...], resourceVersion: "2", now: now)
        #expect(shelf.rest(id, after: first, now: now) == nil)
        #expect(shelf.rest(next, after: ObjectKey(namespace: "", name: ""), now: now)?.count == many.count)
    }

    @Test("a watch says itself whether it begins with what there is")
    func initialEvents() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        let match = "resourceVersionMatch=NotOlderThan"
        #expect(try await api.watch("\(Self.widgets)?watch=1&sendInitialEvents=false&\(match)").initial.isEmpty)
        let with = try await api.watch("\(Self.widgets)?watch=1&sendInitialEvents=true&\(match)&resourceVersion=1")
        #expect(with.initial.count == 1)
        #expect(with.hasInitialEnd)
    }
}
