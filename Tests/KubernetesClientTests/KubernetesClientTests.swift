import HTTP
import JSON
import KubernetesModel
import ResourceStore
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("KubernetesClient")
struct KubernetesClientTests {
    private static let widget = ResourceKind(
        group: "example.dev",
        version: "v1",
        kind: "Widget",
        plural: "widgets",
        hasStatus: true
    )
    private static let key = ObjectKey(namespace: "fleet", name: "a")

    private func client(_ exchange: ScriptedExchange) -> KubernetesClient {
        KubernetesClient(
            Cluster(
                server: "https://127.0.0.1:7410",
                kubeconfig: KubeconfigLocation.standalonePath,
                credentials: .token(BearerToken("secret"))
            ),
            http: exchange
        )
    }

    @Test("an object is asked for at its path, with the token")
    func get() async throws {
        let exchange = ScriptedExchange(.json(#"{"kind":"Widget","metadata":{"name":"a"}}"#))
        #expect(try await self.client(exchange).get(Self.widget, Self.key).metadata.name == "a")
        let request = try #require(exchange.requests.first)
        #expect(request.url == "https://127.0.0.1:7410/apis/example.dev/v1/namespaces/fleet/widgets/a")
        #expect(request.bearerToken?.value == "secret")
    }

    @Test("a list is read page by page, and its elements know what they are")
    func list() async throws {
        let exchange = ScriptedExchange(
            .json(
                #"{"kind":"WidgetList","metadata":{"resourceVersion":"7","continue":"a b+"},"items":[{"metadata":{"name":"a"}}]}"#
            ),
            .json(#"{"kind":"WidgetList","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}}]}"#)
        )
        let selectors = Selectors(labels: "app in (x,y)", fields: "metadata.name!=z")
        let list = try await self.client(exchange).list(Self.widget, namespace: nil, selectors)
        #expect(list.objects.map(\.metadata.name) == ["a", "b"])
        #expect(list.objects.allSatisfy { $0.kind == "Widget" && $0.apiVersion == "example.dev/v1" })
        #expect(list.resourceVersion == "7")
        let query = "labelSelector=app%20in%20%28x%2Cy%29&fieldSelector=metadata.name%21%3Dz&limit=500"
        #expect(
            exchange.requests.map(\.url) == [
                "https://127.0.0.1:7410/apis/example.dev/v1/widgets?\(query)",
                "https://127.0.0.1:7410/apis/example.dev/v1/widgets?\(query)&continue=a%20b%2B",
            ]
        )
    }

    @Test("writes say who writes, how strictly, and whether it is only tried")
    func writes() async throws {
        let answer = #"{"kind":"Widget","metadata":{"name":"a"}}"#
        let exchange = ScriptedExchange(.json(answer, status: 201), .json(answer), .json(answer), .json(answer))
        let client = self.client(exchange)
        var object = Object(kind: Self.widget, metadata: ObjectMeta(name: "a", namespace: "fleet"))
        object.spec = ["size": 1]
        _ = try await client.create(Self.widget, object, WriteOptions(isDryRun: true, isStrict: true))
        _ = try await client.update(Self.widget, object)
        _ = try await client.updateStatus(Self.widget, object)
        _ = try await client.mergePatch(Self.widget, Self.key, ["spec": ["size": 2]])
        let requests = exchange.requests
        let path = "https://127.0.0.1:7410/apis/example.dev/v1/namespaces/fleet/widgets"
        #expect(requests.map(\.method) == [.post, .put, .put, .patch])
        #expect(requests[0].url == "\(path)?fieldManager=peerage&fieldValidation=Strict&dryRun=All")
        #expect(requests[1].url == "\(path)/a?fieldManager=peerage&fieldValidation=Warn")
        #expect(requests[2].url == "\(path)/a/status?fieldManager=peerage&fieldValidation=Warn")
        #expect(requests[3].headers["Content-Type"] == "application/merge-patch+json")
    }

    @Test("a deletion tells whether the object is gone or waits for finalizers")
    func delete() async throws {
        let exchange = ScriptedExchange(
            .json(#"{"kind":"Status","status":"Success","details":{"uid":"u1"}}"#),
            .json(#"{"kind":"Widget","metadata":{"name":"a","deletionTimestamp":"2026-11-21T00:00:00Z"}}"#)
        )
        let client = self.client(exchange)
        let preconditions = Preconditions(uid: "u1")
        guard case .gone(let gone) = try await client.delete(Self.widget, Self.key, preconditions: preconditions),
            case .marked(let marked) = try await client.delete(Self.widget, Self.key)
        else {
            Issue.record("the other way round")
            return
        }
        #expect(gone.metadata.uid == "u1")
        #expect(marked.metadata.isBeingDeleted)
        let body = try JSONValue(parsing: exchange.requests[0].body ?? [])
        #expect(body["preconditions"] == ["uid": "u1"])
    }

    @Test("a server that is none of ours tells nothing of itself, whatever it answers to a path that it does not know")
    func reports() async throws {
        let forbidden = APIStatus(.forbidden, "no")
        let exchange = ScriptedExchange(
            .json(#"{"folder":"fleet"}"#),
            .json("404 page not found", status: 404),
            .json(forbidden.json.text, status: 403),
            .json("<html>", status: 200),
            .json(APIStatus(.serviceUnavailable, "later").json.text, status: 503)
        )
        let client = KubernetesClient(Cluster(server: "https://h"), http: exchange)
        #expect(try await client.report("manifests") == ["folder": "fleet"])
        for _ in 0..<3 { #expect(try await client.report("manifests") == nil) }
        await #expect(throws: KubernetesError.self) { try await client.report("manifests") }
        #expect(exchange.requests[0].url == "https://h/peerage/manifests")
    }

    @Test("the server's errors keep their reason, and warnings are passed on")
    func errors() async throws {
        let status = APIStatus.notFound(Self.widget, "a")
        let exchange = ScriptedExchange(
            .json(status.json.text, status: 404),
            .json(#"{"kind":"Widget"}"#, headers: ["Warning": #"299 - "unknown field \"spec.x\"""#]),
            .json("<html>", status: 404),
            .json("<html>", status: 200),
            .json("teapot", status: 418)
        )
        let warnings = Mutex<[String]>([])
        let client = KubernetesClient(Cluster(server: "https://h"), http: exchange) { text in
            warnings.withLock { $0.append(text) }
        }
        let notFound = await #expect(throws: KubernetesError.self) { try await client.get(Self.widget, Self.key) }
        #expect(notFound == .status(status))
        _ = try await client.get(Self.widget, Self.key)
        #expect(warnings.withLock { $0 } == [#"unknown field "spec.x""#])
        let bare = await #expect(throws: KubernetesError.self) { try await client.get(Self.widget, Self.key) }
        #expect(bare?.status.reason == .notFound)
        for _ in 0..<2 {
            let odd = await #expect(throws: KubernetesError.self) { try await client.get(Self.widget, Self.key) }
            #expect(odd?.status.reason == .internalError)
        }
    }

    @Test("a server that is not there is told with what to do")
    func unreachable() async throws {
        let client = self.client(
            ScriptedExchange(.failure(.couldNotConnect), .failure(.tls(.untrusted)), .failure(.timedOut(.waiting)))
        )
        let nobody = await #expect(throws: KubernetesError.self) { try await client.version() }
        #expect("\(try #require(nobody))" == "nothing listens at https://127.0.0.1:7410: is `peerage run` running?")
        #expect(nobody?.isUnreachable == true)
        let other = await #expect(throws: KubernetesError.self) { try await client.version() }
        #expect("\(try #require(other))".contains("kubeconfig"))
        let late = await #expect(throws: KubernetesError.self) { try await client.version() }
        #expect(late?.status.reason == .timeout)
        await #expect(throws: APIStatus.self) { try await KubernetesStore(client).get(Self.widget, Self.key) }
    }

    @Test(
        "who names a server that is not there is asked about that server, and about `peerage run` only for its own",
        arguments: [
            ("https://127.0.0.1:7410", "/a/.peerage/kubeconfig", ": is `peerage run` running?"),
            ("https://127.0.0.1:7410", "/a/kube", ", which /a/kube names: is that API server running?"),
            (
                "https://k8s.example:6443", "/a/kube",
                ", which /a/kube names: is the API server running, and the address in the kubeconfig right?"
            ),
            ("https://10.0.0.1:443", nil, ": is the API server running?"),
        ]
    )
    func silence(server: String, kubeconfig: String?, words: String) {
        let error = HTTPError(.couldNotConnect, endpoint: server, mayHaveReachedServer: false)
        let address = ServerAddress(server, kubeconfig: kubeconfig)
        #expect("\(KubernetesError.connection(error, address))" == "nothing listens at \(server)\(words)")
    }

    @Test("credentials that the server refuses, and those that nobody could get, are told apart")
    func credentials() {
        let refused = KubernetesError.status(APIStatus(.unauthorized, "Unauthorized")).status
        #expect(refused.reason == .unauthorized)
        #expect(refused.message.hasPrefix("the API server does not accept the credentials (Unauthorized); "))
        let missing = KubernetesError.credentials("the plug-in failed").status
        #expect(missing == APIStatus(.unauthorized, "the plug-in failed"))
    }

    @Test("a status is applied by force at its version, and finalizers are patched at theirs")
    func ownership() async throws {
        let answer = #"{"kind":"Widget","metadata":{"name":"a","resourceVersion":"8"}}"#
        let exchange = ScriptedExchange(.json(answer), .json(answer))
        let store = KubernetesStore(self.client(exchange))
        var metadata = ObjectMeta(name: "a", namespace: "fleet", labels: ["not": "ours"])
        metadata.resourceVersion = "7"
        metadata.uid = "u1"
        metadata.finalizers = ["x"]
        let object = Object(kind: Self.widget, metadata: metadata, content: ["spec": ["a": 1], "status": ["b": 2]])
        _ = try await store.updateStatus(Self.widget, object)
        _ = try await store.updateFinalizers(Self.widget, of: metadata, to: ["x", "y"])
        let requests = exchange.requests
        #expect(requests.map(\.method) == [.patch, .patch])
        let query = "fieldManager=peerage&fieldValidation=Warn"
        #expect(requests[0].url.hasSuffix("/widgets/a/status?\(query)&force=true"))
        #expect(requests[0].headers["Content-Type"] == "application/apply-patch+yaml")
        #expect(
            try JSONValue(parsing: requests[0].body ?? []) == [
                "apiVersion": "example.dev/v1", "kind": "Widget", "status": ["b": 2],
                "metadata": ["name": "a", "namespace": "fleet", "uid": "u1", "resourceVersion": "7"],
            ]
        )
        #expect(requests[1].url.hasSuffix("/widgets/a?\(query)"))
        #expect(
            try JSONValue(parsing: requests[1].body ?? [])
                == ["metadata": ["resourceVersion": "7", "finalizers": ["x", "y"]]]
        )
    }

    @Test("a server of Kubernetes 1.20, which trips over objects that go from a status, gets them taken away first")
    func clearedStatus() async throws {
        let refusal = APIStatus(.invalid, "status.remote: Invalid value: \"null\": must be of type object")
        let live = """
            {"kind":"Widget","metadata":{"name":"a","resourceVersion":"7","managedFields":[
             {"manager":"peerage","operation":"Apply","fieldsV1":{"f:status":{"f:remote":{},"f:b":{}}}}]},
             "status":{"b":1,"remote":{"name":"x"},"others":{"c":1}}}
            """
        let patched = #"{"kind":"Widget","metadata":{"name":"a","resourceVersion":"8"}}"#
        let exchange = ScriptedExchange(
            .json(refusal.json.text, status: 422),
            .json(live),
            .json(patched),
            .json(patched)
        )
        var metadata = ObjectMeta(name: "a", namespace: "fleet")
        metadata.resourceVersion = "7"
        let object = Object(kind: Self.widget, metadata: metadata, content: ["status": ["b": 2]])
        _ = try await KubernetesStore(self.client(exchange)).updateStatus(Self.widget, object)
        let bodies = try exchange.requests.map { try JSONValue(parsing: $0.body ?? Array("null".utf8)) }
        #expect(exchange.requests.map(\.method) == [.patch, .get, .patch, .patch])
        #expect(bodies[2] == ["metadata": ["resourceVersion": "7"], "status": ["remote": .null]])
        #expect(bodies[3]["metadata"]?["resourceVersion"] == "8")
        #expect(bodies[3]["status"] == ["b": 2])

        // What is invalid for another reason stays so.
        let other = ScriptedExchange(.json(refusal.json.text, status: 422), .json(patched))
        let error = await #expect(throws: APIStatus.self) {
            try await KubernetesStore(self.client(other)).updateStatus(Self.widget, object)
        }
        #expect(error?.reason == .invalid)
    }

    @Test("a list whose pages expire is read anew in one piece, and a part of it does not pass for all")
    func expiredPages() async throws {
        let page =
            #"{"kind":"WidgetList","metadata":{"resourceVersion":"7","continue":"x"},"items":[{"metadata":{"name":"a"}}]}"#
        let expired = APIStatus(.expired, "the continue token is too old").json.text
        let exchange = ScriptedExchange(.json(page), .json(expired, status: 410), .json(page))
        let error = await #expect(throws: KubernetesError.self) {
            try await self.client(exchange).list(Self.widget, namespace: nil)
        }
        #expect(error?.status.reason == .internalError)
    }

    @Test("rights that are missing are told with verb, resource and place, and with what to do")
    func access() async throws {
        let allowed = #"{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}"#
        let denied = #"{"kind":"SelfSubjectAccessReview","status":{"allowed":false,"reason":"no rule"}}"#
        let exchange = ScriptedExchange(.json(allowed, status: 201), .json(denied, status: 201), .json(denied))
        let needs =
            AccessNeed.all(["list", "watch"], Self.widget, namespace: nil)
            + AccessNeed.all(["patch"], Self.widget, subresource: "status", namespace: "fleet", name: "a")
        let missing = try await self.client(exchange).missing(of: needs)
        #expect(
            missing.complaint(remedy: "Apply manifests/rbac.")
                == """
                this account may not:
                  - watch widgets.example.dev in every namespace (no rule)
                  - patch widgets.example.dev/status "a" in namespace fleet (no rule)
                Apply manifests/rbac.
                """
        )
        #expect([MissingAccess]().complaint(remedy: "") == nil)
        let asked = try exchange.requests.map { try JSONValue(parsing: $0.body ?? [])["spec"]?["resourceAttributes"] }
        #expect(asked[0] == ["verb": "list", "group": "example.dev", "resource": "widgets"])
        #expect(
            asked[2] == [
                "verb": "patch", "group": "example.dev", "resource": "widgets", "subresource": "status",
                "namespace": "fleet", "name": "a",
            ]
        )
    }
}
