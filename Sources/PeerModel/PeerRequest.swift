/// One call of a Big Peer's REST API.
package enum PeerRequest: Sendable, Hashable {
    /// `GET …/app`: all apps.
    case listApps(PeerIdentity)
    /// `GET` of one object.
    case read(RemoteID)
    /// `POST` of a new object.
    case create(RemoteID, PeerObject)
    /// `PUT` of all fields of an object.
    case replace(RemoteID, PeerObject)
    /// `DELETE` of one object.
    case delete(RemoteID)

    /// Whether the call changes anything at the peer.
    package var isWrite: Bool {
        switch self {
        case .listApps, .read: false
        case .create, .replace, .delete: true
        }
    }

    /// The HTTP method, which is also the bounded label of metrics.
    package var method: String {
        switch self {
        case .listApps, .read: "GET"
        case .create: "POST"
        case .replace: "PUT"
        case .delete: "DELETE"
        }
    }

    /// The path below the API's base URL, percent-encoded (RFC 3986 §3.3).
    package var path: String {
        switch self {
        case .listApps(let peer): "\(peer.path)/app"
        case .read(let id), .replace(let id, _), .delete(let id): id.path
        case .create(let id, _): id.collectionPath
        }
    }
}

extension PeerIdentity {
    fileprivate var path: String {
        "/namespace/\(self.namespace.pathSegment)/bigPeer/\(self.name.pathSegment)"
    }
}

extension RemoteID {
    fileprivate var collectionPath: String {
        switch self.object {
        case .app: "\(self.peer.path)/app"
        case .replication(let app, _): "\(self.peer.path)/app/\(app.pathSegment)/bigPeerReplication"
        }
    }

    fileprivate var path: String { "\(self.collectionPath)/\(self.name.pathSegment)" }
}

extension String {
    /// The text with everything but RFC 3986's unreserved characters percent-encoded.
    fileprivate var pathSegment: String {
        if self.utf8.allSatisfy(\.isUnreserved) { return self }
        var text = ""
        for byte in self.utf8 {
            if byte.isUnreserved {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
