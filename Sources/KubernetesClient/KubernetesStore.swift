import Clocks
import HTTP
import JSON
import KubernetesModel
import ResourceStore

/// The resources of an API server, for controllers.
///
/// Where it differs from a store of our own:
/// - A status is applied (server-side apply, by force, field manager `peerage`) at the version that was read, so that
///   what others keep in it stays, and what we told earlier and no longer tell goes.
/// - Finalizers are changed by a patch of that field alone, at the version that was read: a stale cache can neither
///   release an object nor take another writer's change back.
/// - A request that the server turned away for being busy (429) is sent again after the time that it asks for.
///
/// *Errors:* a server that does not answer is told as `ServiceUnavailable` or `Timeout`.
package struct KubernetesStore: ResourceStore {
    /// After how much silence a watch is dead.
    ///
    /// A watch is asked for so short a time that it ends or is bookmarked before: servers up to 1.20 send a bookmark
    /// only at the end, later ones about every minute.
    static let bookmarkSilence = Duration.seconds(150)
    private static let watchSeconds = 110...140
    private static let tries = 4
    private static let longestWait = Duration.seconds(10)

    private let client: KubernetesClient
    private let options: WriteOptions
    private let time: any Time

    /// Creates a store.
    ///
    /// - Parameters:
    ///   - client: The API server; a client over HTTP/1.1 (`HTTPClient.Configuration.kubernetes`) is best.
    ///   - options: How objects are created, replaced and deleted.
    ///   - time: The clock.
    package init(
        _ client: KubernetesClient,
        _ options: WriteOptions = WriteOptions(),
        time: any Time = SystemTime()
    ) {
        self.client = client
        self.options = options
        self.time = time
    }

    /// How long a watch may be silent before it is taken for dead.
    package var watchSilence: Duration? { Self.bookmarkSilence }

    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await self.patiently { () throws(KubernetesError) in try await self.client.get(kind, key) }
    }

    /// Reads all objects of a kind, in a namespace or (with `nil`) in all.
    package func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        try await self.patiently { () throws(KubernetesError) in
            try await self.client.list(kind, namespace: namespace)
        }
    }

    /// Follows the changes of a kind after a resource version.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await self.patiently { () throws(KubernetesError) in
            // Drawn anew for each, so that watches that began together do not end together.
            let timeout = Duration.seconds(Int.random(in: Self.watchSeconds))
            return try await self.client.watch(kind, namespace: namespace, from: resourceVersion, timeout: timeout)
        }
    }

    /// Creates an object.
    package func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.patiently { () throws(KubernetesError) in
            try await self.client.create(kind, object, self.options)
        }
    }

    /// Replaces an object but for its status.
    package func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.patiently { () throws(KubernetesError) in
            try await self.client.update(kind, object, self.options)
        }
    }

    /// Applies an object's status, as the owner of what it says.
    package func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.patiently { () throws(KubernetesError) in
            do throws(KubernetesError) {
                return try await self.client.applyStatus(kind, object, self.options)
            } catch  where error.status.reason == .unsupportedMediaType {
                // A server without server-side apply.
                return try await self.client.updateStatus(kind, object, self.options)
            } catch  where error.status.reason == .invalid {
                guard let cleared = try await self.cleared(kind, object) else { throw error }
                return try await self.client.applyStatus(kind, cleared, self.options)
            }
        }
    }

    /// Takes objects away that are ours in a status and are to go.
    ///
    /// API servers of Kubernetes 1.20 leave `null` where all of an applied object goes, and then refuse it themselves:
    /// "status.remote: Invalid value: null: must be of type object".
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - object: The status to apply.
    /// - Returns: The same at the version after it; `nil` when nothing of that sort is to go.
    /// - Throws: The server's or the connection's error, such as `Conflict` when the object has changed.
    private func cleared(_ kind: ResourceKind, _ object: Object) async throws(KubernetesError) -> Object? {
        let live = try await self.client.get(kind, object.key)
        let gone = (live.status?.object?.members ?? []).map { ($0.key, $0.value) }.filter { name, value in
            value.object != nil && object.status?[name] == nil
                && live.isApplied("f:\(name)", by: self.options.fieldManager)
        }
        guard !gone.isEmpty else { return nil }
        let version =
            object.metadata.resourceVersion.isEmpty ? live.metadata.resourceVersion : object.metadata.resourceVersion
        var nothing = JSONObject()
        for (name, _) in gone { nothing[name] = .null }
        let patch: JSONValue = ["metadata": ["resourceVersion": .string(version)], "status": .object(nothing)]
        let patched = try await self.client.mergePatch(kind, object.key, patch, subresource: "status", self.options)
        var next = object
        next.metadata.resourceVersion = patched.metadata.resourceVersion
        return next
    }

    /// Replaces an object's finalizers alone.
    package func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        let patch: JSONValue = [
            "metadata": [
                "resourceVersion": .string(metadata.resourceVersion),
                "finalizers": .array(finalizers.map(JSONValue.string)),
            ]
        ]
        return try await self.patiently { () throws(KubernetesError) in
            try await self.client.mergePatch(kind, metadata.key, patch, self.options)
        }
    }

    /// Asks for an object's deletion.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try await self.patiently { () throws(KubernetesError) in
            try await self.client.delete(
                kind,
                key,
                preconditions: preconditions,
                propagation: propagation,
                self.options
            )
        }
    }

    /// Makes a call, again when the server says that it has done nothing because it is busy.
    private func patiently<Value: Sendable>(
        _ call: () async throws(KubernetesError) -> Value
    ) async throws(APIStatus) -> Value {
        var attempt = 1
        while true {
            let status: APIStatus
            do throws(KubernetesError) {
                return try await call()
            } catch {
                status = error.status
            }
            let wait = Duration.seconds(status.retryAfterSeconds ?? 1)
            guard status.reason == .tooManyRequests, attempt < Self.tries, wait <= Self.longestWait,
                (try? await self.time.sleep(for: wait * Double.random(in: 1...1.5))) != nil
            else { throw status }
            attempt += 1
        }
    }
}

extension HTTPClient.Configuration {
    /// How to speak to API servers: over HTTP/1.1, so that a connection that has died in silence takes one request
    /// with it and not all of them.
    ///
    /// As many connections stay open as requests and watches can have in use at once: each new one would cost a
    /// handshake with a client certificate, a millisecond or two of processor time on either side.
    package static let kubernetes = HTTPClient.Configuration(
        maxRequestsPerHost: 32,
        maxIdleConnections: 48,
        allowsHTTP2: false
    )
}

extension Object {
    /// Whether a field manager has applied a member of the status.
    fileprivate func isApplied(_ member: String, by manager: String) -> Bool {
        self.metadata.other["managedFields"]?.array?.contains { entry in
            entry["manager"]?.string == manager && entry["operation"]?.string == "Apply"
                && entry["fieldsV1"]?["f:status"]?[member] != nil
        } ?? false
    }
}
