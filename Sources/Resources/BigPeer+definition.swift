import JSON
import KubernetesModel

extension BigPeer {
    /// The kind: names, fields, table, rules.
    package static let definition = KindDefinition(
        kind: .bigPeer,
        description: "A Big Peer: one that runs somewhere and is spoken to over its REST API (endpoint), or one that "
            + "Peerage runs itself (embedded).",
        spec: spec,
        status: status,
        printerColumns: [
            .condition("Ready", "Whether the Big Peer can be worked with."),
            PrinterColumn(
                "Status",
                .condition(type: "Ready", field: "message"),
                "Why it is ready, or why not."
            ),
            PrinterColumn("URL", .field(["status", "endpoints", "api"]), priority: 1, "Where its REST API is."),
            .age,
        ],
        rules: BigPeerRules.problems
    )

    private static let spec = Schema.object(
        "Exactly one of endpoint and embedded.",
        rules: [
            Schema.Rule("has(self.endpoint) != has(self.embedded)", "exactly one of endpoint and embedded is expected"),
            Schema.Rule(
                "has(self.endpoint) == has(oldSelf.endpoint)",
                "an endpoint cannot become embedded, nor the other way round"
            ),
        ],
        [
            .optional("endpoint", endpoint),
            .optional("embedded", embedded),
            .optional(
                "replicationAddress",
                .string(
                    "How other replications' connectTo makes the address of a replication of this Big Peer. Of an embedded "
                        + "one it is used, if it is not the default, when replication listens on all addresses.",
                    SchemaPattern(ReplicationAddressTemplate.self),
                    length: 3...512
                ),
                default: .string(ReplicationAddressTemplate.standard.description)
            ),
            .optional(
                "suspend",
                .boolean(
                    "Whether nothing should be done for now, neither with the peer nor with what is on it; what is "
                        + "deleted there waits."
                ),
                default: false
            ),
        ]
    )

    private static let status = Schema.object(
        "What was found.",
        .statusHead + [
            .optional(
                "endpoints",
                .object(
                    "Where the peer can be reached.",
                    [
                        .optional("api", .text("The base URL of the REST API.")),
                        .optional("replication", .text("host:port of the replication listener.")),
                        .optional("data", .text("The base URL of the HTTP data API.")),
                        .optional("dcp", .text("host:port of the DCP listener.")),
                        .optional("bus", .text("host:port of the bus.")),
                    ]
                )
            ),
            .optional(
                "names",
                .object(
                    "What an endpoint is called in the paths of its REST API, as it answered first.",
                    [
                        .optional("namespace", .text("The namespace segment.")),
                        .optional("bigPeerName", .text("The bigPeer segment.")),
                    ]
                )
            ),
            .optional(
                "apps",
                .list(
                    "The apps that the peer holds, as it told last.",
                    of: .object(
                        "An app.",
                        [
                            .required("name", .string("The app's name.", length: 1...256)),
                            .optional("appId", .text("The app's id.")),
                        ]
                    ),
                    .map(keys: ["name"]),
                    maximumCount: 4096
                )
            ),
            .optional("peerKey", .text("The public key by which other peers know an embedded peer.")),
        ]
    )

    private static let endpoint = Schema.object(
        "A Big Peer that runs somewhere else.",
        rules: [
            Schema.Rule(
                "!has(self.auth) || !has(self.auth.tokenFile) || !has(self.auth.tokenSecretRef)",
                "at most one of auth.tokenSecretRef and auth.tokenFile is expected"
            )
        ],
        [
            .required("url", .url("The base URL of the REST API; its path is kept.")),
            .optional(
                "namespace",
                .string(
                    "The namespace segment of REST paths; left out, metadata.namespace.",
                    .dnsLabel,
                    length: 1...63
                ),
                .fixed
            ),
            .optional(
                "bigPeerName",
                .string("The bigPeer segment of REST paths; left out, metadata.name.", .dnsLabel, length: 1...63),
                .fixed
            ),
            .optional(
                "auth",
                .object(
                    "The bearer token that is sent.",
                    [
                        .optional(
                            "tokenSecretRef",
                            .secretKeyRef("The Secret that holds the token.", defaultKey: "token")
                        ),
                        .optional(
                            "tokenFile",
                            .string(
                                "A file that holds nothing but a token, read again when it changes. A controller in a "
                                    + "cluster reads only files below its --allow-token-files, and none without it; "
                                    + "nobody reads the tokens of service accounts.",
                                length: 1...4096
                            )
                        ),
                    ]
                )
            ),
            .optional(
                "tls",
                .object(
                    "How the server is trusted, and the controller by it.",
                    [
                        .optional(
                            "caSecretRef",
                            .secretKeyRef(
                                "Whose certificates are trusted, in place of the system's.",
                                defaultKey: "ca.crt"
                            )
                        ),
                        .optional(
                            "clientSecretRef",
                            .secretRef("The certificate to show: a Secret with the keys tls.crt and tls.key.")
                        ),
                        .optional(
                            "insecureSkipVerify",
                            .boolean("Whether the server's certificate is not looked at."),
                            default: false
                        ),
                    ]
                )
            ),
            .optional(
                "timeout",
                .duration("How long one request may take.", atLeast: .milliseconds(100), atMost: .seconds(600)),
                default: .string(BigPeerEndpoint.defaultTimeout.text)
            ),
            .optional(
                "rateLimit",
                .object(
                    "How hard the API may be asked, by all resources together.",
                    [
                        .optional(
                            "requestsPerSecond",
                            .integer("How many requests a second on average; 0 is no cap.", 0...100_000),
                            default: 50
                        ),
                        .optional("burst", .integer("How many at once after a quiet time.", 1...100_000), default: 100),
                        .optional(
                            "concurrency",
                            .integer("How many may be under way together.", 1...1000),
                            default: 16
                        ),
                    ]
                )
            ),
            .optional("dataURL", .url("The base URL of the peer's HTTP data API, when there is one.")),
        ]
    )
}
