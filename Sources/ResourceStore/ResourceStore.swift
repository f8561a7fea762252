import JSON
import KubernetesModel

/// Where resources live: the one protocol that controllers know.
///
/// *Guarantees:* every write of an object gives it a new `resourceVersion`; a write that names a stale version fails
/// with `Conflict` and changes nothing; `generation` grows when anything but metadata and status changes; an object
/// with finalizers is marked by `delete` and goes with its last finalizer; what `list` returned at a version and what
/// `watch` tells from that version on are together the whole truth.
/// *Errors:* always an `APIStatus`, the same that a Kubernetes API server gives.
///
/// No requirement but the list in parts has a default: a store around another one that forgot to pass it on would hide what that one does.
package protocol ResourceStore: Sendable {
    /// Reads one object.
    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object

    /// Reads all objects of a kind, in a namespace or (with `nil`) in all.
    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList

    /// Reads all objects of a kind part by part, for a reader who does not need them all at once.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The only namespace of interest, or (with `nil`) all.
    ///   - page: Takes the objects, some at a time and in order; what it was given before an error is void.
    /// - Returns: The version to watch from.
    /// - Throws: What the store says when it cannot be read.
    func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String

    /// Follows the changes of a kind after a resource version.
    ///
    /// - Throws: `Expired` when the history no longer reaches back to that version: list again.
    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream

    /// Creates an object.
    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object

    /// Replaces an object but for its status; a `resourceVersion` in it must be the current one.
    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object

    /// Replaces an object's status alone; a `resourceVersion` in it must be the current one.
    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object

    /// Replaces an object's finalizers alone.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - metadata: The object as it was last seen; uid and `resourceVersion` must be the current ones.
    ///   - finalizers: All its finalizers.
    /// - Returns: The object after the change; without finalizers, an object marked for deletion is gone.
    /// - Throws: `Conflict` when the object has changed since.
    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object

    /// How long a watch may be silent before it is taken for dead; `nil` when a silent watch is just one without news.
    var watchSilence: Duration? { get }

    /// Asks for an object's deletion.
    ///
    /// - Returns: The object as marked, when finalizers keep it; otherwise the object as it was last.
    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult
}

extension ResourceStore {
    /// Replaces an object's finalizers by reading and replacing it whole, which is as good where reading costs nothing.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - metadata: The object as it was last seen.
    ///   - finalizers: All its finalizers.
    /// - Returns: The object after the change.
    /// - Throws: `Conflict` when the object has changed since.
    package func replaceFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        var object = try await self.get(kind, metadata.key)
        guard object.metadata.uid == metadata.uid, object.metadata.resourceVersion == metadata.resourceVersion else {
            throw APIStatus.conflict(kind, metadata.name)
        }
        object.metadata.finalizers = finalizers
        return try await self.update(kind, object)
    }

    /// Reads all objects at once, for a store that has no shorter way.
    package func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String {
        let list = try await self.list(kind, namespace: namespace)
        page(list.objects)
        return list.resourceVersion
    }

    /// Asks for an object's deletion; what it owns follows.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions
    ) async throws(APIStatus) -> DeletionResult {
        try await self.delete(kind, key, preconditions: preconditions, propagation: .background)
    }
}

/// What becomes of the objects that a deleted object owns.
package enum Propagation: String, Sendable, Hashable {
    /// They go after it.
    case background = "Background"
    /// They go first; the object waits for those that block its deletion.
    case foreground = "Foreground"
    /// They stay and forget their owner.
    case orphan = "Orphan"

    /// The finalizer that keeps an object until the garbage collector has done its part; `nil` when it need not wait.
    package var finalizer: String? {
        switch self {
        case .background: nil
        case .foreground: "foregroundDeletion"
        case .orphan: "orphan"
        }
    }
}

/// What must hold for a deletion to happen.
package struct Preconditions: Sendable, Hashable {
    /// The object must be this very one.
    package var uid: String?
    /// The object must not have changed since.
    package var resourceVersion: String?

    /// Whether everything may be deleted.
    package var isNone: Bool { self.uid == nil && self.resourceVersion == nil }

    /// Creates preconditions; none when both are left out.
    package init(uid: String? = nil, resourceVersion: String? = nil) {
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

/// What became of a deletion.
package enum DeletionResult: Sendable, Hashable {
    /// The object is gone; this is how it was last.
    case gone(Object)
    /// Finalizers keep the object, which is now marked.
    case marked(Object)
}

/// A consistent reading of one kind.
package struct ObjectList: Sendable {
    /// The objects, ordered by key.
    package var objects: [Object]
    /// The version to watch from.
    package var resourceVersion: String

    /// Creates a list.
    package init(objects: [Object], resourceVersion: String) {
        self.objects = objects
        self.resourceVersion = resourceVersion
    }
}

/// One change of one object.
package enum WatchEvent: Sendable, Hashable {
    /// The object is new.
    case added(Object)
    /// The object changed.
    case modified(Object)
    /// The object is gone; this is how it was last, with the version of its deletion.
    case deleted(Object)
    /// Nothing changed up to this version.
    case bookmark(resourceVersion: String)
}

/// The changes of one kind as they come, in batches.
///
/// *Guarantees:* in order, none left out, none twice. *Errors:* `Expired` when the reader was too slow for the bounded
/// history or the server lost it: list again.
package protocol WatchStream: Sendable {
    /// Waits for changes and takes all that there are; `nil` when the watch has ended in good order.
    func next() async throws(APIStatus) -> [WatchEvent]?

    /// Ends the watch; a waiting `next` returns `nil`.
    func cancel()
}
