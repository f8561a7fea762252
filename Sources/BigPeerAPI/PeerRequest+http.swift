import HTTP
import JSON
import PeerModel

extension PeerRequest {
    /// The request as HTTP.
    ///
    /// - Parameters:
    ///   - baseURL: The API's base URL without a slash at its end; its path is kept.
    ///   - token: The bearer token, if the API asks for one.
    ///   - timeouts: How long the parts may take.
    ///   - tls: Whom to trust.
    /// - Returns: What to send.
    package func http(
        baseURL: String,
        token: BearerToken?,
        timeouts: HTTPTimeouts,
        tls: TLSOptions?
    ) -> HTTPRequest {
        let body = self.body
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if body != nil { headers.add("Content-Type", "application/json") }
        return HTTPRequest(
            self.httpMethod,
            baseURL + self.path,
            headers: headers,
            body: body?.bytes,
            bearerToken: token,
            timeouts: timeouts,
            maxResponseBytes: 8 << 20,
            tls: tls
        )
    }

    private var httpMethod: HTTPMethod {
        switch self {
        case .listApps, .read: .get
        case .create: .post
        case .replace: .put
        case .delete: .delete
        }
    }

    /// The JSON to send: all fields, always.
    private var body: JSONValue? {
        switch self {
        case .listApps, .read, .delete: nil
        case .create(_, .app(let app)): app.json
        case .create(_, .replication(let replication)): replication.json
        // An app's only changeable field is one that Peerage does not manage, so plans hold no such step.
        case .replace(_, .app(let app)): app.json
        case .replace(_, .replication(let replication)): replication.updateJSON
        }
    }
}
