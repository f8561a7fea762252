import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import APIServer

@Suite("What Kubernetes brings")
struct BuiltInTests {
    private static let events = "/api/v1/namespaces/fleet/events"
    private static let reported = "/apis/events.k8s.io/v1/namespaces/fleet/events"

    @Test("questions about oneself are answered and not kept")
    func reviews() async throws {
        let api = try TestHandler()
        let access = try await api.send(
            .post,
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            ["spec": ["resourceAttributes": ["verb": "create", "resource": "widgets"]]]
        )
        #expect(access.code == 201)
        #expect(access.json["status"]?["allowed"] == true)
        #expect(access.json["spec"]?["resourceAttributes"]?["verb"] == "create")
        let rules = try await api.send(.post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", ["spec": [:]])
        #expect(rules.json["status"]?["resourceRules"]?.array?.first?["verbs"] == ["*"])
        let user = try await api.send(.post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", [:])
        #expect(user.json["status"]?["userInfo"]?["username"] == "peerage")
        #expect(try await api.send(.get, "/apis/authentication.k8s.io/v1/selfsubjectreviews").code == 405)
    }

    @Test("both groups of Events show the same objects, each in its own words")
    func eventViews() async throws {
        let api = try TestHandler()
        let about: JSONValue = ["kind": "Widget", "name": "a", "namespace": "fleet"]
        let old: JSONValue = [
            "metadata": ["name": "e1"], "involvedObject": about, "message": "Hello.", "reason": "Hi", "count": 3,
            "source": ["component": "me"],
        ]
        #expect(try await api.send(.post, Self.events, old).code == 201)
        let shown = try await api.send(.get, "\(Self.reported)/e1").json
        #expect(shown["apiVersion"] == "events.k8s.io/v1")
        #expect(shown["regarding"] == about)
        #expect(shown["note"] == "Hello.")
        #expect(shown["deprecatedCount"] == 3)
        #expect(shown["message"] == nil)
        let new: JSONValue = [
            "metadata": ["name": "e2"], "regarding": about, "note": "Ho.", "reason": "Hi", "type": "Normal",
            "eventTime": "2026-01-01T00:00:00.000001Z", "reportingController": "x/y", "reportingInstance": "y-1",
            "action": "Greeted",
        ]
        #expect(try await api.send(.post, Self.reported, new).code == 201)
        #expect(try await api.send(.get, "\(Self.events)/e2").json["message"] == "Ho.")
        #expect(try await api.send(.get, "\(Self.events)/e2").json["involvedObject"] == about)
        let found = try await api.send(.get, "\(Self.reported)?fieldSelector=regarding.name%3Da,reason%3DHi").json
        #expect(found["items"]?.array?.count == 2)
        #expect(found["kind"] == "EventList")
        let missing = try await api.send(.get, "\(Self.reported)/e3")
        #expect(missing.json["message"] == #"events.events.k8s.io "e3" not found"#)
        #expect(try await api.send(.delete, "\(Self.reported)/e1").code == 200)
        #expect(try await api.send(.get, "\(Self.events)/e1").code == 404)
        let watch = try await api.watch("\(Self.reported)?watch=1")
        guard case .added(let object)? = watch.initial.first else { throw APIStatus(.internalError, "nothing added") }
        #expect(object.content["note"] == "Ho.")
    }

    @Test("an Event of another namespace than what it is about, or one that says too little, is refused")
    func badEvents() async throws {
        let api = try TestHandler()
        let elsewhere: JSONValue = ["metadata": ["name": "e"], "involvedObject": ["kind": "Widget", "namespace": "x"]]
        #expect(try await api.send(.post, Self.events, elsewhere).code == 422)
        let terse = try await api.send(
            .post,
            Self.reported,
            ["metadata": ["name": "e"], "regarding": ["namespace": "fleet"]]
        )
        #expect(terse.json["details"]?["causes"]?.array?.count == 6)
    }

    @Test("a namespace has what every namespace has, and no generation")
    func namespaces() async throws {
        let api = try TestHandler()
        let made = try await api.send(.post, "/api/v1/namespaces", ["metadata": ["name": "depot"], "spec": [:]]).json
        #expect(made["status"] == ["phase": "Active"])
        #expect(made["spec"] == ["finalizers": ["kubernetes"]])
        #expect(made["metadata"]?["labels"] == ["kubernetes.io/metadata.name": "depot"])
        #expect(made["metadata"]?["generation"] == nil)
        let patch: JSONValue = ["metadata": ["labels": ["a": "b"]], "status": ["phase": "Odd"]]
        let patched = try await api.send(
            .patch,
            "/api/v1/namespaces/depot",
            patch,
            type: "application/strategic-merge-patch+json"
        )
        #expect(patched.json["metadata"]?["labels"]?["a"] == "b")
        #expect(patched.json["status"] == ["phase": "Active"])
    }

    @Test("a Lease is kept with its fields checked")
    func leases() async throws {
        let api = try TestHandler()
        let path = "/apis/coordination.k8s.io/v1/namespaces/fleet/leases"
        let lease: JSONValue = [
            "metadata": ["name": "l"], "spec": ["holderIdentity": "a", "leaseDurationSeconds": 15],
        ]
        #expect(try await api.send(.post, path, lease).code == 201)
        let bad: JSONValue = ["metadata": ["name": "m"], "spec": ["leaseDurationSeconds": 0, "holder": "a"]]
        let refused = try await api.send(.post, path, bad)
        #expect(refused.code == 422)
        #expect(refused.json["details"]?["causes"]?.array?.first?["field"] == "spec.leaseDurationSeconds")
    }

    @Test("there are no Services, and none can be made")
    func services() async throws {
        let api = try TestHandler()
        #expect(try await api.send(.get, "/api/v1/services").json["items"] == [])
        #expect(try await api.send(.post, "/api/v1/namespaces/fleet/services", ["metadata": ["name": "s"]]).code == 405)
        #expect(try await api.send(.delete, "/api/v1/namespaces/fleet/services/s").code == 405)
    }

    @Test("what is immutable stays, and a Secret's values are not repeated")
    func immutability() async throws {
        let api = try TestHandler()
        let secrets = "/api/v1/namespaces/fleet/secrets"
        let frozen: JSONValue = ["metadata": ["name": "s"], "immutable": true, "data": ["k": "AAE="]]
        #expect(try await api.send(.post, secrets, frozen).code == 201)
        let type = "application/merge-patch+json"
        #expect(try await api.send(.patch, "\(secrets)/s", ["data": ["k": "AAI="]], type: type).code == 422)
        #expect(try await api.send(.patch, "\(secrets)/s", ["type": "x"], type: type).code == 422)
        #expect(
            try await api.send(.patch, "\(secrets)/s", ["metadata": ["labels": ["a": "b"]]], type: type).code == 200
        )
        let number = try await api.send(.post, secrets, ["metadata": ["name": "n"], "stringData": ["k": 8_151]])
        #expect(number.code == 422)
        #expect(number.json["message"]?.string?.contains("8151") == false)
    }

    @Test("a field that is there twice is warned of, refused, or passed over, as the client wants")
    func duplicates() async throws {
        let handler = try TestHandler()
        let path = "/apis/example.dev/v1/namespaces/fleet/widgets"
        let body = Array(#"{"metadata":{"name":"a"},"spec":{"size":1,"size":2}}"#.utf8)
        func send(_ query: String) async throws -> Answer {
            let target = try #require(RequestTarget("\(path)?\(query)"))
            let route = try #require(handler.handler.routes[target.segments])
            return try await handler.handler.answer(APIRequest(.post, target, body: body), route: route)
        }
        let error = await #expect(throws: APIStatus.self) { _ = try await send("fieldValidation=Strict") }
        #expect(error?.message == #"strict decoding error: duplicate field "spec.size""#)
        guard case .object(_, let object, _, let warnings) = try await send("") else {
            throw APIStatus(.internalError, "no object")
        }
        #expect(warnings == [#"duplicate field "spec.size""#])
        #expect(object.spec == ["size": 2])
        #expect(try await handler.send(.delete, "\(path)/a").code == 200)
        guard case .object(_, _, _, let silence) = try await send("fieldValidation=Ignore") else {
            throw APIStatus(.internalError, "no object")
        }
        #expect(silence.isEmpty)
    }
}
