import KubernetesModel
import ResourceStore
import Synchronization

/// A store behind a connection that has died in silence: some reads of it are never answered.
final class HangingStore: ResourceStore {
    private struct State {
        var reads = 0
        var hanging: [CheckedContinuation<Void, Never>] = []
    }

    private let store: any ResourceStore
    private let hangs: Set<Int>
    private let state = Mutex(State())

    /// Hangs the reads with these numbers, counted from one.
    init(_ store: any ResourceStore, reads hangs: Set<Int>) {
        self.store = store
        self.hangs = hangs
    }

    /// Answers what hangs, when nobody waits for it any more.
    func letGo() {
        let hanging = self.state.withLock { state in
            defer { state.hanging = [] }
            return state.hanging
        }
        for continuation in hanging { continuation.resume() }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        let hangs = self.state.withLock { state in
            state.reads += 1
            return self.hangs.contains(state.reads)
        }
        if hangs {
            await withCheckedContinuation { continuation in
                self.state.withLock { $0.hanging.append(continuation) }
            }
            throw APIStatus(.serviceUnavailable, "the connection was lost")
        }
        return try await self.store.get(kind, key)
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        try await self.store.list(kind, namespace: namespace)
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await self.store.watch(kind, namespace: namespace, from: resourceVersion)
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.store.create(kind, object)
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.store.update(kind, object)
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.store.updateStatus(kind, object)
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.store.updateFinalizers(kind, of: metadata, to: finalizers)
    }

    var watchSilence: Duration? { self.store.watchSilence }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try await self.store.delete(kind, key, preconditions: preconditions, propagation: propagation)
    }
}
