import DequeModule
import GRDB
import KubernetesModel
import ResourceStore

extension SQLiteStore {
    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        let key = kind.isNamespaced ? key : ObjectKey(namespace: "", name: key.name)
        guard let found = try await self.read({ try $0.body(kind: kind.qualifiedPlural, key) }) else {
            throw APIStatus.notFound(kind, key.name)
        }
        return try Object(stored: found.bytes)
    }

    /// Reads all objects of a kind, in a namespace or (with `nil`) in all.
    package func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        let snapshot = try await self.snapshot(kind, namespace: namespace)
        var objects: [Object] = []
        objects.reserveCapacity(snapshot.bodies.count)
        for body in snapshot.bodies { objects.append(try Object(stored: body)) }
        return ObjectList(objects: objects, resourceVersion: String(snapshot.version))
    }

    /// So many objects are decoded at a time for a reader who takes them part by part.
    private static let pageSize = 256

    /// Reads all objects of a kind part by part, all of one moment.
    package func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String {
        let namespace = kind.isNamespaced ? namespace : nil
        let version = try await self.read { database in
            var objects: [Object] = []
            try database.eachBody(kind: kind.qualifiedPlural, namespace: namespace) { body in
                objects.append(try Object(stored: body))
                guard objects.count >= Self.pageSize else { return }
                page(objects)
                objects = []
            }
            page(objects)
            return try database.lastVersion()
        }
        return String(version)
    }

    /// Reads several objects of a kind at once; those that do not exist are left out.
    package func get(_ kind: ResourceKind, _ keys: [ObjectKey]) async throws(APIStatus) -> [ObjectKey: Object] {
        try await self.read { database in
            var objects: [ObjectKey: Object] = [:]
            for key in keys {
                let place = kind.isNamespaced ? key : ObjectKey(namespace: "", name: key.name)
                guard let found = try database.body(kind: kind.qualifiedPlural, place) else { continue }
                objects[key] = try Object(stored: found.bytes)
            }
            return objects
        }
    }

    /// Follows the changes of a kind after a resource version.
    ///
    /// With the version empty or `0`, everything that there is comes first, as added, and then a bookmark.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The only namespace of interest, or (with `nil`) all.
    ///   - resourceVersion: The version of a list or of the last event that was seen.
    /// - Returns: The stream; one task may read it.
    /// - Throws: `Expired` when the version is forgotten or from the future: list again.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        let namespace = kind.isNamespaced ? namespace : nil
        if resourceVersion.isEmpty || resourceVersion == "0" {
            let snapshot = try await self.snapshot(kind, namespace: namespace)
            let id = try self.hub.open(kind.qualifiedPlural, namespace: namespace, after: snapshot.version)
            return StoreWatch(hub: self.hub, id: id, snapshot: snapshot)
        }
        guard let version = Int64(resourceVersion), version > 0 else {
            throw APIStatus(.badRequest, "invalid resource version \"\(resourceVersion)\": expected a whole number")
        }
        let last = self.commits.lastVersion
        guard version <= last else {
            throw APIStatus(.expired, "too large resource version: \(version), current: \(last)")
        }
        let id = try self.hub.open(kind.qualifiedPlural, namespace: namespace, after: version)
        return StoreWatch(hub: self.hub, id: id, snapshot: nil)
    }

    /// Reads a setting; `nil` when it was never set.
    package func setting(_ name: String) async throws(APIStatus) -> [UInt8]? {
        try await self.read { try $0.setting(name) }
    }

    private func snapshot(
        _ kind: ResourceKind,
        namespace: String?
    ) async throws(APIStatus) -> StoreWatch.Snapshot {
        let namespace = kind.isNamespaced ? namespace : nil
        return try await self.read { database in
            let bodies = try database.bodies(kind: kind.qualifiedPlural, namespace: namespace)
            return StoreWatch.Snapshot(bodies: Deque(bodies), version: try database.lastVersion())
        }
    }

    /// Reads in one transaction, on a thread that may block.
    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(APIStatus) -> Value {
        let result: Result<Value, APIStatus> = await withCheckedContinuation { caller in
            self.pool.asyncRead { database in
                let value = Result { try body(try database.get()) }
                caller.resume(returning: value.mapError { APIStatus($0, doing: "read from") })
            }
        }
        return try result.get()
    }
}
