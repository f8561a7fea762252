import HTTP
import JSON
import KubernetesModel
import ResourceStore
import Resources
import SQLiteStore
import Testing

@testable import Operator

/// What gets past an API server, and what others do to objects, against the real parts.
@Suite("The operator beside others")
struct GuardTests {
    private static func condition(_ type: ConditionType, of object: Object?) -> Condition? {
        (object?.status?["conditions"]?.array ?? []).compactMap { Condition($0) }[type]
    }

    @Test("a resource that breaks our rules is stalled with the field, and nothing is sent for it")
    func invalidSpec() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            bench.exchange.reset()
            // The store takes anything, as an API server does that knows no CEL.
            var object = Object(
                kind: .bigPeerReplication,
                metadata: ObjectMeta(name: "unruly", namespace: "default")
            )
            object.spec = ["bigPeerRef": ["name": "berlin"], "app": "cars", "driftInterval": "0s"]
            _ = try await bench.store.create(.bigPeerReplication, object)
            try await bench.await(.bigPeerReplication, "unruly") { object in
                Self.condition(.stalled, of: object)?.reason == Reason.invalidSpec.rawValue
            }
            let stored = try await bench.store.get(.bigPeerReplication, object.key)
            #expect(Self.condition(.ready, of: stored)?.message.contains("spec.driftInterval") == true)
            #expect(stored.metadata.finalizers.isEmpty)
            #expect(!bench.exchange.requests.contains { $0.contains("unruly") })
        }
    }

    @Test("an object that others hold does not go on saying that it is ready after its deletion")
    func foreignFinalizer() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            let keys: [(ResourceKind, String)] = [
                (.bigPeerReplication, "cars-berlin"), (.bigPeerReplication, "cars-paris"), (.bigPeerApp, "berlin-cars"),
                (.bigPeerApp, "paris-cars"), (.bigPeer, "berlin"),
            ]
            for (kind, name) in keys {
                try await bench.change(kind, name) { $0.metadata.finalizers.append("example.dev/other") }
            }
            for (kind, name) in keys {
                _ = try await bench.store.delete(
                    kind,
                    ObjectKey(namespace: "default", name: name),
                    preconditions: Preconditions()
                )
                try await bench.await(kind, name) { $0?.metadata.finalizers == ["example.dev/other"] }
                let object = try await bench.store.get(kind, ObjectKey(namespace: "default", name: name))
                let ready = Self.condition(.ready, of: object)
                #expect(ready?.status == .false && ready?.reason == Reason.deleting.rawValue, "\(kind.kind) \(name)")
            }
        }
    }

    @Test("a request to reconcile of any length is answered")
    func longRequest() async throws {
        try await Bench().run { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
            for (kind, name) in [(ResourceKind.bigPeer, "berlin"), (.bigPeerReplication, "cars-berlin")] {
                let written = try await bench.change(kind, name) { object in
                    object.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] =
                        String(repeating: "7", count: 200_000)
                }
                try await bench.await(kind, name, from: written) { object in
                    object?.status?["lastHandledReconcileAt"]?.string?.hasPrefix("777") == true
                }
                let told = try await bench.store.get(kind, written.key)
                let definition = try #require(PeerageAPI.definitions.first { $0.kind == kind })
                #expect(definition.problems(in: told.json).filter { $0.path.description.hasPrefix("status") }.isEmpty)
            }
        }
    }
}
