import HTTP
import JSON
import KubernetesModel
import ResourceStore

/// Speaks to one Kubernetes API server, ours or a cluster's, about kinds that are known beforehand.
///
/// *Guarantees:* every call ends within its timeout, a watch excepted; lists are read in pages; nothing is retried:
/// the caller knows whether that is safe. *Errors:* the server's own `APIStatus`, or why there was no answer.
package struct KubernetesClient: Sendable {
    /// The server and the credentials.
    package let cluster: Cluster
    private let http: any HTTPExchange
    private let onWarning: @Sendable (String) -> Void

    /// How many objects are asked for at once, as kubectl does.
    private static let pageSize = 500
    /// The longest answer that is read.
    private static let maximumBytes = 256 << 20

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
        self.onWarning = onWarning
    }

    /// Reads one object.
    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(KubernetesError) -> Object {
        Object(try await self.json(.get, ResourcePath(kind, key)))
    }

    /// Reads all objects of a kind, page by page.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The namespace; `nil` is all.
    ///   - selectors: Which of them.
    /// - Returns: The objects, and the version from which a watch misses nothing.
    /// - Throws: The server's or the connection's error; `Expired` when the list took longer than pages are kept.
    package func list(
        _ kind: ResourceKind,
        namespace: String?,
        _ selectors: Selectors = .everything
    ) async throws(KubernetesError) -> ObjectList {
        var list = ObjectList(objects: [], resourceVersion: "")
        let path = ResourcePath(kind, namespace: namespace).with(selectors).with("limit", "\(Self.pageSize)")
        var next: String?
        repeat {
            let page = try await self.json(.get, path.with("continue", next))
            for item in page["items"]?.array ?? [] {
                var object = Object(item)
                // Elements of a list need not say what they are.
                object.apiVersion = kind.apiVersion
                object.kind = kind.kind
                list.objects.append(object)
            }
            list.resourceVersion = page["metadata"]?["resourceVersion"]?.string ?? ""
            next = page["metadata"]?["continue"]?.string
        } while !(next ?? "").isEmpty
        return list
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
        return Object(try await self.json(.post, path, body: object.json))
    }

    /// Replaces an object but for its status.
    package func update(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, object.key).with(options)
        return Object(try await self.json(.put, path, body: object.json))
    }

    /// Replaces an object's status alone.
    package func updateStatus(
        _ kind: ResourceKind,
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Object {
        let path = ResourcePath(kind, object.key, subresource: "status").with(options)
        return Object(try await self.json(.put, path, body: object.json))
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
        return Object(try await self.json(.patch, path, body: patch, contentType: "application/merge-patch+json"))
    }

    /// Asks for an object's deletion.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object.
    ///   - preconditions: What must hold for it to happen.
    ///   - options: How.
    /// - Returns: The object as marked when finalizers keep it; otherwise what is known of the one that is gone.
    /// - Throws: The server's or the connection's error.
    package func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions = Preconditions(),
        _ options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> DeletionResult {
        var body: JSONObject = ["apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"]
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
    /// - Returns: The changes; the server ends every watch after a while, and the next begins where it ended.
    /// - Throws: The server's or the connection's error; `Expired` when the history does not reach back so far.
    package func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String,
        _ selectors: Selectors = .everything
    ) async throws(KubernetesError) -> KubernetesWatch {
        let path = ResourcePath(kind, namespace: namespace).with(selectors).with("watch", "true")
            .with("allowWatchBookmarks", "true").with("resourceVersion", resourceVersion)
        let stream = try await self.stream(path, accept: Self.jsonMedia)
        return KubernetesWatch(stream, server: self.cluster.server)
    }

    /// Follows the changes of a kind as tables: one `{type, object: Table}` per change.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The namespace; `nil` is all.
    ///   - resourceVersion: From `table`; empty begins with everything there is.
    ///   - selectors: Which objects.
    /// - Returns: The events as the server wrote them.
    /// - Throws: The server's or the connection's error.
    package func watchTable(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String,
        _ selectors: Selectors = .everything
    ) async throws(KubernetesError) -> KubernetesEventLines {
        let path = ResourcePath(kind, namespace: namespace).with(selectors).with("watch", "true")
            .with("resourceVersion", resourceVersion)
        return KubernetesEventLines(try await self.stream(path, accept: Self.tableMedia), server: self.cluster.server)
    }

    /// What the server says it is.
    package func version() async throws(KubernetesError) -> JSONValue {
        try await self.json(.get, ResourcePath("/version"))
    }
}

