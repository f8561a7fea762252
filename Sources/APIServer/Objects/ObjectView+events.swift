import JSON
import KubernetesModel

extension ObjectView {
    /// The Events of the core group as `events.k8s.io/v1` tells them.
    ///
    /// Source: `k8s.io/kubernetes/pkg/apis/events/v1/conversion.go`.
    static let events = ObjectView(
        stored: .event,
        shown: { $0.renamed(.reportedEvent) { $0 } },
        taken: { object in object.renamed(.event) { ($0.1, $0.0) } }
    )

    /// The names in the core group and in `events.k8s.io`.
    fileprivate static let names: [(String, String)] = [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ]
}

extension Object {
    fileprivate func renamed(_ kind: ResourceKind, _ order: ((String, String)) -> (String, String)) -> Object {
        var object = self
        object.apiVersion = kind.apiVersion
        for (from, to) in ObjectView.names.map(order) {
            object.content[to] = object.content[from]
            object.content[from] = nil
        }
        return object
    }
}
