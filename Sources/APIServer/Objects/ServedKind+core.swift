import Clocks
import JSON
import KubernetesModel

extension ServedKind {
    /// The kinds of Kubernetes itself that are always served.
    static let core: [ServedKind] = [.namespace, .secret, .configMap, .event, .service, .lease, .reportedEvent]

    private static let namespace = ServedKind(
        .namespace,
        columns: [
            .name,
            TableColumn("Status", "Whether the namespace is being deleted.") { object, _ in
                object.status?["phase"] ?? "Active"
            },
            .age,
        ],
        normalized: NamespaceRules.normalized
    )

    private static let secret = ServedKind(
        .secret,
        columns: [
            .name,
            TableColumn("Type", "What the Secret is for.") { object, _ in object.content["type"] ?? "Opaque" },
            TableColumn("Data", type: "string", "How many keys it has.") { object, _ in
                .string("\(object.content["data"]?.object?.count ?? 0)")
            },
            .age,
        ],
        normalized: SecretRules.normalized,
        told: SecretRules.blotted
    )

    private static let configMap = ServedKind(
        .configMap,
        columns: [
            .name,
            TableColumn("Data", type: "string", "How many keys it has.") { object, _ in
                let texts = object.content["data"]?.object?.count ?? 0
                return .string("\(texts + (object.content["binaryData"]?.object?.count ?? 0))")
            },
            .age,
        ]
    )

    private static let event = ServedKind(.event, columns: TableColumn.event)

    private static let reportedEvent = ServedKind(
        .reportedEvent,
        columns: TableColumn.event.map { $0.shown(as: ObjectView.events.taken) },
        view: .events
    )

    private static let lease = ServedKind(
        .lease,
        columns: [
            .name,
            TableColumn("Holder", "Who holds the Lease.") { object, _ in object.spec?["holderIdentity"] ?? "" },
            .age,
        ]
    )

    /// There are no Services here, and nobody can make one.
    ///
    /// `kubectl cluster-info` lists them, and `kubectl get all`
    /// needs one kind in that category; both then say what they say on a cluster without any.
    private static let service = ServedKind(
        KindDefinition(
            kind: ResourceKind(
                group: "",
                version: "v1",
                kind: "Service",
                plural: "services",
                shortNames: ["svc"],
                categories: ["all"]
            ),
            description: "A Service of a cluster: here there are none.",
            fields: []
        ),
        columns: [.name, .age],
        access: .readOnly
    )
}
