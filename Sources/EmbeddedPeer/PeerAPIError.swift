import JSON

/// Why the REST API does not do what was asked: the closed list.
///
/// The sentences of the first four are the API's own (`Operator Management API` 1.0.0); clients tell them apart by
/// these words. What that document leaves open is decided here: 409 for a name that is taken, 422 for JSON that is
/// not the object that was expected, 501 for operations that an embedded peer does not have.
enum PeerAPIError: Error, Hashable {
    /// The path names a Big Peer that is not this one.
    case bigPeerNotFound
    /// No app of that name.
    case appNotFound
    /// No replication of that name under any app.
    case replicationNotFound
    /// The replication is another app's.
    case appNameMismatch
    /// Another app has the id.
    case appIDNotUnique(holder: String)
    /// An app of that name is there.
    case appExists(name: String)
    /// A replication of that name is there, perhaps under another app.
    case replicationExists(name: String, app: String)
    /// An update that would give a field another value that keeps its value for life.
    case immutable(field: String, value: String)
    /// One connection twice.
    case connectionsNotUnique(String)
    /// The body is not JSON.
    case notJSON(JSONError)
    /// The body is JSON but not the object that was expected: where, and what is wrong there.
    case invalidField(path: String, problem: String)
    /// The body ended early or could not be read.
    case unreadableBody
    /// The body is longer than allowed.
    case bodyTooLarge(limit: Int)
    /// The token is missing or wrong.
    case unauthorized
    /// A web page in a browser asks a peer that has no token.
    case browserRefused
    /// Nothing is at this path.
    case noSuchPath
    /// Nothing of the data API is at this path.
    case noSuchDataPath
    /// The app's documents cannot be used now.
    case documentsUnavailable(String)
    /// The path has other methods.
    case methodNotAllowed(allowed: String)
    /// The operation exists in the API, but not here.
    case notOffered(PeerRoute.Unoffered)
    /// The change could not be made durable, and was not made.
    case notStored
}

extension PeerAPIError {
    /// The sentence in the body's `error`.
    var message: String {
        switch self {
        case .bigPeerNotFound: "big peer not found"
        case .appNotFound: "app not found"
        case .replicationNotFound: "big peer replication not found"
        case .appNameMismatch: "app in big peer replication label doesn't match uri parameter"
        case .appIDNotUnique(let holder): "app id is not unique: app \"\(holder)\" has it"
        case .appExists(let name): "app \"\(name)\" already exists"
        case .replicationExists(let name, let app):
            "big peer replication \"\(name)\" already exists under app \"\(app)\""
        case .immutable(let field, let value): "\(field) cannot be changed: it is \"\(value)\""
        case .connectionsNotUnique(let address): "connections: \"\(address)\" appears twice, expected a set"
        case .notJSON(let error): "the body is not JSON: \(error)"
        case .invalidField(let path, let problem): path.isEmpty ? "the body \(problem)" : "\(path) \(problem)"
        case .unreadableBody: "the body could not be read to its end"
        case .bodyTooLarge(let limit): "the body is longer than \(limit) bytes"
        case .unauthorized: "a valid bearer token is required"
        case .browserRefused:
            "this peer has no token and therefore refuses requests from web pages (header Origin): give it a token"
        case .noSuchPath:
            "no such path: expected /namespace/{namespace}/bigPeer/{name}/app or a path below it"
        case .noSuchDataPath: "no such path: expected POST /{appId}/api/v4/store/execute"
        case .documentsUnavailable(let reason): "the app's documents cannot be used now: \(reason)"
        case .methodNotAllowed(let allowed): "method not allowed: this path has \(allowed)"
        case .notOffered(let operation): operation.sentence
        case .notStored: "the change could not be stored and was not made: see the peer's log"
        }
    }

    /// The body: `{"error": "…"}`.
    var body: [UInt8] {
        (["error": .string(self.message)] as JSONValue).bytes
    }
}
