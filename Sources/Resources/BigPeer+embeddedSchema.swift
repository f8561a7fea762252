import JSON
import KubernetesModel

extension BigPeer {
    /// The fields of a Big Peer that we run.
    static let embedded = Schema.object(
        "A Big Peer that Peerage runs.",
        rules: ListenRules.forServers,
        [
            .optional(
                "host",
                .string("The name of the process that runs it.", .dnsLabel, length: 1...63),
                default: .string(EmbeddedBigPeer.defaultHost)
            ),
            .optional(
                "storage",
                .object(
                    "Where its data is.",
                    [
                        .optional(
                            "ephemeral",
                            .boolean("Whether data is kept in memory only."),
                            default: false
                        ),
                        .optional(
                            "tombstoneRetention",
                            .duration(
                                "How long the marks of deleted documents are kept.",
                                atLeast: .seconds(60),
                                atMost: .seconds(366 * 24 * 3600)
                            ),
                            default: .string(EmbeddedBigPeer.Storage.defaultTombstoneRetention.text)
                        ),
                    ]
                )
            ),
            .optional(
                "listen",
                .object(
                    "Where it listens, as host:port. Port 0 is any free port, kept once chosen; empty text is off.",
                    rules: [Schema.Rule("!has(self.api) || self.api != ''", "api cannot be off")],
                    [
                        .optional("api", .listen("The REST API, which cannot be off."), default: "127.0.0.1:0"),
                        .optional("replication", .listen("Replication with other peers."), default: "127.0.0.1:0"),
                        .optional("data", .listen("The HTTP data API."), default: "127.0.0.1:0"),
                        .optional("dcp", .listen("DCP clients."), default: ""),
                        .optional("bus", .listen("The bus."), default: ""),
                    ]
                )
            ),
            .optional(
                "auth",
                .object(
                    "What REST and data clients must show.",
                    [
                        .optional(
                            "tokenSecretRef",
                            .secretKeyRef("The Secret that holds the token.", defaultKey: "token")
                        )
                    ]
                )
            ),
            .optional("replication", replication),
            .optional("dcp", dcp),
            .optional(
                "sources",
                .list("What the peer follows.", of: .object("A source.", [.required("dcp", source)]), maximumCount: 64)
            ),
        ]
    )

    private static let replication = Schema.object(
        "How the peer and others prove to each other who they are when they replicate.",
        [
            .optional(
                "tls",
                .object(
                    "Encryption of replication; peers that are dialled must then have it too.",
                    [
                        .required(
                            "certificateSecretRef",
                            .secretRef("The peer's certificate: a Secret with the keys tls.crt and tls.key.")
                        ),
                        .optional(
                            "caSecretRef",
                            .secretKeyRef(
                                "Who must have signed the certificates of other peers, those that dial in included.",
                                defaultKey: "ca.crt"
                            )
                        ),
                    ]
                )
            ),
            .optional(
                "credentials",
                .list(
                    "The apps' passwords, the same at every peer of an app. An app without one replicates within "
                        + "this machine alone.",
                    of: .object(
                        "An app's password.",
                        [
                            .required("app", .string("The app's name at the peer.", .dnsLabel, length: 1...63)),
                            .required(
                                "passwordSecretRef",
                                .secretKeyRef("The Secret that holds the password.", defaultKey: "password")
                            ),
                        ]
                    ),
                    .map(keys: ["app"]),
                    maximumCount: 256
                )
            ),
        ]
    )

    private static let dcp = Schema.object(
        "How changes are served to DCP clients.",
        [
            .optional(
                "vbuckets",
                .integer("Over how many vbuckets documents are spread.", 1...1024),
                default: .integer(Int64(DCPOptions.defaultVbuckets))
            ),
            .optional(
                "users",
                .list(
                    "Who may connect.",
                    of: .object(
                        "A user.",
                        [
                            .required("name", .string("The name to log in with.", length: 1...128)),
                            .required(
                                "passwordSecretRef",
                                .secretKeyRef("The Secret that holds the password.", defaultKey: "password")
                            ),
                        ]
                    ),
                    .map(keys: ["name"]),
                    maximumCount: 64
                )
            ),
        ]
    )

    private static let source = Schema.object(
        "A DCP producer to follow.",
        [
            .required("address", .hostPort("Where the producer listens.")),
            .required("bucket", .string("The bucket to follow.", length: 1...100)),
            .optional(
                "userSecretRef",
                .secretRef("The user to log in as: a Secret with the keys username and password.")
            ),
            .optional(
                "collections",
                .list(
                    "Which collections, as scope.collection; left out, all.",
                    of: .string("A collection.", length: 1...512),
                    .set,
                    maximumCount: 256
                )
            ),
            .optional(
                "into",
                .map(
                    "Into which collection of the peer each goes; the others keep their name.",
                    of: .collectionName("A collection of the peer."),
                    maximumCount: 256
                )
            ),
        ]
    )
}

extension Schema {
    /// An address to listen on; empty is off.
    fileprivate static func listen(_ description: String) -> Schema {
        .string(description, .listen, length: 0...HostPort.maximumLength)
    }
}

extension SchemaPattern {
    fileprivate static let listen = SchemaPattern(
        regex: "^$|\(ListenAddress.regex)",
        meaning: "\(ListenAddress.meaning), or empty text for off"
    ) { text in
        text.isEmpty ? nil : ListenAddress.problem(in: text)
    }
}
