import Clocks
import HTTP
import JSON
import KubernetesModel

extension KubernetesClient {
    static let jsonMedia = "application/json"
    static let tableMedia = "application/json;as=Table;v=v1;g=meta.k8s.io"
    /// The longest answer that is read.
    private static let maximumBytes = 256 << 20

    /// Sends a request and reads the answer as JSON.
    func json(
        _ method: HTTPMethod,
        _ path: ResourcePath,
        body: JSONValue? = nil,
        contentType: String = Self.jsonMedia,
        accept: String = Self.jsonMedia
    ) async throws(KubernetesError) -> JSONValue {
        var request = self.request(method, path, accept: accept)
        if let body {
            request.body = body.bytes
            request.headers["Content-Type"] = contentType
        }
        let signed = try await self.credentials.sign(request)
        var response = try await self.send(signed)
        // A 401 means that nothing was done, so with newer credentials it can be asked again.
        if response.status == 401, self.credentials.canRenew {
            self.credentials.renew(after: signed)
            response = try await self.send(try await self.credentials.sign(request))
        }
        for warning in response.headers.values(of: "Warning") { self.onWarning(warning.warningText) }
        guard response.isSuccess else { throw self.failure(response.status, response.headers, response.body) }
        do throws(JSONError) {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .unexpectedAnswer("\(self.cluster.server)\(path.text): the answer is not JSON: \(error)")
        }
    }

    /// Sends a request whose answer has no end.
    ///
    /// - Parameters:
    ///   - path: What to follow.
    ///   - accept: In which media type.
    ///   - silence: After how long without a byte the server is taken for gone.
    /// - Returns: The answer, which has begun with 200.
    /// - Throws: The server's or the connection's error.
    func stream(
        _ path: ResourcePath,
        accept: String,
        silence: Duration = .seconds(600)
    ) async throws(KubernetesError) -> HTTPStream {
        var request = self.request(.get, path, accept: accept)
        request.timeouts = .stream(idle: silence)
        let signed = try await self.credentials.sign(request)
        var stream = try await self.open(signed)
        if stream.status == 401, self.credentials.canRenew {
            stream.cancel()
            self.credentials.renew(after: signed)
            stream = try await self.open(try await self.credentials.sign(request))
        }
        if stream.status == 200 { return stream }
        let body: [UInt8]
        do throws(HTTPError) {
            body = try await stream.rest(limit: 1 << 20)
        } catch {
            throw .connection(error, self.cluster.address)
        }
        throw self.failure(stream.status, stream.headers, body)
    }

    /// The object in an answer, if it is of the kind that was asked for.
    func object(_ kind: ResourceKind, _ json: JSONValue) throws(KubernetesError) -> Object {
        let object = Object(json)
        guard object.kind == kind.kind else {
            let what = object.kind.isEmpty ? "something without a kind" : "a \(object.kind)"
            throw .unexpectedAnswer("\(self.cluster.server): expected a \(kind.kind), got \(what)")
        }
        return object
    }

    private func send(_ signed: CredentialSource.Signed) async throws(KubernetesError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await self.http.send(signed.request)
        } catch {
            throw .connection(error, self.cluster.address)
        }
    }

    private func open(_ signed: CredentialSource.Signed) async throws(KubernetesError) -> HTTPStream {
        do throws(HTTPError) {
            return try await self.http.stream(signed.request)
        } catch {
            throw .connection(error, self.cluster.address)
        }
    }

    private func request(_ method: HTTPMethod, _ path: ResourcePath, accept: String) -> HTTPRequest {
        HTTPRequest(
            method,
            self.cluster.server + path.text,
            headers: ["Accept": accept],
            timeouts: HTTPTimeouts(total: .seconds(60)),
            maxResponseBytes: Self.maximumBytes,
            tls: self.cluster.tls,
            proxy: self.cluster.proxy
        )
    }

    private func failure(_ code: Int, _ headers: HTTPHeaders, _ body: [UInt8]) -> KubernetesError {
        let json = try? JSONValue(parsing: body)
        let wait = headers.retryAfter?.wait(now: Int(SystemWallClock().now().seconds)).components.seconds
        guard json?["kind"]?.string == "Status" else {
            let text = String(decoding: body.prefix(200), as: UTF8.self)
            return code == 401 || code == 403 || code == 404 || code == 410 || code == 429 || code >= 500
                ? .status(APIStatus(nil, code: code).retrying(afterSeconds: wait))
                : .unexpectedAnswer("\(self.cluster.server): answered \(code), not as an API server does: \(text)")
        }
        return .status(APIStatus(json, code: code).retrying(afterSeconds: wait))
    }
}

extension APIStatus {
    /// The status with the wait that the answer's head asks for, unless it states one itself.
    fileprivate func retrying(afterSeconds wait: Int64?) -> APIStatus {
        guard self.retryAfterSeconds == nil, let wait, let seconds = Int(exactly: wait) else { return self }
        return APIStatus(
            self.reason,
            self.message,
            name: self.name,
            kind: self.kind,
            group: self.group,
            causes: self.causes,
            retryAfterSeconds: seconds
        )
    }
}

extension ResourcePath {
    func with(_ selectors: Selectors) -> ResourcePath {
        self.with("labelSelector", selectors.labels).with("fieldSelector", selectors.fields)
    }

    func with(_ options: WriteOptions) -> ResourcePath {
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
