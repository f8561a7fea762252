import KubernetesModel
import ResourceStore

extension SQLiteStore {
    /// Creates an object, and its namespace when that does not exist.
    package func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try Self.check(kind, object)
        return try await self.commits.write { try $0.create(kind, object) }
    }

    /// Replaces an object but for its status; a `resourceVersion` in it must be the current one.
    ///
    /// When nothing is different, nothing is written. The last finalizer of an object being deleted takes the object
    /// with it.
    package func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try Self.check(kind, object)
        return try await self.commits.write { try $0.update(kind, object) }
    }

    /// Replaces an object's status alone; a `resourceVersion` in it must be the current one.
    package func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try Self.check(kind, object)
        return try await self.commits.write { try $0.updateStatus(kind, object) }
    }

    /// Asks for an object's deletion; of a namespace, also for that of all that is in it.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try await self.commits.write { try $0.delete(kind, key, preconditions, propagation) }
    }

    /// Remembers something small under a name; `nil` forgets it.
    package func setSetting(_ name: String, _ value: [UInt8]?) async throws(APIStatus) {
        try await self.commits.write { try $0.setSetting(name, value) }
    }

    /// Whether an object is of the kind that it is written as.
    private static func check(_ kind: ResourceKind, _ object: Object) throws(APIStatus) {
        guard object.kind == kind.kind || object.kind.isEmpty else {
            throw APIStatus(
                .badRequest,
                "the kind in the data (\(object.kind)) does not match the expected kind (\(kind.kind))"
            )
        }
        guard object.apiVersion == kind.apiVersion || object.apiVersion.isEmpty else {
            throw APIStatus(
                .badRequest,
                "the API version in the data (\(object.apiVersion)) does not match the expected API version "
                    + "(\(kind.apiVersion))"
            )
        }
    }
}
