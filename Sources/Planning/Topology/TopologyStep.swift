import JSON
import KubernetesModel

/// One write that brings what belongs to a topology nearer to what the topology asks for.
package enum TopologyStep: Sendable, Hashable {
    /// The topology gets our finalizer, before anything belongs to it.
    case addFinalizer
    /// A side is made.
    case create(TopologySide)
    /// Fields of a live object's spec are set, or with `null` taken away; the others stay.
    case update(ObjectKey, uid: String, fields: JSONObject)
    /// A live object is to be looked at now, as somebody has asked of the topology in these words.
    case ask(ObjectKey, uid: String, request: String)
    /// A live object is deleted.
    case delete(ObjectKey, uid: String)
    /// The topology may go.
    case removeFinalizer
}
