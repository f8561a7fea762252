import JSON

extension ResourceKind {
    /// `events.k8s.io/v1` Event: another view of the Events of the core group.
    package static let reportedEvent = ResourceKind(
        group: "events.k8s.io",
        version: "v1",
        kind: "Event",
        plural: "events",
        shortNames: ["ev"]
    )
}

extension KindDefinition {
    /// Core `v1` Event.
    package static let event = KindDefinition(
        kind: .event,
        description: "An Event: something that happened to an object. Events go away after a while.",
        metadata: .objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253),
        fields: common + [
            .required("involvedObject", .objectReference("What it happened to.")),
            .optional("message", .string("What happened, for a person.", length: 0...65_536)),
            .optional("source", .eventSource("Who says so.")),
            .optional("firstTimestamp", .time("When it was first seen.")),
            .optional("lastTimestamp", .time("When it was last seen.")),
            .optional("count", .integer("How often it was seen.", 0...Int64(Int32.max))),
            .optional("reportingComponent", .string("Which controller says so.", length: 0...256)),
        ],
        rules: { new, _ in namespaceProblems(in: new, subject: "involvedObject") }
    )

    /// `events.k8s.io/v1` Event.
    package static let reportedEvent = KindDefinition(
        kind: .reportedEvent,
        description: "An Event: something that happened to an object. Events go away after a while.",
        metadata: .objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253),
        fields: common + [
            .optional("regarding", .objectReference("What it happened to.")),
            .optional("note", .string("What happened, for a person.", length: 0...1024)),
            .optional("reportingController", .string("Which controller says so.", length: 0...256)),
            .optional("deprecatedSource", .eventSource("Who says so, in the words of the core group.")),
            .optional("deprecatedFirstTimestamp", .time("When it was first seen.")),
            .optional("deprecatedLastTimestamp", .time("When it was last seen.")),
            .optional("deprecatedCount", .integer("How often it was seen.", 0...Int64(Int32.max))),
        ],
        rules: { new, old in
            namespaceProblems(in: new, subject: "regarding") + (old == nil ? missingFields(of: new) : [])
        }
    )

    private static let common: [SchemaProperty] = [
        .optional("eventTime", .time("When it happened, to the microsecond.")),
        .optional(
            "series",
            .object(
                "How often it happened since.",
                [
                    .optional("count", .integer("How often.", 0...Int64(Int32.max))),
                    .optional("lastObservedTime", .time("When last.")),
                ]
            )
        ),
        .optional("action", .string("What was done about it.", length: 0...128)),
        .optional("reason", .string("Why, in one word.", length: 0...1024)),
        .optional("type", .string("Normal or Warning.", length: 0...128)),
        .optional("related", .objectReference("What else it is about.")),
        .optional("reportingInstance", .string("Which process says so.", length: 0...256)),
    ]

    /// Source: `k8s.io/kubernetes/pkg/apis/core/validation/events.go`: an Event lives beside what it is about.
    private static func namespaceProblems(in event: JSONValue, subject: String) -> [FieldProblem] {
        let about = event[subject]?["namespace"]?.string ?? ""
        let namespace = event["metadata"]?["namespace"]?.string ?? ""
        let isFine =
            about.isEmpty
            ? namespace.isEmpty || namespace == "default" || namespace == "kube-system" : about == namespace
        guard !isFine else { return [] }
        return [
            FieldProblem(
                .invalid,
                at: FieldPath([.key(subject), .key("namespace")]),
                about.isEmpty ? "is missing" : "is \"\(about)\"",
                expected: "the Event's own namespace, \"\(namespace)\""
            )
        ]
    }

    /// What a new Event of this group must say, as opposed to one of the core group.
    private static func missingFields(of event: JSONValue) -> [FieldProblem] {
        ["eventTime", "reportingController", "reportingInstance", "action", "reason", "type"]
            .filter { (event[$0]?.string ?? "").isEmpty }
            .map { FieldProblem(.required, at: FieldPath().key($0), "is missing") }
    }
}

extension Schema {
    fileprivate static func time(_ description: String) -> Schema {
        .string(description, length: 1...64, format: "date-time")
    }

    fileprivate static func eventSource(_ description: String) -> Schema {
        .object(
            description,
            [
                .optional("component", .string("Which program.", length: 0...256)),
                .optional("host", .string("On which host.", length: 0...256)),
            ]
        )
    }

    fileprivate static func objectReference(_ description: String) -> Schema {
        .object(
            description,
            ["apiVersion", "kind", "namespace", "name", "uid", "resourceVersion", "fieldPath"].map {
                .optional($0, .string("The object's \($0).", length: 0...1024))
            }
        )
    }
}
