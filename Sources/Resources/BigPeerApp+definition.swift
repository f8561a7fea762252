import JSON
import KubernetesModel

extension BigPeerApp {
    /// The kind: names, fields, table, rules.
    package static let definition = KindDefinition(
        kind: .bigPeerApp,
        description: "An app on a Big Peer. Apps that replicate with each other have the same appId.",
        spec: spec,
        status: status,
        printerColumns: [
            .condition("Ready", "Whether the app is there as asked for."),
            .condition("Synced", priority: 1, "Whether the Big Peer holds what the spec says."),
            PrinterColumn("BigPeer", .field(["spec", "bigPeerRef", "name"]), "The Big Peer that holds the app."),
            PrinterColumn("App ID", .field(["status", "appId"]), "The app's id."),
            PrinterColumn(
                "Status",
                .condition(type: "Ready", field: "message"),
                priority: 1,
                "Why it is ready, or why not."
            ),
            .age,
        ],
        rules: { new, _ in PolicyRules.problems(in: new) }
    )

    private static let spec = Schema.object(
        "What the app is.",
        [
            .required("bigPeerRef", .bigPeerRef, .fixed),
            .optional(
                "appName",
                .string("The app's name at the Big Peer; left out, metadata.name.", .dnsLabel, length: 1...63),
                .fixed
            ),
            .optional(
                "appId",
                .string(
                    "The app's id; left out, the app must exist already.",
                    SchemaPattern(AppID.self),
                    length: 36...36,
                    format: "uuid"
                ),
                .fixedOnceSet
            ),
        ] + .syncPolicy(defaultDeletion: .orphan)
    )

    private static let status = Schema.object(
        "What was found.",
        .statusHead + [
            .optional("remote", .remoteEntry),
            .optional("appId", .text("The app's id, as the spec gave it when the Big Peer last held it.")),
            .optional("lastSyncTime", .time("When the Big Peer was last seen to hold what the spec says.")),
        ]
    )
}
