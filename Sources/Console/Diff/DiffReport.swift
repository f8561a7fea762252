import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources

/// Everything that applying manifests would change: objects on the server, what would be pruned, and the requests that
/// Big Peers would be sent.
package struct DiffReport: Sendable {
    /// The objects, in the order in which they would be applied.
    package var objects: [ObjectDiff] = []
    /// What the controller would send, as far as it was asked for.
    package var plans: [PlanText] = []
    /// What would be pruned and what held back, if that was asked for.
    package var prune: PrunePlan?

    /// Creates an empty report.
    package init() {}

    /// Whether anything would change.
    package var hasDifferences: Bool {
        self.objects.contains { $0.verb != .unchanged } || self.plans.contains(where: \.hasSteps)
            || self.prune?.doomed.isEmpty == false || self.prune?.held.isEmpty == false
    }

    /// What apply would refuse, an object and a sentence each.
    package var refusals: [(kind: ResourceKind, key: ObjectKey, sentence: String)] {
        self.objects.compactMap { diff in diff.refusal.map { (diff.kind, diff.key, $0) } }
    }

    /// Why nobody can tell yet what Big Peers would be sent, a line each, but for those that could not be asked.
    package var obstacles: [String] { self.plans.filter { !$0.isUnasked }.compactMap(\.obstacle) }

    /// Which Big Peers could not be asked and why, a sentence each, and then what that leaves.
    package var unasked: [String] {
        let plans = self.plans.filter(\.isUnasked)
        guard !plans.isEmpty else { return [] }
        var groups: [(peer: ObjectKey?, plans: [PlanText])] = []
        for plan in plans {
            if let peer = plan.bigPeer, let index = groups.firstIndex(where: { $0.peer == peer }) {
                groups[index].plans.append(plan)
            } else {
                groups.append((plan.bigPeer, [plan]))
            }
        }
        let rest = self.hasDifferences ? "the other differences are shown" : "nothing else differs"
        return groups.map { Self.sentence($0.peer, $0.plans) } + [rest]
    }

    private static func sentence(_ peer: ObjectKey?, _ plans: [PlanText]) -> String {
        let who = peer.map { "BigPeer \"\($0)\"" } ?? "a Big Peer"
        let why = plans[0].cause.map { "\($0.reason.rawValue): \($0.message.oneLine)" } ?? ""
        let names = plans.prefix(Self.shownNames).map(\.name).joined(separator: ", ")
        let more = plans.count > Self.shownNames ? " and \(plans.count - Self.shownNames) more" : ""
        return "\(who) could not be asked, so nobody can tell what it would be sent for \(names)\(more): \(why)"
    }

    private static let shownNames = 8

    /// The exit code: 0 no differences, 1 differences, 2 what apply would refuse, or what nobody can tell.
    package var verdict: Verdict {
        if !self.refusals.isEmpty || self.plans.contains(where: \.isUnasked) { return .couldNotTell }
        // Differences are an answer; without any, an obstacle means that nobody can tell.
        if self.hasDifferences { return .no }
        return self.obstacles.isEmpty ? .done : .couldNotTell
    }
}

extension DiffReport {
    /// The report for programs, as `manifests/schemas/diff.json` says.
    ///
    /// Fields may be added; those that are there keep their names and meanings.
    package var json: JSONValue {
        func count(_ verb: Applier.Verb) -> JSONValue {
            .integer(Int64(self.objects.count { $0.verb == verb && $0.refusal == nil }))
        }
        return [
            "version": 1,
            "hasDifferences": .bool(self.hasDifferences),
            "summary": [
                "create": count(.created), "update": count(.configured), "unchanged": count(.unchanged),
                "refused": .integer(Int64(self.refusals.count)),
                "prune": .integer(Int64(self.prune?.doomed.count ?? 0)),
                "heldBack": .integer(Int64(self.prune?.held.count ?? 0)),
                "requests": .integer(Int64(self.plans.reduce(0) { $0 + $1.plan.steps.count })),
            ],
            "objects": .array(
                self.objects.map(\.json) + (self.prune?.doomed ?? []).map { $0.entry.json("prune") }
                    + (self.prune?.held ?? []).map { $0.json("heldBack", self.prune?.reason?.description) }
            ),
            "requests": .array(self.plans.flatMap(\.requests)),
            "unknown": .array(self.plans.compactMap(\.unknown)),
        ]
    }
}

extension ObjectDiff {
    fileprivate var json: JSONValue {
        let action =
            if self.refusal != nil {
                "refuse"
            } else {
                switch self.verb {
                case .created: "create"
                case .configured: "update"
                case .unchanged: "none"
                }
            }
        return [
            "group": .string(self.kind.group),
            "kind": .string(self.kind.kind),
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "action": .string(action),
            "message": self.refusal.map(JSONValue.string) ?? .null,
            "changes": .array(self.changes.map(\.json)),
        ]
    }
}

extension Inventory.Entry {
    fileprivate func json(_ action: String, _ message: String? = nil) -> JSONValue {
        [
            "group": .string(self.group),
            "kind": .string(self.kind),
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "action": .string(action),
            "message": message.map(JSONValue.string) ?? .null,
            "changes": [],
        ]
    }
}

extension PlanText {
    private var head: JSONObject {
        [
            "kind": .string(self.kind.kind), "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
        ]
    }

    fileprivate var requests: [JSONValue] {
        self.plan.steps.map { step in
            var object = self.head
            object["method"] = .string(step.request.method)
            object["path"] = .string(step.request.path)
            object["differences"] = .array(step.differences.map(JSONValue.string))
            return .object(object)
        }
    }

    fileprivate var unknown: JSONValue? {
        guard let (reason, message) = self.cause else { return nil }
        var object = self.head
        object["reason"] = .string(reason.rawValue)
        object["message"] = .string(message)
        return .object(object)
    }
}
