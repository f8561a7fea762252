import JSON
import KubernetesModel
import Resources

/// Objects as tests need them.
enum Samples {
    /// An object of one of our kinds, as if a controller had looked at it.
    static func object(
        _ kind: ResourceKind,
        _ name: String,
        spec: JSONValue = [:],
        generation: Int64 = 1,
        observed: Int64? = 1,
        conditions: [Condition] = []
    ) -> Object {
        var metadata = ObjectMeta(name: name, namespace: "fleet")
        metadata.generation = generation
        metadata.creationTimestamp = "2026-11-21T00:00:00Z"
        var object = Object(kind: kind, metadata: metadata)
        object.spec = spec
        var status: JSONValue = ["conditions": .array(conditions.map(\.json))]
        status["observedGeneration"] = observed.map(JSONValue.integer)
        object.status = status
        return object
    }

    /// A condition that speaks of generation 1 unless told otherwise.
    static func condition(
        _ type: ConditionType,
        _ status: Condition.Status,
        _ reason: Reason,
        _ message: String? = nil,
        generation: Int64 = 1
    ) -> Condition {
        var condition = Condition(type, status, reason, message, generation: generation)
        condition.lastTransitionTime = "2026-11-21T00:01:00Z"
        return condition
    }

    /// A Big Peer that is ready.
    static func readyPeer(_ name: String) -> Object {
        self.object(
            .bigPeer,
            name,
            spec: ["embedded": [:]],
            conditions: [self.condition(.ready, .true, .reachable), self.condition(.reachable, .true, .reachable)]
        )
    }

    /// A Big Peer that does not answer.
    static func unreachablePeer(_ name: String) -> Object {
        self.object(
            .bigPeer,
            name,
            spec: ["endpoint": ["url": "https://peer.example/api"]],
            conditions: [
                self.condition(.ready, .false, .unreachable, "connection refused"),
                self.condition(.reachable, .false, .unreachable, "connection refused"),
                self.condition(.reconciling, .true, .progressingWithRetry, "connection refused"),
            ]
        )
    }

    /// A replication on a Big Peer.
    static func replication(_ name: String, on peer: String, _ conditions: [Condition]) -> Object {
        self.object(
            .bigPeerReplication,
            name,
            spec: ["bigPeerRef": ["name": .string(peer)], "app": "cars"],
            conditions: conditions
        )
    }
}
