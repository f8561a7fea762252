import JSON
import KubernetesModel
import ResourceStore
import SQLiteStore
import Testing

@testable import APIServer

@Suite("Server-side apply")
struct ApplyTests {
    private static let widgets = "/apis/example.dev/v1/namespaces/fleet/widgets"
    private static let maps = "/api/v1/namespaces/fleet/configmaps"

    private static func configuration(_ spec: JSONValue) -> JSONValue {
        ["apiVersion": "example.dev/v1", "kind": "Widget", "metadata": ["name": "a"], "spec": spec]
    }

    @Test("an apply makes what is not there, changes what is, and is nothing the second time")
    func lifecycle() async throws {
        let api = try TestHandler()
        let created = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        #expect(created.code == 201)
        #expect(
            created.json["metadata"]?["managedFields"] == [
                [
                    "manager": "one", "operation": "Apply", "apiVersion": "example.dev/v1", "fieldsType": "FieldsV1",
                    "fieldsV1": ["f:spec": ["f:size": [:]]], "time": "2027-01-15T08:00:00Z",
                ]
            ]
        )
        let again = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        #expect(again.code == 200)
        #expect(again.json == created.json)
        let changed = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 2]))
        #expect(changed.json["spec"] == ["size": 2])
        #expect(changed.json["metadata"]?["generation"] == 2)
    }

    @Test("a field of another manager is a conflict, unless it is forced")
    func conflict() async throws {
        let api = try TestHandler()
        _ = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        let refused = try await api.apply("\(Self.widgets)/a?fieldManager=two", Self.configuration(["size": 2]))
        #expect(refused.code == 409)
        #expect(refused.json["reason"] == "Conflict")
        #expect(refused.json["message"] == #"Apply failed with 1 conflict: conflict with "one": .spec.size"#)
        #expect(
            refused.json["details"]?["causes"] == [
                ["reason": "FieldManagerConflict", "message": #"conflict with "one""#, "field": ".spec.size"]
            ]
        )
        let forced = try await api.apply(
            "\(Self.widgets)/a?fieldManager=two&force=true",
            Self.configuration(["size": 2])
        )
        #expect(forced.json.managers == ["two Apply"])
        #expect(forced.json["spec"]?["size"] == 2)
    }

    @Test("a try changes nothing, and tells what would be")
    func dryRun() async throws {
        let api = try TestHandler()
        let path = "\(Self.widgets)/a?fieldManager=one&dryRun=All"
        #expect(try await api.apply(path, Self.configuration(["size": 1])).code == 201)
        #expect(try await api.send(.get, "\(Self.widgets)/a").code == 404)
        _ = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        #expect(try await api.apply(path, Self.configuration(["size": 2])).json["spec"]?["size"] == 2)
        #expect(try await api.send(.get, "\(Self.widgets)/a").json["spec"]?["size"] == 1)
    }

    @Test("what is no configuration for the object is refused")
    func refusals() async throws {
        let api = try TestHandler()
        let path = "\(Self.widgets)/a"
        let nobody = try await api.apply(path, Self.configuration(["size": 1]))
        #expect(nobody.code == 422)
        #expect(
            nobody.json["message"]
                == #"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"#
        )
        let named = "\(path)?fieldManager=one"
        let unknown = try await api.apply(named, Self.configuration(["size": 1, "sise": 1]))
        #expect(unknown.code == 400)
        #expect(unknown.json["message"]?.string?.hasSuffix(".spec.sise: field not declared in schema") == true)
        #expect(try await api.apply(named, Self.configuration(["color": "red"])).code == 422)
        #expect(try await api.apply(named, ["kind": "Widget", "spec": ["size": 1]]).code == 400)
        #expect(try await api.apply(named, ["apiVersion": "v1", "kind": "Widget"]).code == 400)
        #expect(try await api.apply(named, []).code == 400)
        var other = Self.configuration(["size": 1])
        other["metadata"]?["name"] = "b"
        #expect(try await api.apply(named, other).code == 400)
        var owned = Self.configuration(["size": 1])
        owned["metadata"]?["managedFields"] = []
        #expect(try await api.apply(named, owned).json["message"] == "metadata.managedFields must be nil")
        let patch = try await api.send(.patch, "\(path)?force=true", [:], type: "application/merge-patch+json")
        #expect(patch.code == 422)
        let long = String(repeating: "x", count: 129)
        #expect(try await api.apply("\(path)?fieldManager=\(long)", Self.configuration(["size": 1])).code == 422)
        #expect(try await api.send(.get, path).code == 404)
    }

    @Test("a version that is not the current one is a conflict")
    func precondition() async throws {
        let api = try TestHandler()
        let made = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        var configuration = Self.configuration(["size": 2])
        configuration["metadata"]?["resourceVersion"] = made.json["metadata"]?["resourceVersion"]
        #expect(try await api.apply("\(Self.widgets)/a?fieldManager=one", configuration).code == 200)
        configuration["spec"]?["size"] = 3
        #expect(try await api.apply("\(Self.widgets)/a?fieldManager=one", configuration).code == 409)
        configuration["metadata"] = ["name": "b", "uid": "0"]
        #expect(try await api.apply("\(Self.widgets)/b?fieldManager=one", configuration).code == 409)
    }

    @Test("every write through the API is tracked, under the client's name for itself")
    func updates() async throws {
        let api = try TestHandler()
        var request = widget("a", size: 3)
        _ = try await api.send(.post, "\(Self.widgets)?fieldManager=maker", request)
        let merge: JSONValue = ["spec": ["size": 4]]
        let patched = try await api.send(
            .patch,
            "\(Self.widgets)/a?fieldManager=editor",
            merge,
            type: "application/merge-patch+json"
        )
        #expect(patched.json.managers == ["editor Update", "maker Update"])
        request["spec"]?["size"] = 5
        let replaced = try await api.send(.put, "\(Self.widgets)/a", request)
        #expect(replaced.json.managers == ["maker Update", "unknown Update"])
        let same = try await api.send(.put, "\(Self.widgets)/a?fieldManager=nobody", request)
        #expect(same.json == replaced.json)
    }

    @Test(
        "the first part of the user agent names a client that does not name itself",
        arguments: [
            ("kubectl/v1.32.0 (linux/amd64) kubernetes/1234", "kubectl"), ("curl", "curl"), ("/x", "unknown"),
            ("", "unknown"),
        ]
    )
    func userAgent(_ agent: String, _ name: String) throws {
        let target = try #require(RequestTarget("/api"))
        #expect(try APIRequest(.post, target, userAgent: agent).managerName() == name)
    }

    @Test("a list with nothing in it forgets all ownership, and the next apply owns against everybody before")
    func reset() async throws {
        let api = try TestHandler()
        _ = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 1]))
        let reset: JSONValue = ["metadata": ["managedFields": [[:]]]]
        let patched = try await api.send(
            .patch,
            "\(Self.widgets)/a",
            reset,
            type: "application/merge-patch+json"
        )
        #expect(patched.json["metadata"]?["managedFields"] == nil)
        let refused = try await api.apply("\(Self.widgets)/a?fieldManager=one", Self.configuration(["size": 2]))
        let message = refused.json["message"]?.string
        #expect(message?.contains(#"conflict with "before-first-apply" using example.dev/v1: "#) == true)
    }

    @Test("ownership may be edited, as kubectl does when it goes over to server-side apply")
    func editing() async throws {
        let api = try TestHandler()
        let made = try await api.send(.post, "\(Self.widgets)?fieldManager=client-side", widget("a"))
        var entries = try #require(made.json["metadata"]?["managedFields"]?.array)
        entries[0]["manager"] = "kubectl"
        entries[0]["operation"] = "Apply"
        let operations: JSONValue = [["op": "replace", "path": "/metadata/managedFields", "value": .array(entries)]]
        let path = "\(Self.widgets)/a"
        let edited = try await api.send(.patch, path, operations, type: "application/json-patch+json")
        #expect(edited.json.managers == ["kubectl Apply"])
        #expect(try await api.apply("\(path)?fieldManager=kubectl", Self.configuration(["size": 9])).code == 200)
    }

    @Test("a status that the operator wrote is the operator's, and costs it nothing")
    func operatorsStatus() async throws {
        let api = try TestHandler()
        let path = "\(Self.widgets)/a"
        _ = try await api.apply("\(path)?fieldManager=one", Self.configuration(["size": 1]))
        var object = try await api.store.get(.widget, ObjectKey(namespace: "fleet", name: "a"))
        let owners = object.metadata.other["managedFields"]
        object.status = ["weight": 3]
        object.metadata.finalizers = ["example.dev/x"]
        _ = try await api.store.updateStatus(.widget, object)
        object.metadata.resourceVersion = ""
        let written = try await api.store.update(.widget, object)
        #expect(written.metadata.other["managedFields"] == owners)
        let shown = try await api.send(.get, path)
        #expect(shown.json.managers == ["one Apply", "peerage Update status"])
        let list = try await api.send(.get, Self.widgets)
        #expect(list.json["items"]?.array?.first?.managers == ["one Apply", "peerage Update status"])
        #expect(
            try await api.send(.put, path, shown.json).json["metadata"]?["resourceVersion"]?.string
                == written.metadata.resourceVersion
        )
        let status: JSONValue = ["apiVersion": "example.dev/v1", "kind": "Widget", "status": ["weight": 4]]
        let refused = try await api.apply("\(path)/status?fieldManager=two", status)
        #expect(
            refused.json["message"]
                == .string(
                    "Apply failed with 1 conflict: conflict with \"peerage\" with subresource \"status\" "
                        + "using example.dev/v1: .status.weight"
                )
        )
        let forced = try await api.apply("\(path)/status?fieldManager=two&force=true", status)
        #expect(forced.json["status"]?["weight"] == 4)
        #expect(
            forced.json.managers
                == ["one Apply", "peerage Update", "peerage Update status", "two Apply status"]
        )
    }

    @Test("a status is applied and patched apart from the rest")
    func status() async throws {
        let api = try TestHandler()
        let path = "\(Self.widgets)/a"
        let status: JSONValue = [
            "apiVersion": "example.dev/v1", "kind": "Widget", "spec": ["size": 7],
            "status": ["conditions": [["type": "Ready", "status": "True", "reason": "Ok"]]],
        ]
        #expect(try await api.apply("\(path)/status?fieldManager=one", status).code == 404)
        _ = try await api.apply("\(path)?fieldManager=one", Self.configuration(["size": 1]))
        let applied = try await api.apply("\(path)/status?fieldManager=one", status)
        #expect(applied.json["spec"]?["size"] == 1)
        #expect(applied.json["metadata"]?["generation"] == 1)
        #expect(applied.json.managers == ["one Apply", "one Apply status"])
        let patched = try await api.send(
            .patch,
            "\(path)/status?fieldManager=two",
            ["status": ["weight": 3]],
            type: "application/merge-patch+json"
        )
        #expect(patched.json.managers == ["one Apply", "one Apply status", "two Update status"])
        #expect(try await api.apply("\(path)?fieldManager=one", Self.configuration(["size": 1])).json == patched.json)
    }

    @Test("the members of data are owned one by one, and what an author does not say is nobody's")
    func coreKinds() async throws {
        let api = try TestHandler()
        let made = try await api.send(
            .post,
            "\(Self.maps)?fieldManager=maker",
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": ["a": "b"]]
        )
        #expect(
            made.json["metadata"]?["managedFields"]?.array?.first?["fieldsV1"]
                == ["f:data": [".": [:], "f:a": [:]]]
        )
        let more: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": ["c": "d"],
        ]
        let both = try await api.apply("\(Self.maps)/c?fieldManager=one", more)
        #expect(both.json["data"] == ["a": "b", "c": "d"])
        let secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["a": "b"],
        ]
        let secrets = "/api/v1/namespaces/fleet/secrets"
        let applied = try await api.apply("\(secrets)/s?fieldManager=one", secret)
        #expect(applied.json["data"] == ["a": "Yg=="])
        #expect(applied.json["type"] == "Opaque")
        #expect(
            applied.json["metadata"]?["managedFields"]?.array?.first?["fieldsV1"] == ["f:data": ["f:a": [:]]]
        )
    }
}

extension TestHandler {
    fileprivate func apply(
        _ path: String,
        _ configuration: JSONValue
    ) async throws -> (code: Int, json: JSONValue, warnings: [String]) {
        try await self.send(.patch, path, configuration, type: "application/apply-patch+yaml")
    }
}

extension JSONValue {
    /// The managers of an object with what they do, in order of their names.
    fileprivate var managers: [String] {
        (self["metadata"]?["managedFields"]?.array ?? []).map { entry in
            ["manager", "operation", "subresource"].compactMap { entry[$0]?.string }.joined(separator: " ")
        }.sorted()
    }
}
