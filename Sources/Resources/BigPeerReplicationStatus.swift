import JSON
import KubernetesModel

/// How far one side of a replication is.
package struct BigPeerReplicationStatus: Sendable, Hashable {
    /// The generation of the spec that this speaks of.
    package var observedGeneration: Int64 = 0
    /// What holds and what does not.
    package var conditions: [Condition] = []
    /// The object at the Big Peer that this resource looks after.
    package var remote: RemoteEntry?
    /// The addresses as resolved and sent.
    package var connections: [String] = []
    /// RFC 3339; when the Big Peer was last seen to hold what the spec says.
    package var lastSyncTime: String?
    /// The value of the annotation that asked for the last reconciliation.
    package var lastHandledReconcileAt: String?
    /// The links that carry the data, as far as they are measured.
    package var sessions: [ReplicationSession] = []

    /// Creates the status of a replication that was never looked at.
    package init() {}

    /// Reads a status; what is missing or makes no sense is left out.
    package init(_ json: JSONValue?) {
        self.observedGeneration = json?["observedGeneration"]?.integer ?? 0
        self.conditions = (json?["conditions"]?.array ?? []).compactMap { Condition($0) }
        self.remote = RemoteEntry(json?["remote"])
        self.connections = (json?["connections"]?.array ?? []).compactMap(\.text)
        self.lastSyncTime = json?["lastSyncTime"]?.text
        self.lastHandledReconcileAt = json?["lastHandledReconcileAt"]?.text
        self.sessions = (json?["replication"]?["sessions"]?.array ?? []).map(ReplicationSession.init)
    }

    /// The status as JSON, without what is empty.
    package var json: JSONValue {
        var object = JSONObject()
        object["observedGeneration"] = .integer(self.observedGeneration)
        object.set("conditions", self.conditions.map(\.json))
        object["remote"] = self.remote?.json
        object.set("connections", self.connections.map(JSONValue.string))
        object.set("lastSyncTime", self.lastSyncTime)
        object.set("lastHandledReconcileAt", self.lastHandledReconcileAt)
        if !self.sessions.isEmpty { object["replication"] = ["sessions": .array(self.sessions.map(\.json))] }
        return .object(object)
    }
}
