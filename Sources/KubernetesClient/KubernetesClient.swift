import HTTP
import JSON
import KubernetesModel
import ResourceStore

/// Speaks to one Kubernetes API server, ours or a cluster's, about kinds that are known beforehand.
///
/// *Guarantees:* every call ends within its timeout, a watch excepted; lists are read in pages; an answer that is not
/// what was asked for, such as a proxy's page, is an error and never an empty list; nothing is retried but, once, a
/// request that was refused for credentials that can be renewed. *Errors:* the server's own `APIStatus`, or why there
/// was no answer.
package struct KubernetesClient: Sendable {
    /// The server and the credentials.
    package let cluster: Cluster
    let http: any HTTPExchange
    let credentials: CredentialSource
    let onWarning: @Sendable (String) -> Void

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - cluster: The server and the credentials.
    ///   - http: Sends the requests; one for the whole process is best.
    ///   - onWarning: Takes the server's warnings, such as of fields that it dropped.
    package init(
        _ cluster: Cluster,
        http: any HTTPExchange,
        onWarning: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.cluster = cluster
        self.http = http
        self.credentials = CredentialSource(cluster)
        self.onWarning = onWarning
    }

    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(KubernetesError) -> Object {
        try self.object(kind, try await self.json(.get, ResourcePath(kind, key)))
    }

    /// Reads objects as the table that `kubectl get` prints (`meta.k8s.io/v1` Table).
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The namespace; `nil` is all.
    ///   - name: The only object to show.
    ///   - selectors: Which objects otherwise.
    /// - Returns: The table, with each object's metadata in `rows[].object`.
    /// - Throws: The server's or the connection's error.
    package func table(
        _ kind: ResourceKind,
        namespace: String?,
        name: String? = nil,
        _ selectors: Selectors = .everything
    ) async throws(KubernetesError) -> JSONValue {
        let path =
            if let name {
                ResourcePath(kind, ObjectKey(namespace: namespace ?? "", name: name))
            } else {
                ResourcePath(kind, namespace: namespace).with(selectors)
            }
        let table = try await self.json(.get, path, accept: Self.tableMedia)
        guard table["kind"]?.string == "Table" else {
            throw .unexpectedAnswer(
                "\(self.cluster.server)\(path.text): asked for a Table, got \(table["kind"]?.text ?? "")"
            )
        }
        return table
    }

    /// Creates an object.
    package func create(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, namespace: object.metadata.namespace).with(options)
        return try self.object(kind, try await self.json(.post, path, body: object.json))
    }

    /// Replaces an object but for its status.
    package func update(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, object.key).with(options)
        return try self.object(kind, try await self.json(.put, path, body: object.json))
    }

    /// Replaces an object's status alone.
    package func updateStatus(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, object.key, subresource: "status").with(options)
        return try self.object(kind, try await self.json(.put, path, body: object.json))
    }

    /// Changes members of an object (RFC 7396): those that the patch names are replaced or, as null, removed.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object.
    ///   - patch: The members to change; with `metadata.resourceVersion` only that version is changed.
    ///   - subresource: `status` to change that instead.
    ///   - options: How.
    /// - Returns: The object after the change.
    /// - Throws: The server's or the connection's error.
    package func mergePatch(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ patch: JSONValue,
        subresource: String? = nil,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, key, subresource: subresource).with(options)
        return try self.object(
            kind,
            try await self.json(.patch, path, body: patch, contentType: "application/merge-patch+json")
        )
    }

    /// Says what an object's status is to be, as its owner: server-side apply, by force.
    ///
    /// Fields that this field manager applied earlier and that are missing now go; other managers' fields stay.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - object: The status; a `resourceVersion` in it must be the current one.
    ///   - options: How.
    /// - Returns: The object after the change.
    /// - Throws: The server's or the connection's error.
    package func applyStatus(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        var metadata = ObjectMeta(name: object.metadata.name, namespace: object.metadata.namespace)
        metadata.uid = object.metadata.uid
        metadata.resourceVersion = object.metadata.resourceVersion
        let intent = Object(kind: kind, metadata: metadata, content: ["status": object.status ?? [:]])
        let path = ResourcePath(kind, object.key, subresource: "status").with(options).with("force", "true")
        // JSON is YAML.
        let json = try await self.json(.patch, path, body: intent.json, contentType: "application/apply-patch+yaml")
        return try self.object(kind, json)
    }

    /// Asks for an object's deletion.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object.
    ///   - preconditions: What must hold for it to happen.
    ///   - propagation: What becomes of the objects that it owns.
    ///   - options: How.
    /// - Returns: The object as marked when finalizers keep it; otherwise what is known of the one that is gone.
    /// - Throws: The server's or the connection's error.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions = Preconditions(),
        propagation: Propagation = .background,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> DeletionResult {
        var body: JSONObject = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
        ]
        if options.isDryRun { body["dryRun"] = ["All"] }
        var demands = JSONObject()
        demands["uid"] = preconditions.uid.map(JSONValue.string)
        demands["resourceVersion"] = preconditions.resourceVersion.map(JSONValue.string)
        if !demands.isEmpty { body["preconditions"] = .object(demands) }
        let json = try await self.json(.delete, ResourcePath(kind, key), body: .object(body))
        if json["kind"]?.string == kind.kind { return .marked(Object(json)) }
        var last = Object(kind: kind, metadata: ObjectMeta(name: key.name, namespace: key.namespace))
        last.metadata.uid = json["details"]?["uid"]?.string ?? ""
        return .gone(last)
    }

    /// Follows the changes of a kind after a resource version.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The namespace; `nil` is all.
    ///   - resourceVersion: From `list`; empty begins with everything there is.
    ///   - selectors: Which objects.
    ///   - timeout: After how long the server is to end the watch.
    /// - Returns: The changes; the server ends every watch after a while, and the next begins where it ended.
    /// - Throws: The server's or the connection's error; `Expired` when the history does not reach back so far.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String,
        _ selectors: Selectors = .everything,
        timeout: Duration? = nil
    ) async throws(KubernetesError) -> KubernetesWatch {
        let path = ResourcePath(kind, namespace: namespace).with(selectors).with("watch", "true")
            .with("allowWatchBookmarks", "true").with("resourceVersion", resourceVersion)
            .with("timeoutSeconds", timeout.map { "\($0.components.seconds)" })
        // The server ends it; a server that does not is gone.
        let silence = timeout.map { $0 + .seconds(30) } ?? .seconds(600)
        let stream = try await self.stream(path, accept: Self.jsonMedia, silence: silence)
        return KubernetesWatch(stream, server: self.cluster.address)
    }

    /// What the process behind the server tells of itself under a name.
    ///
    /// - Parameter name: The name.
    /// - Returns: What it tells; `nil` where the server is none of ours, or tells no such thing.
    /// - Throws: The server's or the connection's error.
    package func report(_ name: String) async throws(KubernetesError) -> JSONValue? {
        do throws(KubernetesError) {
            return try await self.json(.get, ResourcePath("/peerage/\(name)"))
        } catch .unexpectedAnswer {
            // What stands before a cluster may answer whatever it likes to a path that it does not know.
            return nil
        } catch .status(let status) where [.notFound, .forbidden, .methodNotAllowed].contains(status.reason) {
            return nil
        }
    }

    /// What the server says it is.
    package func version() async throws(KubernetesError) -> JSONValue {
        try await self.json(.get, ResourcePath("/version"))
    }
}
