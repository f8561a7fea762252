import KubernetesModel
import ResourceStore

extension SQLiteStore {
    /// Creates an object, and its namespace when that does not exist.
    package func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try Self.check(kind, object)
        return try await self.commits.write { try $0.create(kind, object) }
    }

    /// Creates several objects, each by itself, in one transaction.
    ///
    /// - Parameters:
    ///   - kind: Their kind.
    ///   - objects: The objects.
    /// - Returns: What `create` would have said of each, in their order.
    package func create(_ kind: ResourceKind, _ objects: [Object]) async -> [Result<Object, APIStatus>] {
        do throws(APIStatus) {
            return try await self.commits.write { transaction in
                var results: [Result<Object, APIStatus>] = []
                for object in objects {
                    do {
                        try Self.check(kind, object)
                        results.append(.success(try transaction.create(kind, object)))
                    } catch let refusal as APIStatus {
                        // It has written nothing.
                        results.append(.failure(refusal))
                    }
                }
                return results
            }
        } catch {
            return objects.map { _ in .failure(error) }
        }
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
