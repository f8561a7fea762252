/// How the fields of a protobuf message become members of a JSON object.
struct ProtobufSchema: Sendable {
    /// What a field holds.
    indirect enum Form: Sendable {
        case string
        /// Becomes base64.
        case bytes
        case integer
        case boolean
        /// Seconds and nanoseconds, which become RFC 3339.
        case time(hasFraction: Bool)
        case message(ProtobufSchema)
        /// Entries with a string as key 1 and a value as key 2.
        case map(Form)
        case list(Form)
    }

    /// One field.
    struct Field: Sendable {
        let name: String
        let form: Form
    }

    /// The fields by their numbers.
    let fields: [UInt64: Field]

    private init(_ fields: KeyValuePairs<UInt64, (String, Form)>) {
        self.fields = Dictionary(fields.map { ($0.key, Field(name: $0.value.0, form: $0.value.1)) }) { first, _ in first
        }
    }

    /// The schema of a kind that Kubernetes brings; `nil` for kinds that have none here.
    static func named(_ kind: String, apiVersion: String) -> ProtobufSchema? {
        if apiVersion.hasPrefix("events.k8s.io/") { return kind == "Event" ? .reportedEvent : nil }
        return switch kind {
        case "Secret": .secret
        case "ConfigMap": .configMap
        case "Namespace": .namespace
        case "Event": .event
        case "Lease": .lease
        case "DeleteOptions": .deleteOptions
        case "SelfSubjectAccessReview": .accessReview
        case "SelfSubjectRulesReview": .rulesReview
        case "SelfSubjectReview": .userReview
        default: nil
        }
    }
}

/// Source: `k8s.io/api/core/v1/generated.proto`.
extension ProtobufSchema {
    private static let secret = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)), 2: ("data", .map(.bytes)), 3: ("type", .string),
        4: ("stringData", .map(.string)), 5: ("immutable", .boolean),
    ])
    private static let configMap = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)), 2: ("data", .map(.string)), 3: ("binaryData", .map(.bytes)),
        4: ("immutable", .boolean),
    ])
    private static let namespace = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)),
        2: ("spec", .message(ProtobufSchema([1: ("finalizers", .list(.string))]))),
        3: ("status", .message(ProtobufSchema([1: ("phase", .string)]))),
    ])
    private static let event = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)), 2: ("involvedObject", .message(.objectReference)),
        3: ("reason", .string), 4: ("message", .string),
        5: ("source", .message(ProtobufSchema([1: ("component", .string), 2: ("host", .string)]))),
        6: ("firstTimestamp", .time(hasFraction: false)), 7: ("lastTimestamp", .time(hasFraction: false)),
        8: ("count", .integer), 9: ("type", .string), 10: ("eventTime", .time(hasFraction: true)),
        11: ("series", .message(.series)),
        12: ("action", .string), 13: ("related", .message(.objectReference)), 14: ("reportingComponent", .string),
        15: ("reportingInstance", .string),
    ])
    private static let series = ProtobufSchema([
        1: ("count", .integer), 2: ("lastObservedTime", .time(hasFraction: true)),
    ])
    private static let objectReference = ProtobufSchema([
        1: ("kind", .string), 2: ("namespace", .string), 3: ("name", .string), 4: ("uid", .string),
        5: ("apiVersion", .string), 6: ("resourceVersion", .string), 7: ("fieldPath", .string),
    ])
}

/// Source: `generated.proto` of `k8s.io/api/events/v1`, `coordination/v1`, `authorization/v1` and `authentication/v1`.
extension ProtobufSchema {
    private static let reportedEvent = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)), 2: ("eventTime", .time(hasFraction: true)),
        3: ("series", .message(.series)), 4: ("reportingController", .string), 5: ("reportingInstance", .string),
        6: ("action", .string), 7: ("reason", .string), 8: ("regarding", .message(.objectReference)),
        9: ("related", .message(.objectReference)), 10: ("note", .string), 11: ("type", .string),
        12: ("deprecatedSource", .message(ProtobufSchema([1: ("component", .string), 2: ("host", .string)]))),
        13: ("deprecatedFirstTimestamp", .time(hasFraction: false)),
        14: ("deprecatedLastTimestamp", .time(hasFraction: false)), 15: ("deprecatedCount", .integer),
    ])
    private static let lease = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)),
        2: (
            "spec",
            .message(
                ProtobufSchema([
                    1: ("holderIdentity", .string), 2: ("leaseDurationSeconds", .integer),
                    3: ("acquireTime", .time(hasFraction: true)), 4: ("renewTime", .time(hasFraction: true)),
                    5: ("leaseTransitions", .integer), 6: ("strategy", .string), 7: ("preferredHolder", .string),
                ])
            )
        ),
    ])
    private static let accessReview = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)),
        2: (
            "spec",
            .message(
                ProtobufSchema([
                    1: ("resourceAttributes", .message(.resourceAttributes)),
                    2: (
                        "nonResourceAttributes",
                        .message(ProtobufSchema([1: ("path", .string), 2: ("verb", .string)]))
                    ),
                ])
            )
        ),
    ])
    private static let resourceAttributes = ProtobufSchema([
        1: ("namespace", .string), 2: ("verb", .string), 3: ("group", .string), 4: ("version", .string),
        5: ("resource", .string), 6: ("subresource", .string), 7: ("name", .string),
    ])
    private static let rulesReview = ProtobufSchema([
        1: ("metadata", .message(.objectMeta)), 2: ("spec", .message(ProtobufSchema([1: ("namespace", .string)]))),
    ])
    private static let userReview = ProtobufSchema([1: ("metadata", .message(.objectMeta))])
}

/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto`, `k8s.io/apimachinery/pkg/runtime/generated.proto`.
extension ProtobufSchema {
    private static let objectMeta = ProtobufSchema([
        1: ("name", .string), 2: ("generateName", .string), 3: ("namespace", .string), 4: ("selfLink", .string),
        5: ("uid", .string), 6: ("resourceVersion", .string), 7: ("generation", .integer),
        8: ("creationTimestamp", .time(hasFraction: false)), 9: ("deletionTimestamp", .time(hasFraction: false)),
        10: ("deletionGracePeriodSeconds", .integer), 11: ("labels", .map(.string)), 12: ("annotations", .map(.string)),
        13: ("ownerReferences", .list(.message(.ownerReference))), 14: ("finalizers", .list(.string)),
    ])
    private static let ownerReference = ProtobufSchema([
        1: ("kind", .string), 3: ("name", .string), 4: ("uid", .string), 5: ("apiVersion", .string),
        6: ("controller", .boolean), 7: ("blockOwnerDeletion", .boolean),
    ])
    private static let deleteOptions = ProtobufSchema([
        1: ("gracePeriodSeconds", .integer),
        2: ("preconditions", .message(ProtobufSchema([1: ("uid", .string), 2: ("resourceVersion", .string)]))),
        3: ("orphanDependents", .boolean), 4: ("propagationPolicy", .string), 5: ("dryRun", .list(.string)),
    ])
    /// The envelope around every object.
    static let unknown = ProtobufSchema([
        1: ("typeMeta", .message(ProtobufSchema([1: ("apiVersion", .string), 2: ("kind", .string)]))),
        3: ("contentEncoding", .string), 4: ("contentType", .string),
    ])
    /// The number of the envelope's field with the object itself.
    static let unknownRaw: UInt64 = 2
}
