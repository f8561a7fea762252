import KubernetesModel
import PeerModel
import Planning
import Resources

/// What the controller would send for one resource, in words.
package struct PlanText: Sendable {
    /// The kind.
    package let kind: ResourceKind
    /// The key.
    package let key: ObjectKey
    /// The BigPeer that the requests go to, if that is known.
    package let bigPeer: ObjectKey?
    private let label: String
    let plan: Plan

    /// Puts a plan into words.
    ///
    /// - Parameters:
    ///   - kind: The resource's kind.
    ///   - key: The resource.
    ///   - bigPeer: The BigPeer that the requests go to, if that is known.
    ///   - plan: The plan.
    package init(_ kind: ResourceKind, _ key: ObjectKey, at bigPeer: ObjectKey? = nil, _ plan: Plan) {
        self.bigPeer = bigPeer
        self.kind = kind
        self.key = key
        self.label = key.namespace.isEmpty ? kind.label(of: key.name) : "\(kind.label(of: key.name)) (\(key.namespace))"
        self.plan = plan
    }

    /// Whether the controller would change anything at the Big Peer.
    package var hasSteps: Bool { !self.plan.steps.isEmpty }

    /// Why nobody can tell what the controller would do; `nil` when that can be told.
    package var obstacle: String? {
        self.cause.map { "\(self.label): \($0.reason.rawValue): \($0.message.oneLine)" }
    }

    /// The resource, for a list of several.
    var name: String { self.label }

    /// Whether the obstacle is that the Big Peer could not be asked, which is an error: others are found out by asking.
    var isUnasked: Bool {
        switch self.cause?.reason {
        case .unreachable, .timedOut, .tlsFailed, .unauthorized, .forbidden, .rateLimited, .circuitOpen, .serverError,
            .invalidResponse, .secretNotFound, .secretInvalid, .secretUnreadable:
            true
        default: false
        }
    }

    /// The same, apart.
    var cause: (reason: Reason, message: String)? {
        switch self.plan.outcome.standing {
        case .waiting(let reason, let message), .stalled(let reason, let message): (reason, message)
        case .synced, .progressing, .observed, .suspended, .released: nil
        }
    }

    /// The requests, each with what it changes.
    package func lines(_ paint: Paint = .none) -> [String] {
        guard self.hasSteps else { return [] }
        var lines = [paint("requests for \(self.label)", .strong)]
        for step in self.plan.steps {
            lines.append("  \(step.request.method) \(step.request.path)")
            lines += step.differences.map { "    " + paint($0.oneLine, $0.hasPrefix("-") ? .bad : .good) }
        }
        return lines
    }
}
