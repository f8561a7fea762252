import JSON

/// One condition of a status, with the standard Kubernetes fields.
package struct Condition: Sendable, Hashable {
    /// The three truth values of a condition.
    package enum Status: String, Sendable, Hashable {
        /// It holds.
        case `true` = "True"
        /// It does not hold.
        case `false` = "False"
        /// Nobody could tell.
        case unknown = "Unknown"
    }

    /// What the condition is about: `Ready`.
    package var type: String
    /// Whether it holds.
    package var status: Status
    /// Why, as one CamelCase word of a closed vocabulary.
    package var reason: String
    /// Why, for a person.
    package var message: String
    /// The generation of the spec that was looked at.
    package var observedGeneration: Int64
    /// RFC 3339; when `status` last changed.
    package var lastTransitionTime: String

    /// Creates a condition.
    package init(
        type: String,
        status: Status,
        reason: String,
        message: String,
        observedGeneration: Int64,
        lastTransitionTime: String = ""
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
    }

    /// Reads a condition; `nil` when it has no type.
    package init?(_ json: JSONValue) {
        guard let type = json["type"]?.string else { return nil }
        self.init(
            type: type,
            status: json["status"]?.string.flatMap(Status.init(rawValue:)) ?? .unknown,
            reason: json["reason"]?.string ?? "",
            message: json["message"]?.string ?? "",
            observedGeneration: json["observedGeneration"]?.integer ?? 0,
            lastTransitionTime: json["lastTransitionTime"]?.string ?? ""
        )
    }

    /// The condition as JSON.
    package var json: JSONValue {
        [
            // In the order of the keys, which saves a sort.
            "lastTransitionTime": .string(self.lastTransitionTime),
            "message": .string(self.message),
            "observedGeneration": .integer(self.observedGeneration),
            "reason": .string(self.reason),
            "status": .string(self.status.rawValue),
            "type": .string(self.type),
        ]
    }
}

extension [Condition] {
    /// The condition of a type.
    package subscript(type: String) -> Condition? { self.first { $0.type == type } }

    /// Takes the transition times of conditions whose status did not change from an earlier list; the others get `now`.
    ///
    /// - Parameters:
    ///   - earlier: The conditions as they were.
    ///   - now: RFC 3339.
    /// - Returns: The same conditions with their times.
    package func timed(since earlier: [Condition], now: String) -> [Condition] {
        self.map { condition in
            var condition = condition
            let before = earlier[condition.type]
            condition.lastTransitionTime =
                before?.status == condition.status ? before?.lastTransitionTime ?? now : now
            return condition
        }
    }
}
