import JSON
import KubernetesModel

/// What `wait` waits for.
package enum WaitCondition: Sendable, Hashable {
    /// A condition of this type has this status, and speaks of the newest spec.
    case condition(type: String, status: String)
    /// The object is gone.
    case deletion
    /// The controller has answered a request to reconcile.
    case reconciled(at: String)

    /// How far an object is.
    package enum Progress: Sendable, Hashable {
        /// It is so.
        case met
        /// It is not so yet, because of this.
        case pending(String)
    }

    /// Reads `condition=Ready`, `condition=Ready=false` or `delete`.
    package init(_ text: String) throws(CommandFailure) {
        let parts = text.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where parts[0] == "delete": self = .deletion
        case 2 where parts[0] == "condition" && !parts[1].isEmpty:
            self = .condition(type: parts[1], status: "True")
        case 3 where parts[0] == "condition" && !parts[1].isEmpty && !parts[2].isEmpty:
            self = .condition(type: parts[1], status: parts[2])
        default:
            throw CommandFailure(
                .couldNotTell,
                "--for=\(text.oneLine) is not known: give condition=TYPE, condition=TYPE=STATUS or delete"
            )
        }
    }

    /// How far an object is; `nil` stands for one that is not there.
    ///
    /// A condition that speaks of an earlier spec does not count: otherwise the answer right after an apply would be
    /// that of the spec before it.
    package func progress(of object: Object?) -> Progress {
        switch (self, object) {
        case (.deletion, nil): return .met
        case (.deletion, let object?):
            return .pending(
                object.metadata.isBeingDeleted ? Health(of: object).message : "its deletion was not asked for"
            )
        case (_, nil): return .pending("it does not exist")
        case (.condition(let type, let status), let object?):
            return Self.progress(of: object, type: type, status: status)
        case (.reconciled(let moment), let object?):
            let handled = object.status?["lastHandledReconcileAt"]?.string
            return handled == moment
                ? .met
                : .pending(
                    "no controller has answered; is `peerage run`, or in a cluster `peerage controller`, running?"
                )
        }
    }

    private static func progress(of object: Object, type: String, status: String) -> Progress {
        let generation = object.metadata.generation
        if let observed = object.observedGeneration, observed < generation {
            return .pending("the controller has seen generation \(observed) of \(generation)")
        }
        let conditions = object.conditions
        guard let condition = conditions.first(where: { $0.type.lowercased() == type.lowercased() }) else {
            return .pending("it has no condition \(type) yet")
        }
        if condition.observedGeneration > 0, condition.observedGeneration < generation {
            return .pending("\(condition.type) speaks of generation \(condition.observedGeneration) of \(generation)")
        }
        guard condition.status.rawValue.lowercased() == status.lowercased() else {
            let cause = condition.message.isEmpty ? condition.reason : "\(condition.reason): \(condition.message)"
            return .pending("\(condition.type) is \(condition.status.rawValue), \(cause.oneLine)")
        }
        return .met
    }
}

extension WaitCondition {
    /// What is printed when it is so.
    package var metSentence: String {
        switch self {
        case .condition: "condition met"
        case .deletion: "deleted"
        case .reconciled: "reconciled"
        }
    }
}
