import FieldOwnership
import JSON
import KubernetesModel

/// The shapes of the kinds that have no schema of ours, as Kubernetes has them.
///
/// Source: `k8s.io/api/core/v1/types.go` and `k8s.io/api/coordination/v1/types.go`, the markers `listType`, `listMapKey`
/// and `structType`.
extension FieldShape {
    /// The shape of whole objects of a kind; of a kind that is not known here, objects show it themselves.
    static func core(_ kind: ResourceKind) -> FieldShape {
        switch kind.kind {
        case "ConfigMap": .object(["data": .map(.whole), "binaryData": .map(.whole), "immutable": .whole])
        case "Secret":
            .object(["data": .map(.whole), "stringData": .map(.whole), "type": .whole, "immutable": .whole])
        case "Namespace":
            .object([
                "spec": .fields(["finalizers": .whole]),
                "status": .fields(["phase": .whole, "conditions": .list(keys: ["type"], .deduced)]),
            ])
        case "Event": .object(Self.eventMembers)
        case "Lease": .object(["spec": .fields([:])])
        default: .object([:])
        }
    }

    /// The members of Events of both groups.
    private static let eventMembers: [String: FieldShape] = [
        "involvedObject": .whole, "regarding": .whole, "related": .whole, "reason": .whole, "message": .whole,
        "note": .whole, "type": .whole, "action": .whole, "count": .whole, "deprecatedCount": .whole,
        "eventTime": .whole, "firstTimestamp": .whole, "lastTimestamp": .whole, "deprecatedFirstTimestamp": .whole,
        "deprecatedLastTimestamp": .whole, "reportingComponent": .whole, "reportingController": .whole,
        "reportingInstance": .whole, "source": .fields(["component": .whole, "host": .whole]),
        "deprecatedSource": .fields(["component": .whole, "host": .whole]),
        "series": .fields(["count": .whole, "lastObservedTime": .whole]),
    ]
}

extension ResourceKind {
    /// What objects of the kind hold before anybody has written anything: Go has no absent structs, and so a cluster
    /// does not tell who brought these members about.
    var blank: JSONValue {
        switch self.kind {
        case "Namespace" where self.group.isEmpty: ["spec": [:], "status": [:]]
        case "Event" where self.group.isEmpty: ["involvedObject": [:], "source": [:]]
        case "Lease": ["spec": [:]]
        default: [:]
        }
    }
}