// MARK: - Requests

extension KubernetesClient {
    private static let jsonMedia = "application/json"
    private static let tableMedia = "application/json;as=Table;v=v1;g=meta.k8s.io"

    private func json(
        _ method: HTTPMethod,
        _ path: ResourcePath,
        body: JSONValue? = nil,
        contentType: String = Self.jsonMedia,
        accept: String = Self.jsonMedia
    ) async throws(KubernetesError) -> JSONValue {
        var request = try self.request(method, path, accept: accept)
        if let body {
            request.body = body.bytes
            request.headers["Content-Type"] = contentType
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await self.http.send(request)
        } catch {
            throw .connection(error, server: self.cluster.server)
        }
        for warning in response.headers.values(of: "Warning") { self.onWarning(warning.warningText) }
        guard response.isSuccess else { throw self.failure(response.status, response.headers, response.body) }
        do throws(JSONError) {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .unexpectedAnswer("\(self.cluster.server)\(path.text): the answer is not JSON: \(error)")
        }
    }

    private func stream(_ path: ResourcePath, accept: String) async throws(KubernetesError) -> HTTPStream {
        var request = try self.request(.get, path, accept: accept)
        // Bookmarks come about every minute; a server that is silent for much longer is gone.
        request.timeouts = .stream(idle: .seconds(600))
        let stream: HTTPStream
        let body: [UInt8]
        do throws(HTTPError) {
            stream = try await self.http.stream(request)
            if stream.status == 200 { return stream }
            body = try await stream.rest(limit: 1 << 20)
        } catch {
            throw .connection(error, server: self.cluster.server)
        }
        throw self.failure(stream.status, stream.headers, body)
    }

    private func request(
        _ method: HTTPMethod,
        _ path: ResourcePath,
        accept: String
    ) throws(KubernetesError) -> HTTPRequest {
        HTTPRequest(
            method,
            self.cluster.server + path.text,
            headers: ["Accept": accept],
            bearerToken: try self.token(),
            timeouts: HTTPTimeouts(total: .seconds(60)),
            maxResponseBytes: Self.maximumBytes,
            tls: self.cluster.tls,
            proxy: self.cluster.proxy
        )
    }

    private func token() throws(KubernetesError) -> BearerToken? {
        switch self.cluster.credentials {
        case .none: return nil
        case .token(let token): return token
        case .tokenFile(let path):
            do throws(KubeconfigError) {
                guard let bytes = try TextFile.read(path) else {
                    throw KubeconfigError(.unreadable, "\(path): no such file; it should hold the bearer token")
                }
                return BearerToken(String(decoding: bytes, as: UTF8.self))
            } catch {
                throw .credentials(error.message)
            }
        }
    }

    private func failure(_ code: Int, _ headers: HTTPHeaders, _ body: [UInt8]) -> KubernetesError {
        let json = try? JSONValue(parsing: body)
        guard json?["kind"]?.string == "Status" else {
            let text = String(decoding: body.prefix(200), as: UTF8.self)
            return code == 401 || code == 403 || code == 404 || code == 429 || code >= 500
                ? .status(APIStatus(nil, code: code))
                : .unexpectedAnswer("\(self.cluster.server): answered \(code), not as an API server does: \(text)")
        }
        return .status(APIStatus(json, code: code))
    }
}

extension ResourcePath {
    fileprivate func with(_ selectors: Selectors) -> ResourcePath {
        self.with("labelSelector", selectors.labels).with("fieldSelector", selectors.fields)
    }

    fileprivate func with(_ options: WriteOptions) -> ResourcePath {
        self.with("fieldManager", options.fieldManager).with("fieldValidation", options.isStrict ? "Strict" : "Warn")
            .with("dryRun", options.isDryRun ? "All" : nil)
    }
}

extension String {
    /// The text of a `Warning` field: `299 - "text"`.
    fileprivate var warningText: String {
        guard let open = self.firstIndex(of: "\""), let close = self.lastIndex(of: "\""), open < close else {
            return self
        }
        var text = ""
        var isEscaped = false
        for character in self[self.index(after: open)..<close] {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            text.append(character)
        }
        return text
    }
}
