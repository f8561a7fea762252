import KubernetesModel

extension ResourceStore {
    /// Reads all objects of a kind as far as the credentials allow: everywhere, or else in some namespaces.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespaces: Where to look when not everything may be seen.
    /// - Returns: The objects.
    /// - Throws: What the store says, when it may be seen nowhere.
    package func listWhereAllowed(
        _ kind: ResourceKind,
        namespaces: Set<String>
    ) async throws(APIStatus) -> [Object] {
        do throws(APIStatus) {
            return try await self.list(kind, namespace: nil).objects
        } catch {
            guard error.reason == .forbidden, kind.isNamespaced, !namespaces.isEmpty else { throw error }
        }
        var objects: [Object] = []
        for namespace in namespaces.sorted() {
            objects += try await self.list(kind, namespace: namespace).objects
        }
        return objects
    }
}
