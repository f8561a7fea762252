import KubernetesModel
import Metering
import ResourceStore
import Synchronization
import Testing

@testable import Operator

@Suite("MeteredStore")
struct MeteredStoreTests {
    /// A store that differs from the defaults of the protocol wherever it may.
    private final class PatchingStore: ResourceStore {
        let calls = Mutex<[String]>([])

        private func called(_ name: String) -> Object {
            self.calls.withLock { $0.append(name) }
            return Object(kind: .configMap, metadata: ObjectMeta(name: "a", namespace: "ns"))
        }

        var watchSilence: Duration? { .seconds(150) }

        func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object { self.called("get") }
        func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
            ObjectList(objects: [self.called("list")], resourceVersion: "1")
        }
        func watch(_ kind: ResourceKind, namespace: String?, from: String) async throws(APIStatus) -> any WatchStream {
            throw APIStatus(.expired, "nothing to watch")
        }
        func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object { self.called("create") }
        func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object { self.called("update") }
        func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
            self.called("updateStatus")
        }
        func updateFinalizers(
            _ kind: ResourceKind,
            of metadata: ObjectMeta,
            to finalizers: [String]
        ) async throws(APIStatus) -> Object { self.called("updateFinalizers") }
        func delete(
            _ kind: ResourceKind,
            _ key: ObjectKey,
            preconditions: Preconditions,
            propagation: Propagation
        ) async throws(APIStatus) -> DeletionResult { .gone(self.called("delete")) }
    }

    @Test("what the store below does in its own way is not undone by the protocol's defaults")
    func passesOn() async throws {
        let inner = PatchingStore()
        let registry = MetricsRegistry()
        let store = MeteredStore(inner, in: registry)
        #expect(store.watchSilence == .seconds(150), "a watch that dies in silence would never be noticed")
        _ = try await store.updateFinalizers(.configMap, of: ObjectMeta(name: "a", namespace: "ns"), to: ["f"])
        // Finalizers are patched alone: the object is neither read nor replaced.
        #expect(inner.calls.withLock { $0 } == ["updateFinalizers"])
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(text.contains(#"verb="update_finalizers",result="OK"} 1"#))
    }
}
