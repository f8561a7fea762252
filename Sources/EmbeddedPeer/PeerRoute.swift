import PeerModel

/// What a request's path names.
enum PeerRoute: Hashable {
    /// `…/app`
    case apps
    /// `…/app/{app}`
    case app(String)
    /// `…/app/{app}/bigPeerReplication`
    case replications(app: String)
    /// `…/app/{app}/bigPeerReplication/{name}`
    case replication(app: String, name: String)
    /// A path of the API whose operations an embedded peer does not have.
    case unoffered(Unoffered)

    /// The parts of the API that an embedded peer leaves out.
    enum Unoffered: Hashable {
        /// `…/apiKey`
        case apiKeys
        /// `…/apiKey/{name}`
        case apiKey
        /// `…/dataBridge`
        case dataBridges
        /// `…/dataBridge/{name}`
        case dataBridge
        /// `…/provider`
        case providers
        /// `…/provider/{name}`
        case provider
    }

    /// Reads a path.
    ///
    /// Names are DNS labels, which percent-encoding leaves as they are; a name in another form is not found later.
    ///
    /// - Parameters:
    ///   - path: The path without its query.
    ///   - peer: Who is asked.
    /// - Throws: `bigPeerNotFound` for another peer's path, `noSuchPath` for everything else.
    init(path: String, peer: PeerIdentity) throws(PeerAPIError) {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count >= 6, segments[0].isEmpty, segments[1] == "namespace", segments[3] == "bigPeer",
            segments[5] == "app", !segments.dropFirst().contains("")
        else { throw .noSuchPath }
        guard segments[2] == peer.namespace, segments[4] == peer.name else { throw .bigPeerNotFound }
        switch segments.count {
        case 6: self = .apps
        case 7: self = .app(String(segments[6]))
        case 8: self = try Self.collection(segments[7], app: String(segments[6]))
        case 9: self = try Self.member(String(segments[8]), of: segments[7], app: String(segments[6]))
        default: throw .noSuchPath
        }
    }

    private static func collection(_ segment: Substring, app: String) throws(PeerAPIError) -> PeerRoute {
        switch segment {
        case "bigPeerReplication": .replications(app: app)
        case "apiKey": .unoffered(.apiKeys)
        case "dataBridge": .unoffered(.dataBridges)
        case "provider": .unoffered(.providers)
        default: throw .noSuchPath
        }
    }

    private static func member(_ name: String, of segment: Substring, app: String) throws(PeerAPIError) -> PeerRoute {
        switch segment {
        case "bigPeerReplication": .replication(app: app, name: name)
        case "apiKey": .unoffered(.apiKey)
        case "dataBridge": .unoffered(.dataBridge)
        case "provider": .unoffered(.provider)
        default: throw .noSuchPath
        }
    }

    /// The methods that the API gives the path, as an `Allow` header lists them (RFC 9110 §10.2.1).
    var allowedMethods: String {
        switch self {
        case .apps: "GET, HEAD, POST"
        case .app, .replication: "GET, HEAD, PUT, PATCH, DELETE"
        case .replications: "POST"
        case .unoffered(.apiKeys), .unoffered(.dataBridges): "GET, HEAD, POST"
        case .unoffered(.apiKey), .unoffered(.dataBridge): "GET, HEAD, DELETE"
        case .unoffered(.providers), .unoffered(.provider): "POST"
        }
    }
}

extension PeerRoute.Unoffered {
    /// What a client that asks for it is told.
    var sentence: String {
        switch self {
        case .apiKeys, .apiKey:
            "an embedded Big Peer has no API keys: its one bearer token is part of its configuration"
        case .dataBridges, .dataBridge:
            "an embedded Big Peer has no data bridges"
        case .providers, .provider:
            "an embedded Big Peer has no provider operations: PUT authProviders of the app"
        }
    }
}
