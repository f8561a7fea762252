import KubernetesModel
import ResourceStore

/// A store that only the leader writes to.
///
/// A process that was frozen for longer than its lease wakes up in the middle of whatever it did: the fence stops its
/// next write even before the process has noticed. Reading is free, so that a waiting candidate has warm caches.
package struct FencedStore: ResourceStore {
    private let store: any ResourceStore
    private let leadership: Leadership

    /// Puts a fence around a store.
    package init(_ store: any ResourceStore, leadership: Leadership) {
        self.store = store
        self.leadership = leadership
    }

    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await self.store.get(kind, key)
    }

    /// Reads all objects of a kind, in a namespace or (with `nil`) in all.
    package func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        try await self.store.list(kind, namespace: namespace)
    }

    /// Reads all objects of a kind part by part.
    package func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String {
        try await self.store.list(kind, namespace: namespace, page: page)
    }

    /// Follows the changes of a kind after a resource version.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await self.store.watch(kind, namespace: namespace, from: resourceVersion)
    }

    /// Creates an object.
    package func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try self.check()
        return try await self.store.create(kind, object)
    }

    /// Replaces an object but for its status.
    package func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try self.check()
        return try await self.store.update(kind, object)
    }

    /// Replaces an object's status alone.
    package func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try self.check()
        return try await self.store.updateStatus(kind, object)
    }

    /// Replaces an object's finalizers alone.
    package func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try self.check()
        return try await self.store.updateFinalizers(kind, of: metadata, to: finalizers)
    }

    /// How long a watch may be silent before it is taken for dead.
    package var watchSilence: Duration? { self.store.watchSilence }

    /// Asks for an object's deletion.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try self.check()
        return try await self.store.delete(kind, key, preconditions: preconditions, propagation: propagation)
    }

    private func check() throws(APIStatus) {
        guard self.leadership.isHeld else {
            throw APIStatus(.serviceUnavailable, "this process does not lead; nothing was written")
        }
    }
}
