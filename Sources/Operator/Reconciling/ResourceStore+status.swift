import JSON
import KubernetesModel
import ResourceStore

extension ResourceStore {
    /// Writes a status, if nobody has changed the object since it was read.
    ///
    /// - Parameters:
    ///   - status: All of the status.
    ///   - kind: The object's kind.
    ///   - metadata: The object as it was read.
    /// - Returns: The object with the status.
    /// - Throws: `Conflict` when the object has changed.
    func writeStatus(
        _ status: JSONValue,
        _ kind: ResourceKind,
        of metadata: ObjectMeta
    ) async throws(APIStatus) -> Object {
        var version = ObjectMeta(name: metadata.name, namespace: metadata.namespace)
        version.uid = metadata.uid
        version.resourceVersion = metadata.resourceVersion
        return try await self.updateStatus(kind, Object(kind: kind, metadata: version, content: ["status": status]))
    }
}
