import JSON
import KubernetesModel
import ResourceStore
import Resources

/// Deletes objects, and lets go of those whose remote half cannot be dealt with.
package struct Deleter: Sendable {
    private let store: any ResourceStore

    /// Creates a deleter.
    package init(store: any ResourceStore) {
        self.store = store
    }

    /// Asks for an object's deletion.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object's key.
    ///   - uid: Which one it must be, when it was found by what it is; empty is any of that name.
    /// - Returns: Whether it is gone, or only marked.
    /// - Throws: What the store says.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        uid: String = ""
    ) async throws(APIStatus) -> DeletionResult {
        try await self.store.delete(kind, key, preconditions: Preconditions(uid: uid.isEmpty ? nil : uid))
    }

    /// Makes an object leave its remote half where it is when it goes.
    package func orphan(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) {
        guard kind.hasDeletionPolicy else { return }
        _ = try await ObjectEditor(store: self.store).edit(kind, key) { object in
            object.spec?["deletionPolicy"] = .string(DeletionPolicy.orphan.rawValue)
        }
    }

    /// Deletes an object and takes our finalizer off it, so that it goes whatever its remote half is doing.
    ///
    /// The deletion policy becomes `Orphan` first, lest a controller that runs deletes the remote object in between.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object's key.
    /// - Returns: How the object was last, and the finalizers of others that still keep it.
    /// - Throws: What the store says.
    package func letGo(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> (Object, [String]) {
        let editor = ObjectEditor(store: self.store)
        let last = try await self.store.get(kind, key)
        let result: DeletionResult
        do throws(APIStatus) {
            do throws(APIStatus) {
                try await self.orphan(kind, key)
            } catch {
                // A spec that is not valid any more cannot be written; the object has to go all the same.
                guard error.reason == .invalid else { throw error }
            }
            result = try await self.delete(kind, key)
        } catch {
            // One that was on its way out already is let go by its controller as soon as the policy says so.
            guard error.reason == .notFound else { throw error }
            return (last, [])
        }
        switch result {
        case .gone(let object): return (object, [])
        case .marked(let marked):
            do throws(APIStatus) {
                let edited = try await editor.edit(kind, key) { object in
                    guard object.metadata.uid == marked.metadata.uid else { return }
                    object.metadata.finalizers.removeAll { $0 == PeerageAPI.finalizer }
                }
                return (marked, edited.object.metadata.finalizers)
            } catch {
                guard error.reason == .notFound else { throw error }
                return (marked, [])
            }
        }
    }
}

extension ResourceKind {
    /// Whether objects of the kind have a remote half that may outlive them.
    package var hasDeletionPolicy: Bool {
        [.bigPeerApp, .bigPeerReplication, .replicationTopology].contains(self)
    }
}

extension Object {
    /// What stays at the Big Peer when this object is let go: `replication cars of app cars at ditto/bp1 (URL)`.
    package var remoteSentence: String? {
        guard let entry = RemoteEntry(self.status?["remote"]) else { return nil }
        let what = entry.name.map { "replication \($0) of app \(entry.app)" } ?? "app \(entry.app)"
        return "\(what) at \(entry.namespace)/\(entry.bigPeer) (\(entry.url))"
    }

    /// Why an object whose deletion was asked for is still there, and how to force it.
    package func deletionSentence(_ kind: ResourceKind) -> String {
        let label = kind.label(of: self.metadata.name)
        let health = Health(of: self)
        let foreign = self.metadata.finalizers.filter { $0 != PeerageAPI.finalizer }
        guard foreign.isEmpty else {
            return
                "\(label) is still there: the finalizer \(foreign.joined(separator: ", ")) of another program keeps it"
        }
        let cause =
            health.reason == Reason.deleting.rawValue
            ? "nobody has dealt with its remote object yet; is `peerage run`, or in a cluster `peerage controller`, running?"
            : "\(health.reason): \(health.message)"
        let command = "peerage delete \(kind.singular) \(self.metadata.name) --force-orphan"
        return "\(label) is still there, \(cause); to let it go and leave its remote object where it is: \(command)"
    }
}
