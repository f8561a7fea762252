extension KindDefinition {
    /// `coordination.k8s.io/v1` Lease: who leads, and until when.
    package static let lease = KindDefinition(
        kind: .lease,
        description: "A Lease: who holds something, since when, and for how long.",
        metadata: .objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253),
        fields: [
            .optional(
                "spec",
                .object(
                    "Who holds the Lease.",
                    [
                        .optional("holderIdentity", .string("Who holds it.", length: 0...1024)),
                        .optional(
                            "leaseDurationSeconds",
                            .integer(
                                "How long others must wait after the last renewal that they saw.",
                                1...Int64(Int32.max)
                            )
                        ),
                        .optional(
                            "acquireTime",
                            .string("When the holder got it.", length: 1...64, format: "date-time")
                        ),
                        .optional(
                            "renewTime",
                            .string("When the holder last renewed it.", length: 1...64, format: "date-time")
                        ),
                        .optional(
                            "leaseTransitions",
                            .integer("How often it went from one holder to another.", 0...Int64(Int32.max))
                        ),
                        .optional("strategy", .string("How a coordinated election picks.", length: 0...256)),
                        .optional("preferredHolder", .string("Who should hold it.", length: 0...1024)),
                    ]
                )
            )
        ]
    )
}
