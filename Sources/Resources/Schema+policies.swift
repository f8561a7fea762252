import JSON
import KubernetesModel

extension [SchemaProperty] {
    /// The fields that say how a resource and its remote object are kept together.
    static func syncPolicy(defaultDeletion: DeletionPolicy) -> [SchemaProperty] {
        [
            .optional(
                "suspend",
                .boolean(
                    "Whether nothing should be checked or changed for now; a deletion is carried out all the same."
                ),
                default: false
            ),
            .optional(
                "deletionPolicy",
                .word("What becomes of the object at the Big Peer when this one is deleted.", DeletionPolicy.self),
                default: .string(defaultDeletion.rawValue)
            ),
            .optional(
                "adoptionPolicy",
                .word(
                    "What is done with an object that the Big Peer had before: AdoptIfEqual takes it if it already "
                        + "is as asked for, Adopt changes it, Fail leaves it alone.",
                    AdoptionPolicy.self
                ),
                default: .string(AdoptionPolicy.adoptIfEqual.rawValue)
            ),
            .optional(
                "managementPolicy",
                .word(
                    "How much may be done at the Big Peer: Observe only looks and tells the differences.",
                    ManagementPolicy.self
                ),
                default: .string(ManagementPolicy.full.rawValue)
            ),
            .optional(
                "driftInterval",
                .duration(
                    "How often the Big Peer is looked at when nothing changes here.",
                    atLeast: SyncPolicy.minimumDriftInterval,
                    atMost: .seconds(7 * 24 * 3600)
                ),
                default: .string(SyncPolicy.defaultDriftInterval.text)
            ),
        ]
    }

    /// The fields that every status starts with.
    static let statusHead: [SchemaProperty] = [
        .optional(
            "observedGeneration",
            .integer("The generation of the spec that this speaks of.", 0...Int64.max)
        ),
        .optional("conditions", .conditions),
        .optional(
            "lastHandledReconcileAt",
            .text("The value of the annotation peerage.dev/reconcile-requested-at that was acted on last.")
        ),
    ]
}

extension Schema {
    /// The ledger entry for an object at a Big Peer.
    static let remoteEntry = Schema.object(
        "The object at the Big Peer that this one looks after.",
        [
            .optional("bigPeerRef", .bigPeerRef),
            .optional("url", .text("The base URL of the REST API.")),
            .optional("namespace", .text("The namespace segment of its path.")),
            .optional("bigPeer", .text("The bigPeer segment of its path.")),
            .optional("app", .text("The app's name.")),
            .optional("name", .text("The replication's name.")),
            .optional("createdByUs", .boolean("Whether Peerage created it, or asked for its creation.")),
            .optional(
                "creationDigest",
                .text("While the answer to its creation is not known: what was sent, as a digest.")
            ),
            .optional("creationOpenUntil", .time("Until when that creation may still take effect.")),
            .optional("createdAt", .time("When the Big Peer said that it created it.")),
        ]
    )
}
