import KubernetesModel
import ResourceStore

/// Changes single objects, and begins again when somebody else was faster.
package struct ObjectEditor: Sendable {
    private let store: any ResourceStore

    /// How often somebody else may be faster.
    static let attempts = 8

    /// Creates an editor.
    package init(store: any ResourceStore) {
        self.store = store
    }

    /// Reads, changes and writes an object.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object's key.
    ///   - change: Changes the object as it is now.
    /// - Returns: The object as it is then, and whether that took a write.
    /// - Throws: What the store says; `Conflict` only when somebody else was faster again and again.
    package func edit(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ change: (inout Object) -> Void
    ) async throws(APIStatus) -> (object: Object, isChanged: Bool) {
        var attempt = 1
        while true {
            let live = try await self.store.get(kind, key)
            var object = live
            change(&object)
            guard object != live else { return (live, false) }
            do throws(APIStatus) {
                return (try await self.store.update(kind, object), true)
            } catch {
                guard error.reason == .conflict, attempt < Self.attempts else { throw error }
                attempt += 1
            }
        }
    }
}
