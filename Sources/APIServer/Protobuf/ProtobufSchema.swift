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

    /// The schema of a core kind; `nil` for kinds that have none here.
    static func named(_ kind: String) -> ProtobufSchema? {
        switch kind {
        case "Secret": .secret
        case "ConfigMap": .configMap
        case "Namespace": .namespace
        case "Event": .event
        case "DeleteOptions": .deleteOptions
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
        11: (
            "series",
            .message(ProtobufSchema([1: ("count", .integer), 2: ("lastObservedTime", .time(hasFraction: true))]))
        ),
        12: ("action", .string), 13: ("related", .message(.objectReference)), 14: ("reportingComponent", .string),
        15: ("reportingInstance", .string),
    ])
    private static let objectReference = ProtobufSchema([
        1: ("kind", .string), 2: ("namespace", .string), 3: ("name", .string), 4: ("uid", .string),
        5: ("apiVersion", .string), 6: ("resourceVersion", .string), 7: ("fieldPath", .string),
    ])
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
