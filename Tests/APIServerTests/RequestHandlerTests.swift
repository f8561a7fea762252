import JSON
import KubernetesModel
import ResourceStore
import SQLiteStore
import Testing

@testable import APIServer

@Suite("RequestHandler")
struct RequestHandlerTests {
    private static let widgets = "/apis/example.dev/v1/namespaces/fleet/widgets"

    @Test("an object is created, read, replaced, patched and deleted")
    func lifecycle() async throws {
        let api = try TestHandler()
        let created = try await api.send(.post, Self.widgets, widget("a", size: 3))
        #expect(created.code == 201)
        #expect(created.json["metadata"]?["namespace"] == "fleet")
        #expect(created.json["metadata"]?["generation"] == 1)
        var changed = try await api.send(.get, "\(Self.widgets)/a").json
        changed["spec"]?["size"] = 4
        let replaced = try await api.send(.put, "\(Self.widgets)/a", changed)
        #expect(replaced.code == 200)
        #expect(replaced.json["metadata"]?["generation"] == 2)
        #expect(try await api.send(.put, "\(Self.widgets)/a", changed).json["reason"] == "Conflict")
        let patch: JSONValue = ["spec": ["size": 5], "metadata": ["labels": ["x": "y"]]]
        let patched = try await api.send(.patch, "\(Self.widgets)/a", patch, type: "application/merge-patch+json")
        #expect(patched.json["spec"]?["size"] == 5)
        let operations: JSONValue = [["op": "replace", "path": "/spec/size", "value": 6]]
        let again = try await api.send(.patch, "\(Self.widgets)/a", operations, type: "application/json-patch+json")
        #expect(again.json["spec"]?["size"] == 6)
        let deleted = try await api.send(.delete, "\(Self.widgets)/a")
        #expect(deleted.json["status"] == "Success")
        #expect(deleted.json["details"]?["kind"] == "widgets")
        let gone = try await api.send(.get, "\(Self.widgets)/a")
        #expect(gone.code == 404)
        #expect(gone.json["message"] == #"widgets.example.dev "a" not found"#)
    }

    @Test("what the process tells of itself can be read and not written")
    func reports() async throws {
        let api = try TestHandler()
        let answer = try await api.send(.get, "/peerage/depth")
        #expect(answer.code == 200)
        #expect(answer.json == ["depth": 7])
        #expect(try await api.send(.put, "/peerage/depth", [:]).code == 405)
        #expect(try await api.send(.get, "/peerage/height").code == 404)
    }

