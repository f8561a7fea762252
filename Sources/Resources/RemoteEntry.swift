import JSON
import KubernetesModel

/// The ledger entry for an object at a Big Peer: what it is, and whether it is ours.
///
/// The REST API has no place for a mark of ownership, so this is written before the object is created.
package struct RemoteEntry: Sendable, Hashable {
    /// The BigPeer that leads there; `nil` in what an earlier version wrote.
    package var bigPeerKey: ObjectKey?
    /// The base URL of the REST API.
    package var url: String
    /// The `namespace` segment of its path.
    package var namespace: String
    /// The `bigPeer` segment of its path.
    package var bigPeer: String
    /// The app's name.
    package var app: String
    /// The replication's name; `nil` when the object is the app itself.
    package var name: String?
    /// Whether we created it, or asked for its creation.
    package var isCreatedByUs: Bool
    /// While the answer to its creation is not known: what was sent, as a digest.
    package var creationDigest: String?
    /// RFC 3339; until when that creation may still take effect, so that the object's absence is not believed.
    package var creationOpenUntil: String?
    /// RFC 3339; when the Big Peer said that it created it.
    package var createdAt: String?

    /// Creates an entry.
    package init(
        bigPeerKey: ObjectKey? = nil,
        url: String,
        namespace: String,
        bigPeer: String,
        app: String,
        name: String?,
        isCreatedByUs: Bool,
        creationDigest: String? = nil,
        creationOpenUntil: String? = nil,
        createdAt: String? = nil
    ) {
        self.bigPeerKey = bigPeerKey
        self.url = url
        self.namespace = namespace
        self.bigPeer = bigPeer
        self.app = app
        self.name = name
        self.isCreatedByUs = isCreatedByUs
        self.creationDigest = creationDigest
        self.creationOpenUntil = creationOpenUntil
        self.createdAt = createdAt
    }

    /// Reads an entry; `nil` when it names no app.
    package init?(_ json: JSONValue?) {
        guard let app = json?["app"]?.text else { return nil }
        let reference = ObjectReference(json?["bigPeerRef"])
        self.init(
            bigPeerKey: reference.name.isEmpty ? nil : reference.key(from: ""),
            url: json?["url"]?.string ?? "",
            namespace: json?["namespace"]?.string ?? "",
            bigPeer: json?["bigPeer"]?.string ?? "",
            app: app,
            name: json?["name"]?.text,
            isCreatedByUs: json?["createdByUs"]?.bool ?? false,
            creationDigest: json?["creationDigest"]?.text,
            creationOpenUntil: json?["creationOpenUntil"]?.text,
            createdAt: json?["createdAt"]?.text
        )
    }

    /// The entry as JSON.
    package var json: JSONValue {
        var object = JSONObject(texts: [
            "url": self.url, "namespace": self.namespace, "bigPeer": self.bigPeer, "app": self.app, "name": self.name,
            "creationDigest": self.creationDigest, "creationOpenUntil": self.creationOpenUntil,
            "createdAt": self.createdAt,
        ])
        object["bigPeerRef"] = self.bigPeerKey.map { ObjectReference(name: $0.name, namespace: $0.namespace).json }
        object["createdByUs"] = .bool(self.isCreatedByUs)
        return .object(object)
    }
}
