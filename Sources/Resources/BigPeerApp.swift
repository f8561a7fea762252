import JSON
import KubernetesModel

/// An app on a Big Peer, as a user describes it.
package struct BigPeerApp: Sendable, Hashable {
    /// Names, labels, generation.
    package var metadata: ObjectMeta
    /// What is asked for.
    package var spec: BigPeerAppSpec
    /// How far it is.
    package var status: BigPeerAppStatus
    /// Why the spec must not be acted on, as far as somebody has looked.
    package var specProblem: String?

    /// Reads an object of any shape; what is missing or makes no sense gets its default.
    ///
    /// Whether the object follows the rules is for `ValidatedResource` to say.
    package init(_ object: Object) {
        self.metadata = object.metadata
        self.spec = BigPeerAppSpec(object.spec, metadata: object.metadata)
        self.status = BigPeerAppStatus(object.status)
    }

    /// Namespace and name.
    package var key: ObjectKey { self.metadata.key }

    /// The key of the BigPeer that holds the app: what cannot change is as the status remembers it.
    package var bigPeerKey: ObjectKey {
        self.status.remote?.bigPeerKey ?? self.spec.bigPeer.key(from: self.metadata.namespace)
    }

    /// The app's name at that Big Peer, likewise.
    package var appName: String { self.status.remote?.app ?? self.spec.appName }
}

/// The desired state of an app.
package struct BigPeerAppSpec: Sendable, Hashable {
    /// The BigPeer that holds it.
    package var bigPeer: ObjectReference
    /// The app's name at the Big Peer.
    package var appName: String
    /// The app's id; without one, the app must exist already.
    package var appID: AppID?
    /// How the resource and the app are kept together.
    package var policy: SyncPolicy

    init(_ json: JSONValue?, metadata: ObjectMeta) {
        self.bigPeer = ObjectReference(json?["bigPeerRef"])
        self.appName = json?["appName"]?.text ?? metadata.name
        self.appID = json?["appId"]?.string.flatMap(AppID.init)
        // An app holds data: it goes only when somebody says so.
        self.policy = SyncPolicy(json, defaultDeletion: .orphan)
    }
}
