import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("kubectl delete --cascade", .serialized)
struct KubectlCascadeTests {
    /// An owner with an owned object; the owned one has a finalizer if it is to linger.
    private static func family(_ kubectl: KubectlSession, lingers: Bool = false) async throws {
        try await kubectl.createPeer("owner")
        let uid = try await kubectl.expect("get bp owner -o jsonpath={.metadata.uid}")
        let owned: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": "owned", "finalizers": lingers ? ["example.dev/x"] : [],
                "ownerReferences": [
                    [
                        "apiVersion": "peerage.dev/v1alpha1", "kind": "BigPeer", "name": "owner", "uid": .string(uid),
                        "blockOwnerDeletion": true,
                    ]
                ],
            ],
        ]
        try await kubectl.expect("create -f -", prints: "configmap/owned created", input: owned.text)
    }

    @Test("in the background what is owned goes after its owner", arguments: Kubectl.all)
    func background(_ program: Kubectl) async throws {
        try await KubectlSession.run(program) { kubectl in
            try await Self.family(kubectl)
            try await kubectl.expect("delete bp owner", prints: "deleted")
            // Old clients call it an error when there is nothing to wait for.
            _ = try await kubectl.attempt("wait --for=delete cm/owned --timeout=120s")
            try await kubectl.expectFailure("get cm owned", prints: "not found")
        }
    }

    @Test("in the foreground the owner waits for what it owns", arguments: Kubectl.all)
    func foreground(_ program: Kubectl) async throws {
        try await KubectlSession.run(program) { kubectl in
            try await Self.family(kubectl, lingers: true)
            try await kubectl.expect("delete bp owner --cascade=foreground --wait=false", prints: "deleted")
            try await kubectl.expect("get bp owner -o jsonpath={.metadata.finalizers}", prints: "foregroundDeletion")
            let release = #"patch cm owned --type json -p '[{"op":"remove","path":"/metadata/finalizers"}]'"#
            try await kubectl.expect(release)
            _ = try await kubectl.attempt("wait --for=delete bp/owner --timeout=120s")
            try await kubectl.expectFailure("get bp owner", prints: "not found")
            try await kubectl.expectFailure("get cm owned", prints: "not found")
        }
    }

    @Test("in the foreground things that own each other in a ring go, too", arguments: Kubectl.all)
    func ring(_ program: Kubectl) async throws {
        try await KubectlSession.run(program) { kubectl in
            var uids: [String: String] = [:]
            for name in ["one", "two"] {
                try await kubectl.expect("create cm \(name)", prints: "created")
                uids[name] = try await kubectl.expect("get cm \(name) -o jsonpath={.metadata.uid}")
            }
            for (name, owner) in [("one", "two"), ("two", "one")] {
                let reference: JSONValue = [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner), "uid": .string(uids[owner] ?? ""),
                    "blockOwnerDeletion": true,
                ]
                let patch: JSONValue = ["metadata": ["ownerReferences": [reference]]]
                try await kubectl.expect("patch cm \(name) --type merge -p '\(patch.text)'", prints: "patched")
            }
            try await kubectl.expect("delete cm one --cascade=foreground --wait=false", prints: "deleted")
            for name in ["one", "two"] {
                _ = try await kubectl.attempt("wait --for=delete cm/\(name) --timeout=120s")
                try await kubectl.expectFailure("get cm \(name)", prints: "not found")
            }
        }
    }

    @Test("as orphans what is owned stays and forgets its owner", arguments: Kubectl.all)
    func orphan(_ program: Kubectl) async throws {
        try await KubectlSession.run(program) { kubectl in
            try await Self.family(kubectl)
            try await kubectl.expect("delete bp owner --cascade=orphan", prints: "deleted")
            try await kubectl.expectFailure("get bp owner", prints: "not found")
            let references = try await kubectl.expect("get cm owned -o jsonpath={.metadata.ownerReferences}")
            #expect(references.isEmpty)
        }
    }
}
