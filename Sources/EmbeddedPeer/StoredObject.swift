import JSON
import NIOCore
import PeerModel

/// An app as the peer holds it: its body ready to be sent, and what decisions need beside it.
struct StoredApp: Sendable, Hashable {
    /// The UUID in lower case, unique at this peer.
    let id: String
    /// The app as the API shows it.
    let body: ByteBuffer

    /// Creates an app from what a client asks for.
    init(name: String, id: String, authProviders: JSONObject) {
        var object: JSONObject = ["name": .string(name), "appId": .string(id)]
        if !authProviders.isEmpty { object["authProviders"] = .object(authProviders) }
        self.init(id: id, body: ByteBuffer(bytes: JSONValue.object(object).bytes))
    }

    /// Creates an app from what was stored.
    init(id: String, body: ByteBuffer) {
        self.id = id
        self.body = body
    }
}

/// A replication as the peer holds it: its canonical body ready to be sent, and the app that it belongs to.
///
/// The body is the value: two replications are the same when their bytes are.
struct StoredReplication: Sendable, Hashable {
    /// The app's name.
    let app: String
    /// The replication as the API shows it.
    let body: ByteBuffer

    /// Creates a replication from what a client asks for.
    init(_ replication: PeerReplication, app: String) {
        self.init(app: app, body: ByteBuffer(bytes: replication.json.bytes))
    }

    /// Creates a replication from what was stored.
    init(app: String, body: ByteBuffer) {
        self.app = app
        self.body = body
    }

    /// The replication in the words of the model.
    var decoded: PeerReplication? {
        guard let json = try? JSONValue(parsing: Array(self.body.readableBytesView)) else { return nil }
        return PeerReplication(json)
    }
}
