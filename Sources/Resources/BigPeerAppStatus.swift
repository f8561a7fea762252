import JSON
import KubernetesModel

/// How far an app is.
package struct BigPeerAppStatus: Sendable, Hashable {
    /// The generation of the spec that this speaks of.
    package var observedGeneration: Int64 = 0
    /// What holds and what does not.
    package var conditions: [Condition] = []
    /// The object at the Big Peer that this resource looks after.
    package var remote: RemoteEntry?
    /// The app's id, as the Big Peer told it last.
    package var appID: AppID?
    /// RFC 3339; when the Big Peer was last seen to hold what the spec says.
    package var lastSyncTime: String?
    /// The value of the annotation that asked for the last reconciliation.
    package var lastHandledReconcileAt: String?

    /// Creates the status of an app that was never looked at.
    package init() {}

    /// Reads a status; what is missing or makes no sense is left out.
    package init(_ json: JSONValue?) {
        self.observedGeneration = json?["observedGeneration"]?.integer ?? 0
        self.conditions = (json?["conditions"]?.array ?? []).compactMap { Condition($0) }
        self.remote = RemoteEntry(json?["remote"])
        self.appID = json?["appId"]?.string.flatMap(AppID.init)
        self.lastSyncTime = json?["lastSyncTime"]?.text
        self.lastHandledReconcileAt = json?["lastHandledReconcileAt"]?.text
    }

    /// The status as JSON, without what is empty.
    package var json: JSONValue {
        var object = JSONObject()
        object["observedGeneration"] = .integer(self.observedGeneration)
        object.set("conditions", self.conditions.map(\.json))
        object["remote"] = self.remote?.json
        object.set("appId", self.appID?.description)
        object.set("lastSyncTime", self.lastSyncTime)
        object.set("lastHandledReconcileAt", self.lastHandledReconcileAt)
        return .object(object)
    }
}
