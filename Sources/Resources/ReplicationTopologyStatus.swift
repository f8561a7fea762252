import JSON
import KubernetesModel

/// How far a topology is.
package struct ReplicationTopologyStatus: Sendable, Hashable {
    /// One pair of members that the shape links.
    package struct Pair: Sendable, Hashable {
        /// The member that dials.
        package var from: String
        /// The member that is dialled.
        package var to: String
        /// Whether both sides are as asked for.
        package var isReady: Bool
        /// Why, as one word.
        package var reason: String
        /// Why not, for a person; empty when it is ready.
        package var message: String
        /// The BigPeerReplications of the pair, the dialling one first.
        package var replications: [String]

        /// Creates an entry.
        package init(
            from: String,
            to: String,
            isReady: Bool,
            reason: String,
            message: String,
            replications: [String]
        ) {
            self.from = from
            self.to = to
            self.isReady = isReady
            self.reason = reason
            self.message = message
            self.replications = replications
        }
    }

    /// The generation of the spec that this speaks of.
    package var observedGeneration: Int64 = 0
    /// What holds and what does not.
    package var conditions: [Condition] = []
    /// The spec's app as it was before something was first made of it.
    package var app: String?
    /// How many members there are.
    package var memberCount = 0
    /// How many pairs the shape has.
    package var pairCount = 0
    /// How many of them are ready.
    package var readyPairCount = 0
    /// Each pair of the shape.
    package var pairs: [Pair] = []
    /// The BigPeerReplications of pairs that the shape no longer has, which are on their way out.
    package var leaving: [String] = []
    /// The value of the annotation that asked for the last reconciliation.
    package var lastHandledReconcileAt: String?

    /// Creates the status of a topology that was never looked at.
    package init() {}

    /// Reads a status; what is missing or makes no sense is left out.
    package init(_ json: JSONValue?) {
        self.observedGeneration = json?["observedGeneration"]?.integer ?? 0
        self.conditions = (json?["conditions"]?.array ?? []).compactMap { Condition($0) }
        self.app = json?["app"]?.text
        self.memberCount = Int(clamping: json?["memberCount"]?.integer ?? 0)
        self.pairCount = Int(clamping: json?["pairCount"]?.integer ?? 0)
        self.readyPairCount = Int(clamping: json?["readyPairCount"]?.integer ?? 0)
        self.pairs = (json?["pairs"]?.array ?? []).map(Pair.init)
        self.leaving = (json?["leaving"]?.array ?? []).compactMap(\.text)
        self.lastHandledReconcileAt = json?["lastHandledReconcileAt"]?.text
    }

    /// The status as JSON, without what is empty.
    package var json: JSONValue {
        var object = JSONObject()
        object["observedGeneration"] = .integer(self.observedGeneration)
        object.set("conditions", self.conditions.map(\.json))
        object.set("app", self.app)
        object["memberCount"] = .integer(Int64(self.memberCount))
        object["pairCount"] = .integer(Int64(self.pairCount))
        object["readyPairCount"] = .integer(Int64(self.readyPairCount))
        object.set("pairs", self.pairs.map(\.json))
        object.set("leaving", self.leaving.map(JSONValue.string))
        object.set("lastHandledReconcileAt", self.lastHandledReconcileAt)
        return .object(object)
    }
}

extension ReplicationTopologyStatus.Pair {
    fileprivate init(_ json: JSONValue) {
        self.init(
            from: json["from"]?.string ?? "",
            to: json["to"]?.string ?? "",
            isReady: json["ready"]?.bool ?? false,
            reason: json["reason"]?.string ?? "",
            message: json["message"]?.string ?? "",
            replications: (json["replications"]?.array ?? []).compactMap(\.text)
        )
    }

    fileprivate var json: JSONValue {
        var object = JSONObject(texts: ["from": self.from, "to": self.to])
        object["ready"] = .bool(self.isReady)
        object.set("reason", self.reason)
        object.set("message", self.message)
        object.set("replications", self.replications.map(JSONValue.string))
        return .object(object)
    }
}
