import JSON
import KubernetesModel
import Resources

/// What the statuses of all resources with a remote half have in common.
package protocol RemoteStatus: Sendable, Hashable {
    /// The generation of the spec that this speaks of.
    var observedGeneration: Int64 { get set }
    /// What holds and what does not.
    var conditions: [Condition] { get set }
    /// The object at the Big Peer that the resource looks after.
    var remote: RemoteEntry? { get set }
    /// RFC 3339; when the Big Peer was last seen to hold what the spec says.
    var lastSyncTime: String? { get set }
    /// The value of the annotation that asked for the last reconciliation.
    var lastHandledReconcileAt: String? { get set }
    /// The status as it is stored.
    var json: JSONValue { get }
}

extension BigPeerAppStatus: RemoteStatus {}
extension BigPeerReplicationStatus: RemoteStatus {}