    @Test("an object that breaks rules is refused with every field that is wrong")
    func invalid() async throws {
        let api = try TestHandler()
        var object = widget("a", size: 1_000)
        object["spec"]?["color"] = 3
        let answer = try await api.send(.post, Self.widgets, object)
        #expect(answer.code == 422)
        #expect(answer.json["reason"] == "Invalid")
        #expect(
            answer.json["details"]?["causes"]?.array?.compactMap { $0["field"]?.string } == ["spec.color", "spec.size"]
        )
        #expect(answer.json["message"]?.string?.hasPrefix(#"Widget.example.dev "a" is invalid: ["#) == true)
        #expect(try await api.send(.post, Self.widgets, widget("Not-A-Label")).code == 422)
    }

    @Test("what a request leaves as it was is not judged: neither status nor spec stands in the other's way")
    func standing() async throws {
        let api = try TestHandler()
        let path = "\(Self.widgets)/a"
        let patchType = "application/merge-patch+json"
        // Stored by an earlier version, or by whoever writes statuses, under other rules.
        var object = Object(widget("a", size: 3))
        object.metadata.namespace = "fleet"
        object.status = ["weight": 5_000]
        let created = try await api.store.create(.widget, object)
        var withStatus = created
        withStatus.status = ["weight": 5_000]
        _ = try await api.store.updateStatus(.widget, withStatus)
        #expect(try await api.send(.get, path).json["status"]?["weight"] == 5_000)
        #expect(try await api.send(.patch, path, ["spec": ["size": 4]], type: patchType).code == 200)
        let labels: JSONValue = ["metadata": ["labels": ["x": "y"]]]
        #expect(try await api.send(.patch, path, labels, type: patchType).code == 200)
        let finalizers: JSONValue = ["metadata": ["finalizers": ["example.dev/x"]]]
        #expect(try await api.send(.patch, path, finalizers, type: patchType).code == 200)
        // What is changed is judged as before.
        let status: JSONValue = ["status": ["weight": 6_000]]
        #expect(try await api.send(.patch, "\(path)/status", status, type: patchType).code == 422)
        #expect(try await api.send(.patch, path, ["spec": ["size": 400]], type: patchType).code == 422)

        var unruly = Object(widget("b", size: 300))
        unruly.metadata.namespace = "fleet"
        _ = try await api.store.create(.widget, unruly)
        #expect(try await api.send(.patch, "\(Self.widgets)/b", labels, type: patchType).code == 200)
        #expect(try await api.send(.patch, "\(Self.widgets)/b", ["spec": ["size": 301]], type: patchType).code == 422)
    }

    @Test("immutable fields stay as they are")
    func immutable() async throws {
        let api = try TestHandler()
        var object = widget("a")
        object["spec"]?["color"] = "red"
        #expect(try await api.send(.post, Self.widgets, object).code == 201)
        let patch: JSONValue = ["spec": ["color": "blue"]]
        let answer = try await api.send(.patch, "\(Self.widgets)/a", patch, type: "application/merge-patch+json")
        #expect(answer.code == 422)
    }

    @Test("unknown fields are dropped with a warning, dropped, or refused")
    func unknownFields() async throws {
        let api = try TestHandler()
        var object = widget("a")
        object["spec"]?["sise"] = 3
        object["spec"]?["parts"] = [["id": "x", "extra": true]]
        let strict = try await api.send(.post, "\(Self.widgets)?fieldValidation=Strict", object)
        #expect(strict.code == 400)
        #expect(
            strict.json["message"]
                == #"strict decoding error: unknown field "spec.parts[0].extra", unknown field "spec.sise""#
        )
        let warned = try await api.send(.post, "\(Self.widgets)?dryRun=All", object)
        #expect(warned.code == 201)
        #expect(warned.warnings == [#"unknown field "spec.parts[0].extra""#, #"unknown field "spec.sise""#])
        #expect(warned.json["spec"] == ["size": 1, "parts": [["id": "x"]]])
        let ignored = try await api.send(.post, "\(Self.widgets)?fieldValidation=Ignore", object)
        #expect(ignored.code == 201)
        #expect(ignored.warnings.isEmpty)
        #expect(try await api.send(.post, "\(Self.widgets)?fieldValidation=Maybe", object).code == 400)
    }

    @Test("the status is written on its own path only")
    func status() async throws {
        let api = try TestHandler()
        var object = widget("a")
        object["status"] = ["weight": 5]
        #expect(try await api.send(.post, Self.widgets, object).json["status"] == nil)
        var current = try await api.send(.get, "\(Self.widgets)/a").json
        current["status"] = ["weight": 7]
        #expect(try await api.send(.put, "\(Self.widgets)/a", current).json["status"] == nil)
        current["spec"]?["size"] = 99
        let written = try await api.send(.put, "\(Self.widgets)/a/status", current)
        #expect(written.json["status"] == ["weight": 7])
        #expect(written.json["spec"]?["size"] == 1)
        let patch: JSONValue = ["status": ["weight": 8]]
        let path = "\(Self.widgets)/a/status"
        #expect(
            try await api.send(.patch, path, patch, type: "application/merge-patch+json").json["status"] == [
                "weight": 8
            ]
        )
        let wrong: JSONValue = ["status": ["weight": -1]]
        #expect(try await api.send(.patch, path, wrong, type: "application/merge-patch+json").code == 422)
        #expect(try await api.send(.get, path).json["status"] == ["weight": 8])
        #expect(try await api.send(.delete, path).code == 405)
    }

    @Test(
        "requests that make no sense are refused with the right code",
        arguments: [
            (APIRequest.Method.post, "/apis/example.dev/v1/widgets", 405), (.put, "/api/v1/secrets", 405),
            (.post, "/version", 405), (.get, "/apis/example.dev/v1/gadgets", 404), (.get, "/api/v2", 404),
            (.post, "/apis/example.dev/v1/namespaces/fleet/widgets", 400),
            (.get, "/api/v1/secrets?labelSelector=a%20b", 400), (.get, "/api/v1/secrets?limit=-1", 400),
            (.get, "/api/v1/secrets?continue=rubbish", 400), (.get, "/api/v1/secrets?watch=1&resourceVersion=x", 400),
            (.patch, "/api/v1/namespaces/default", 400),
        ]
    )
    func refusals(method: APIRequest.Method, path: String, code: Int) async throws {
        #expect(try await TestHandler().send(method, path).code == code)
    }

    @Test("a body that contradicts the path is refused")
    func contradictions() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        #expect(try await api.send(.put, "\(Self.widgets)/a", widget("b")).code == 400)
        var elsewhere = widget("c")
        elsewhere["metadata"]?["namespace"] = "other"
        #expect(try await api.send(.post, Self.widgets, elsewhere).code == 400)
        var otherKind = widget("d")
        otherKind["kind"] = "Gadget"
        #expect(try await api.send(.post, Self.widgets, otherKind).code == 400)
        #expect(try await api.send(.post, Self.widgets, widget("e"), type: "text/csv").code == 415)
        #expect(try await api.send(.post, Self.widgets, .array([])).code == 400)
        var versioned = widget("f")
        versioned["metadata"]?["resourceVersion"] = "7"
        #expect(try await api.send(.post, Self.widgets, versioned).code == 400)
    }

    @Test("a dry run changes nothing and tells what would happen")
    func dryRun() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, "\(Self.widgets)?dryRun=All", widget("a")).code == 201)
        #expect(try await api.send(.get, "\(Self.widgets)/a").code == 404)
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        #expect(try await api.send(.post, "\(Self.widgets)?dryRun=All", widget("a")).json["reason"] == "AlreadyExists")
        let tried = try await api.send(.put, "\(Self.widgets)/a?dryRun=All", widget("a", size: 9))
        #expect(tried.json["spec"]?["size"] == 9)
        #expect(tried.json["metadata"]?["generation"] == 2)
        #expect(try await api.send(.delete, "\(Self.widgets)/a?dryRun=All").code == 200)
        #expect(try await api.send(.get, "\(Self.widgets)/a").json["spec"]?["size"] == 1)
        #expect(try await api.send(.delete, "\(Self.widgets)/a?dryRun=Some").code == 400)
    }

    @Test("a deletion heeds preconditions and finalizers")
    func deletion() async throws {
        let api = try TestHandler()
        var object = widget("a")
        object["metadata"]?["finalizers"] = ["example.dev/remote"]
        #expect(try await api.send(.post, Self.widgets, object).code == 201)
        let stale: JSONValue = ["kind": "DeleteOptions", "preconditions": ["uid": "another"]]
        #expect(try await api.send(.delete, "\(Self.widgets)/a", stale).code == 409)
        #expect(try await api.send(.delete, "\(Self.widgets)/a?propagationPolicy=Sideways").code == 422)
        let marked = try await api.send(.delete, "\(Self.widgets)/a")
        #expect(marked.json["kind"] == "Widget")
        #expect(marked.json["metadata"]?["deletionTimestamp"] != nil)
        let release: JSONValue = ["metadata": ["finalizers": .null]]
        let path = "\(Self.widgets)/a"
        #expect(try await api.send(.patch, path, release, type: "application/merge-patch+json").code == 200)
        #expect(try await api.send(.get, path).code == 404)
    }

    @Test("a list comes in pages that share the first page's version")
    func pages() async throws {
        let api = try TestHandler()
        for name in ["a", "b", "c", "d", "e"] {
            #expect(try await api.send(.post, Self.widgets, widget(name)).code == 201)
        }
        let first = try await api.send(.get, "\(Self.widgets)?limit=2").json
        #expect(first["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["a", "b"])
        #expect(first["metadata"]?["remainingItemCount"] == 3)
        let token = try #require(first["metadata"]?["continue"]?.string)
        #expect(try await api.send(.delete, "\(Self.widgets)/c").code == 200)
        let second = try await api.send(.get, "\(Self.widgets)?limit=9&continue=\(token)").json
        #expect(second["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["c", "d", "e"])
        #expect(second["metadata"]?["resourceVersion"] == first["metadata"]?["resourceVersion"])
        #expect(second["metadata"]?["continue"] == nil)
    }

    @Test("selectors decide what is listed and what deletecollection deletes")
    func selection() async throws {
        let api = try TestHandler()
        for (name, app) in [("a", "web"), ("b", "db"), ("c", "web")] {
            #expect(try await api.send(.post, Self.widgets, widget(name, labels: ["app": app])).code == 201)
        }
        let web = try await api.send(.get, "/apis/example.dev/v1/widgets?labelSelector=app%3Dweb").json
        #expect(web["items"]?.array?.count == 2)
        let one = try await api.send(.get, "\(Self.widgets)?fieldSelector=metadata.name%3Db").json
        #expect(one["items"]?.array?.count == 1)
        #expect(try await api.send(.delete, "\(Self.widgets)?labelSelector=app%3Dweb").code == 200)
        #expect(try await api.send(.get, Self.widgets).json["items"]?.array?.count == 1)
        #expect(try await api.send(.delete, "/apis/example.dev/v1/widgets").code == 405)
    }

    @Test("a watch begins with what is there, or after the version that is asked for")
    func watch() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        let version = try await api.send(.get, Self.widgets).json["metadata"]?["resourceVersion"]?.string ?? ""
        let fromNow = try await api.watch("\(Self.widgets)?watch=1")
        #expect(fromNow.initial.count == 1)
        let after = try await api.watch("\(Self.widgets)?watch=1&resourceVersion=\(version)")
        #expect(after.initial.isEmpty)
        #expect(try await api.send(.post, Self.widgets, widget("b")).code == 201)
        let events = try #require(try await after.stream.next())
        guard case .added(let object) = try #require(events.first) else { throw APIStatus(.internalError, "not added") }
        #expect(object.metadata.name == "b")
    }

    @Test("stringData of a Secret becomes base64 data, and broken base64 is refused without repeating it")
    func secrets() async throws {
        let api = try TestHandler()
        let path = "/api/v1/namespaces/fleet/secrets"
        let secret: JSONValue = ["metadata": ["name": "s.t"], "stringData": ["token": "hello"], "data": ["k": "AAE="]]
        let created = try await api.send(.post, path, secret)
        #expect(created.code == 201)
        #expect(created.json["data"] == ["token": "aGVsbG8=", "k": "AAE="])
        #expect(created.json["stringData"] == nil)
        let broken = try await api.send(.post, path, ["metadata": ["name": "x"], "data": ["k": "plain secret"]])
        #expect(broken.code == 422)
        #expect(broken.json["message"]?.string?.contains("plain secret") == false)
    }

    @Test("a write that names no version is tried again when others interfere")
    func retries() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.post, Self.widgets, widget("a")).code == 201)
        await withTaskGroup(of: Int.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let patch: JSONValue = ["metadata": ["labels": [("l\(index)"): "x"]]]
                    let path = "\(Self.widgets)/a"
                    return (try? await api.send(.patch, path, patch, type: "application/merge-patch+json").code) ?? 0
                }
            }
            for await code in group { #expect(code == 200) }
        }
        #expect(try await api.send(.get, "\(Self.widgets)/a").json["metadata"]?["labels"]?.object?.count == 4)
    }
}
