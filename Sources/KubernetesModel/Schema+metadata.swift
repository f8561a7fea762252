import JSON

extension Schema {
    /// The `metadata` of objects whose name is a DNS label.
    package static let objectMeta = Schema.objectMeta(name: .dnsLabel, maximumLength: 63)

    /// The `metadata` of objects.
    package static func objectMeta(name: SchemaPattern, maximumLength: Int) -> Schema {
        .object(
            "Standard object metadata: name, namespace, labels, annotations.",
            [
                .optional(
                    "name",
                    .string(
                        "The name, unique among objects of one kind in one namespace.",
                        name,
                        length: 1...maximumLength
                    )
                ),
                .optional("namespace", .string("The namespace in which the object lives.", .dnsLabel, length: 1...63)),
                .optional("labels", .labels("Words to select objects by.")),
                .optional(
                    "annotations",
                    .map(
                        "Notes of tools and people.",
                        of: .string("Any text.", length: 0...maximumAnnotationBytes),
                        keys: SchemaPattern(QualifiedName.self),
                        maximumCount: 1024
                    )
                ),
                .optional(
                    "finalizers",
                    .list("Who must act before the object may go.", of: .string("A finalizer."), .set, maximumCount: 64)
                ),
                .optional(
                    "generateName",
                    .string("The start of a name that the server completes.", length: 1...58)
                ),
                .optional("uid", .string("Set by the server.")),
                .optional("resourceVersion", .string("Set by the server.", length: 0...64)),
                .optional("generation", .integer("Set by the server.", 0...Int64.max)),
                .optional("creationTimestamp", .string("Set by the server.", format: "date-time")),
                .optional("deletionTimestamp", .string("Set by the server.", format: "date-time")),
                .optional("deletionGracePeriodSeconds", .integer("Set by the server.", 0...Int64.max)),
                .optional("selfLink", .string("Set by old servers.", length: 0...1024)),
                .optional(
                    "ownerReferences",
                    .list("What owns the object; it goes when its last owner is gone.", of: .owner, maximumCount: 64)
                ),
                .optional(
                    "managedFields",
                    .list("Set by the server.", of: .anything("Fields of one writer."), maximumCount: 1024)
                ),
            ]
        )
    }

    private static let owner = Schema.object(
        "An owner, in the same namespace or in none.",
        [
            .required("apiVersion", .string("The owner's apiVersion.")),
            .required("kind", .string("The owner's kind.")),
            .required("name", .string("The owner's name.", length: 1...253)),
            .required("uid", .string("The owner's uid.")),
            .optional("controller", .boolean("Whether this owner manages the object.")),
            .optional(
                "blockOwnerDeletion",
                .boolean("Whether a foreground deletion of the owner waits for the object.")
            ),
        ]
    )

    /// The most bytes that all annotations of an object may have together.
    package static let maximumAnnotationBytes = 256 * 1024

    /// A map of labels.
    package static func labels(_ description: String) -> Schema {
        .map(
            description,
            of: .string("The label's value.", SchemaPattern(LabelValue.self), length: 0...63),
            keys: SchemaPattern(QualifiedName.self),
            maximumCount: 256
        )
    }

    /// The `status.conditions` of any kind.
    package static let conditions = Schema.list(
        "What holds and what does not, with the standard Kubernetes fields.",
        of: .object(
            "One condition.",
            [
                .required("type", .string("What the condition is about.", length: 1...316)),
                .required("status", .word("Whether it holds.", ["True", "False", "Unknown"])),
                .required("reason", .string("Why, as one word of a closed vocabulary.", length: 1...1024)),
                .optional("message", .string("Why, for a person.", length: 0...32_768)),
                .optional(
                    "observedGeneration",
                    .integer("The generation of the spec that was looked at.", 0...Int64.max)
                ),
                .optional(
                    "lastTransitionTime",
                    .string("When status last changed.", length: 1...64, format: "date-time")
                ),
            ]
        ),
        .map(keys: ["type"]),
        maximumCount: 32
    )
}

extension Schema {
    /// Finds what no schema can say about the metadata of an object.
    static func metadataProblems(in object: JSONValue, of kind: ResourceKind) -> [FieldProblem] {
        guard let metadata = object["metadata"]?.object else { return [] }
        let path = FieldPath([.key("metadata")])
        var problems: [FieldProblem] = []
        if metadata["name"]?.isNull ?? true, metadata["generateName"]?.isNull ?? true {
            problems.append(
                FieldProblem(.required, at: path.key("name"), "is missing", expected: DNSLabel.meaning)
            )
        }
        if !kind.isNamespaced, let namespace = metadata["namespace"], !namespace.isNull {
            problems.append(
                FieldProblem(.forbidden, at: path.key("namespace"), "is not allowed: a \(kind.kind) is in no namespace")
            )
        }
        let annotations = metadata["annotations"]?.object?.members ?? []
        let bytes = annotations.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) }
        if bytes > Self.maximumAnnotationBytes {
            problems.append(
                FieldProblem(
                    .tooLong,
                    at: path.key("annotations"),
                    "has \(bytes) bytes in all",
                    expected: "at most \(Self.maximumAnnotationBytes)"
                )
            )
        }
        return problems
    }
}
