import Clocks
import JSON
import KubernetesModel

extension ServedKind {
    /// The kinds of the core group that are always served.
    static let core: [ServedKind] = [.namespace, .secret, .configMap, .event]

    private static let namespace = ServedKind(
        core: .namespace,
        columns: [
            .name,
            TableColumn("Status", "Whether the namespace is being deleted.") { object, _ in
                object.status?["phase"] ?? "Active"
            },
            .age,
        ]
    )

    private static let secret = ServedKind(
        core: .secret,
        columns: [
            .name,
            TableColumn("Type", "What the Secret is for.") { object, _ in object.content["type"] ?? "Opaque" },
            TableColumn("Data", type: "string", "How many keys it has.") { object, _ in
                .string("\(object.content["data"]?.object?.count ?? 0)")
            },
            .age,
        ],
        problems: SecretRules.problems,
        normalized: SecretRules.normalized
    )

    private static let configMap = ServedKind(
        core: .configMap,
        columns: [
            .name,
            TableColumn("Data", type: "string", "How many keys it has.") { object, _ in
                let texts = object.content["data"]?.object?.count ?? 0
                return .string("\(texts + (object.content["binaryData"]?.object?.count ?? 0))")
            },
            .age,
        ]
    )

    /// Source: `k8s.io/kubernetes/pkg/printers/internalversion`, `eventColumnDefinitions`.
    private static let event = ServedKind(
        core: .event,
        columns: [
            TableColumn("Last Seen", "When it was last seen.") { object, now in
                .string(now.humanAge(since: object.lastSeen))
            },
            TableColumn("Type", "Normal or Warning.") { object, _ in object.content["type"] ?? "" },
            TableColumn("Reason", "Why, in one word.") { object, _ in object.content["reason"] ?? "" },
            TableColumn("Object", "What it is about.") { object, _ in
                let subject = object.content["involvedObject"]
                return .string("\((subject?["kind"]?.string ?? "").lowercased())/\(subject?["name"]?.string ?? "")")
            },
            TableColumn("Source", "Who says so.", priority: 1) { object, _ in
                object.content["source"]?["component"] ?? object.content["reportingComponent"] ?? ""
            },
            TableColumn("Message", "What happened.") { object, _ in object.content["message"] ?? "" },
            TableColumn("Count", type: "integer", "How often it was seen.", priority: 1) { object, _ in
                object.content["count"] ?? object.content["series"]?["count"] ?? 1
            },
            TableColumn("Name", "The Event's name, which tells nothing.", priority: 1) { object, _ in
                .string(object.metadata.name)
            },
        ]
    )
}

extension Object {
    /// When an Event was last seen.
    fileprivate var lastSeen: String? {
        self.content["series"]?["lastObservedTime"]?.string ?? self.content["lastTimestamp"]?.string
            ?? self.content["eventTime"]?.string ?? self.metadata.creationTimestamp
    }
}
