import JSON
import KubernetesModel

extension BigPeerReplication {
    /// The kind: names, fields, table, rules.
    package static let definition = KindDefinition(
        kind: .bigPeerReplication,
        description: "One side of a replication between Big Peers: whom this side dials, and what it receives. The "
            + "other side is a BigPeerReplication of its own.",
        spec: spec,
        status: status,
        printerColumns: [
            .condition("Ready", "Whether the replication is there as asked for."),
            .condition("Synced", "Whether the Big Peer holds what the spec says."),
            .condition("Replicating", "Whether data flows; Unknown when nobody measures it."),
            PrinterColumn("BigPeer", .field(["spec", "bigPeerRef", "name"]), "The Big Peer on this side."),
            PrinterColumn("App", .field(["spec", "app"]), "The app that is replicated."),
            PrinterColumn(
                "Status",
                .condition(type: "Ready", field: "message"),
                priority: 1,
                "Why it is ready, or why not."
            ),
            .age,
        ],
        serverRules: [
            Schema.Rule(
                "!has(self.spec.connectTo) || !self.spec.connectTo.exists(other, "
                    + "other.replication == self.metadata.name && !has(other.bigPeerRef.__namespace__))",
                "spec.connectTo names this very replication"
            )
        ],
        rules: ReplicationRules.problems
    )

    private static let spec = Schema.object(
        "What this side dials and receives.",
        [
            .required("bigPeerRef", .bigPeerRef, .fixed),
            .required("app", .string("The app's name at that Big Peer.", .dnsLabel, length: 1...63), .fixed),
            .optional(
                "connections",
                .list(
                    "Addresses of other Big Peers' replication servers to dial. Only one side of a pair needs to dial.",
                    of: .hostPort("host:port of one server."),
                    .set,
                    maximumCount: 256
                )
            ),
            .optional(
                "connectTo",
                .list(
                    "Other BigPeerReplications to dial, by name; Peerage finds their addresses.",
                    of: .object(
                        "One replication to dial.",
                        [
                            .required("bigPeerRef", .bigPeerRef),
                            .required(
                                "replication",
                                .string("The BigPeerReplication's name.", .dnsLabel, length: 1...63)
                            ),
                        ]
                    ),
                    maximumCount: 256
                )
            ),
            .optional(
                "queriesByCollection",
                .queriesByCollection(
                    "What this side receives: for each collection, documents that match any of the queries. Empty "
                        + "receives nothing."
                )
            ),
            .optional(
                "onFilterLeave",
                .word("What embedded peers do with documents that no longer match.", FilterLeavePolicy.self),
                default: .string(FilterLeavePolicy.keep.rawValue)
            ),
        ] + .syncPolicy(defaultDeletion: .delete) + [.optional("probe", probe)]
    )

    private static let probe = Schema.object(
        "Measures whether data flows, with a document of its own; external Big Peers need a dataURL for it.",
        [
            .optional(
                "collection",
                .collectionName("The collection that the document is written to."),
                default: .string(BigPeerReplicationSpec.Probe.defaultCollection)
            ),
            .optional(
                "interval",
                .duration("How often.", atLeast: .seconds(1), atMost: .seconds(24 * 3600)),
                default: .string(BigPeerReplicationSpec.Probe.defaultInterval.text)
            ),
        ]
    )

    private static let status = Schema.object(
        "What was found.",
        .statusHead + [
            .optional("remote", .remoteEntry),
            .optional(
                "connections",
                .list("The addresses as resolved and sent.", of: .text("host:port."), maximumCount: 1024)
            ),
            .optional("lastSyncTime", .time("When the Big Peer was last seen to hold what the spec says.")),
            .optional(
                "replication",
                .object(
                    "The links that carry the data, as far as they are measured.",
                    [.optional("sessions", .list("Each link.", of: session, maximumCount: 1024))]
                )
            ),
        ]
    )

    private static let session = Schema.object(
        "One link.",
        [
            .optional("peer", .text("The other side.")),
            .optional("dialled", .boolean("Whether this side dialled.")),
            .optional("state", .word("How far the link is.", ReplicationSession.State.self)),
            .optional(
                "collections",
                .list(
                    "Each collection.",
                    of: .object(
                        "One collection.",
                        [
                            .optional("name", .text("The collection's name.")),
                            .optional("documents", .count("How many documents have come.")),
                            .optional("usn", .count("The position up to which changes have come.")),
                            .optional("remoteUSN", .count("The other side's newest position.")),
                            .optional("lagChanges", .count("How many changes are outstanding.")),
                            .optional("lagMilliseconds", .count("How old the newest change was when it came.")),
                        ]
                    ),
                    maximumCount: 1024
                )
            ),
        ]
    )
}
