import HTTP
import JSON
import PeerModel

extension PeerResponse {
    /// Reads an answer as what it says about the request.
    ///
    /// Success is any 2xx: the API answers 200 to a creation and to a deletion, the latter with `null`. Declared errors
    /// carry a body without a schema, so all known forms are read: `{error}`, `{title}`, text, nothing
    /// (`spec/big-peer-api.md` §1.3). An answer that is not the API's is a failure and never means "absent".
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - request: What was asked.
    ///   - isAnonymous: Whether it was asked without credentials.
    ///   - now: Seconds since 1970, to read a `Retry-After` date by.
    package init(_ response: HTTPResponse, to request: PeerRequest, isAnonymous: Bool = false, now: Int) {
        let body = ErrorBody(response)
        switch response.status {
        case 200...299: self.init(success: response, to: request)
        case 400 where body.names("AppNameMismatch", "app in big peer replication label"): self = .takenByOtherApp
        case 400 where body.wantsTLS:
            self = .failed(
                PeerFailure(.invalidResponse, "400 from a port that speaks TLS: begin spec.endpoint.url with https://")
            )
        case 400, 409, 422:
            self =
                request.isCreation && (response.status == 409 || body.says("already exist", "duplicate"))
                    && !body.names("AppIdNotUnique", "app id")
                ? .alreadyExists(body.message) : .refused(code: response.status, message: body.message)
        case 401 where isAnonymous:
            self = .failed(
                PeerFailure(
                    .unauthorized,
                    "the Big Peer asks for credentials (401) and was given none: set spec.endpoint.auth"
                )
            )
        case 401:
            self = .failed(PeerFailure(.unauthorized, "the Big Peer refused the credentials (401): \(body.message)"))
        case 403:
            self = .failed(PeerFailure(.forbidden, "the Big Peer does not allow this (403): \(body.message)"))
        case 404 where body.isForeign:
            self = .failed(
                PeerFailure(.invalidResponse, "404 with a web page in place of JSON: check spec.endpoint.url")
            )
        case 404: self = .absent(request.isAboutApp && body.absentPart == .app ? .object : body.absentPart)
        case 408, 425:
            self = .failed(
                PeerFailure(
                    .timedOut,
                    "the Big Peer answered \(response.status): \(body.message)",
                    mayHaveBeenApplied: request.isWrite
                )
            )
        case 429:
            self = .failed(
                PeerFailure(
                    .rateLimited,
                    "the Big Peer asks for fewer requests (429)",
                    retryAfter: response.headers.retryAfter?.wait(now: now)
                )
            )
        case 500...599:
            self = .failed(
                PeerFailure(
                    .serverError,
                    "the Big Peer answered \(response.status): \(body.message)",
                    retryAfter: response.headers.retryAfter?.wait(now: now),
                    mayHaveBeenApplied: request.isWrite
                )
            )
        case 300...399:
            self = .failed(
                PeerFailure(
                    .invalidResponse,
                    "the Big Peer redirects (\(response.status)) to \(response.headers["Location"] ?? "nowhere"): "
                        + "set spec.endpoint.url to where the API is"
                )
            )
        default: self = .refused(code: response.status, message: body.message)
        }
    }

    private init(success response: HTTPResponse, to request: PeerRequest) {
        let json = try? JSONValue(parsing: response.body)
        switch request {
        case .listApps:
            let apps = json?["data"]?.array.map { $0.compactMap(PeerApp.init) }
            self = apps.map(PeerResponse.apps) ?? Self.unreadable(response)
        case .delete: self = .done
        case .create, .replace:
            // Carried out; what the peer says of the object is taken only when it can be read.
            let id = request.id
            if let json, let id, let object = PeerObject(json, of: id), object.name == id.name {
                self = .found(object)
            } else if let id, ErrorBody(response).isForeign {
                self = .failed(
                    PeerFailure(.invalidResponse, "\(id): a web page in place of JSON", mayHaveBeenApplied: true)
                )
            } else {
                self = .done
            }
        case .read(let id):
            guard let json, let object = PeerObject(json, of: id) else {
                self = Self.unreadable(response)
                return
            }
            self =
                object.name == id.name
                ? .found(object)
                : .failed(
                    PeerFailure(.invalidResponse, "asked for \"\(id.name)\", was given \"\(object.name)\"")
                )
        }
    }

    private static func unreadable(_ response: HTTPResponse) -> PeerResponse {
        .failed(
            PeerFailure(
                .invalidResponse,
                ErrorBody(response).isForeign
                    ? "200 with a web page in place of JSON: check spec.endpoint.url"
                    : "200 with a body that is not what the Big Peer REST API answers"
            )
        )
    }

    /// Reads the lack of an answer.
    ///
    /// - Parameters:
    ///   - error: Why there is none.
    ///   - request: What was asked.
    package init(_ error: HTTPError, to request: PeerRequest) {
        let cause: PeerFailure.Cause =
            switch error.kind {
            case .timedOut: .timedOut
            case .tls: .tls
            case .badResponse, .responseTooLarge: .invalidResponse
            case .badURL, .badHeader, .couldNotResolve, .couldNotConnect, .proxyRefused, .connectionLost, .cancelled,
                .shutDown, .other:
                .unreachable
            }
        self = .failed(
            PeerFailure(
                cause,
                error.steadyMessage,
                mayHaveBeenApplied: request.isWrite && error.mayHaveReachedServer
            )
        )
    }
}

extension HTTPError {
    /// The message without libcurl's own words, which hold times and ports that change from try to try.
    ///
    /// A status is written when its message changes, and a retry that fails in the same way must not change it.
    fileprivate var steadyMessage: String {
        if case .tls = self.kind { return self.message }
        let steady = HTTPError(self.kind, endpoint: self.endpoint, mayHaveReachedServer: self.mayHaveReachedServer)
        return steady.message + (self.mayHaveMetTLS ? " If that port speaks TLS, its URL begins with https://." : "")
    }

    /// Whether it is what becomes of plain HTTP at a port that speaks TLS: such servers break off without a word, or
    /// send an alert, which is no HTTP.
    private var mayHaveMetTLS: Bool {
        (self.kind == .connectionLost || self.kind == .badResponse) && self.endpoint.contains("http://")
    }
}

extension PeerRequest {
    fileprivate var isCreation: Bool {
        if case .create = self { true } else { false }
    }

    /// Whether the object that the request names is an app, so that "app not found" is about the object itself.
    fileprivate var isAboutApp: Bool {
        if case .app = self.id?.object, !self.isCreation { true } else { false }
    }

    fileprivate var id: RemoteID? {
        switch self {
        case .listApps: nil
        case .read(let id), .create(let id, _), .replace(let id, _), .delete(let id): id
        }
    }
}

extension PeerObject {
    /// Reads the object that an identity names; `nil` when the JSON is not one.
    fileprivate init?(_ json: JSONValue, of id: RemoteID) {
        switch id.object {
        case .app:
            guard let app = PeerApp(json) else { return nil }
            self = .app(app)
        case .replication:
            guard let replication = PeerReplication(json) else { return nil }
            self = .replication(replication)
        }
    }

    fileprivate var name: String {
        switch self {
        case .app(let app): app.name
        case .replication(let replication): replication.name
        }
    }
}
