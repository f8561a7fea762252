import JSON
import KubernetesModel

extension ReplicationTopology {
    /// The kind: names, fields, table, rules.
    package static let definition = KindDefinition(
        kind: .replicationTopology,
        description: "Several Big Peers that replicate one app in a certain shape. It becomes two BigPeerReplications, "
            + "one for each side, for each pair of members that the shape links.",
        spec: spec,
        status: status,
        printerColumns: [
            .condition("Ready", "Whether all pairs are as asked for."),
            .condition("Synced", priority: 1, "Whether the Big Peers hold what the spec says."),
            PrinterColumn("Shape", .field(["spec", "shape"]), "Who is linked with whom."),
            PrinterColumn("App", .field(["spec", "app"]), "The app that is replicated."),
            PrinterColumn("Members", .field(["status", "memberCount"]), as: .integer, "How many members there are."),
            PrinterColumn("Pairs", .field(["status", "pairCount"]), as: .integer, "How many pairs the shape has."),
            PrinterColumn(
                "Ready Pairs",
                .field(["status", "readyPairCount"]),
                as: .integer,
                "How many of the pairs are ready."
            ),
            PrinterColumn(
                "Status",
                .condition(type: "Ready", field: "message"),
                priority: 1,
                "Why it is ready, or why not."
            ),
            .age,
        ],
        rules: TopologyRules.problems
    )

    private static let spec = Schema.object(
        "Who is linked with whom, and who receives what.",
        rules: [
            Schema.Rule("size(self.members) >= 2", "members must be at least two"),
            Schema.Rule(
                "(self.shape == 'Star') == has(self.hub)",
                "hub belongs to the shape Star, which must have one"
            ),
            Schema.Rule(
                "(self.shape == 'Pairs') == (has(self.pairs) && size(self.pairs) > 0)",
                "pairs belong to the shape Pairs, which must have some"
            ),
        ],
        [
            .required(
                "app",
                .string("The app's name at the Big Peers of members that name no other.", .dnsLabel, length: 1...63),
                .fixed
            ),
            .required("shape", .word("Who is linked with whom.", TopologyShape.self)),
            .optional(
                "hub",
                .string("Shape Star: the member that all others dial.", .dnsLabel, length: 1...63)
            ),
            .optional(
                "pairs",
                .list("Shape Pairs: the pairs of members.", of: pair, .map(keys: ["from", "to"]), maximumCount: 1024)
            ),
            .required(
                "members",
                .list(
                    "Who takes part; rings and chains follow the order of the list.",
                    of: member,
                    maximumCount: ReplicationTopologySpec.maximumMembers
                )
            ),
            .optional(
                "queriesByCollection",
                .queriesByCollection(
                    "What every member receives: for each collection, documents that match any of the queries."
                )
            ),
            .optional(
                "onFilterLeave",
                .word(
                    "What embedded members do with documents that no longer match their queries.",
                    FilterLeavePolicy.self
                ),
                default: .string(FilterLeavePolicy.keep.rawValue)
            ),
        ] + .syncPolicy(defaultDeletion: .delete)
    )

    private static let pair = Schema.object(
        "Two members.",
        [
            .required("from", .string("The member that dials.", .dnsLabel, length: 1...63)),
            .required("to", .string("The member that is dialled.", .dnsLabel, length: 1...63)),
        ]
    )

    private static let member = Schema.object(
        "One Big Peer that takes part.",
        [
            .required("bigPeerRef", .bigPeerRef),
            .optional(
                "name",
                .string(
                    "What hub and pairs call it; left out, the BigPeer's name.",
                    .dnsLabel,
                    length: 1...63
                )
            ),
            .optional(
                "app",
                .string("The app's name at this Big Peer; left out, spec.app.", .dnsLabel, length: 1...63)
            ),
            .optional(
                "queriesByCollection",
                .queriesByCollection(
                    "What this member receives of a collection, in place of what spec.queriesByCollection says of it; "
                        + "an empty list is nothing."
                )
            ),
            .optional(
                "onFilterLeave",
                .word(
                    "What this member does with documents that no longer match; left out, spec.onFilterLeave.",
                    FilterLeavePolicy.self
                )
            ),
        ]
    )

    private static let status = Schema.object(
        "What was found.",
        .statusHead + [
            .optional("app", .text("What spec.app was when something was first made of it.")),
            .optional("memberCount", .count("How many members there are.")),
            .optional("pairCount", .count("How many pairs the shape has.")),
            .optional("readyPairCount", .count("How many of them are ready.")),
            .optional("pairs", .list("Each pair of the shape.", of: pairStatus, maximumCount: 2016)),
            .optional(
                "leaving",
                .list(
                    "The BigPeerReplications of pairs that the shape no longer has, on their way out.",
                    of: .text("The name."),
                    maximumCount: 8192
                )
            ),
        ]
    )

    private static let pairStatus = Schema.object(
        "One pair.",
        [
            .optional("from", .text("The member that dials.")),
            .optional("to", .text("The member that is dialled.")),
            .optional("ready", .boolean("Whether both sides are as asked for.")),
            .optional("reason", .text("Why, as one word.")),
            .optional("message", .text("Why not.")),
            .optional(
                "replications",
                .list(
                    "The pair's BigPeerReplications, the dialling one first.",
                    of: .text("The name."),
                    maximumCount: 2
                )
            ),
        ]
    )
}
