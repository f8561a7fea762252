import KubernetesModel
import ResourceStore

extension SQLiteStore {
    /// Replaces an object's finalizers alone.
    package func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.replaceFinalizers(kind, of: metadata, to: finalizers)
    }

    /// A watch within a process does not die in silence.
    package var watchSilence: Duration? { nil }
}
