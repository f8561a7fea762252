import KubernetesModel
import ResourceStore

/// The resources of an API server, for controllers.
///
/// *Errors:* a server that does not answer is told as `ServiceUnavailable` or `Timeout`.
package struct KubernetesStore: ResourceStore {
    private let client: KubernetesClient

    /// Creates a store.
    package init(_ client: KubernetesClient) {
        self.client = client
    }

    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await Self.translated { () throws(KubernetesError) in try await self.client.get(kind, key) }
    }

    /// Reads all objects of a kind, in a namespace or (with `nil`) in all.
    package func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        try await Self.translated { () throws(KubernetesError) in
            try await self.client.list(kind, namespace: namespace)
        }
    }

    /// Follows the changes of a kind after a resource version.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await Self.translated { () throws(KubernetesError) in
            try await self.client.watch(kind, namespace: namespace, from: resourceVersion)
        }
    }

    /// Creates an object.
    package func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await Self.translated { () throws(KubernetesError) in try await self.client.create(kind, object) }
    }

    /// Replaces an object but for its status.
    package func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await Self.translated { () throws(KubernetesError) in try await self.client.update(kind, object) }
    }

    /// Replaces an object's status alone.
    package func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await Self.translated { () throws(KubernetesError) in try await self.client.updateStatus(kind, object) }
    }

    /// Asks for an object's deletion.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions
    ) async throws(APIStatus) -> DeletionResult {
        try await Self.translated { () throws(KubernetesError) in
            try await self.client.delete(kind, key, preconditions: preconditions)
        }
    }

    private static func translated<Value: Sendable>(
        _ call: () async throws(KubernetesError) -> Value
    ) async throws(APIStatus) -> Value {
        do throws(KubernetesError) {
            return try await call()
        } catch {
            throw error.status
        }
    }
}
