import JSON
import KubernetesModel

/// The fields that are in the schema and that this version does not act on yet: the one list of them.
package enum UnusedFields {
    /// Their paths, by kind.
    package static let paths: [ResourceKind: [[String]]] = [
        .bigPeer: [
            ["spec", "embedded", "listen", "dcp"],
            ["spec", "embedded", "listen", "bus"],
            ["spec", "embedded", "dcp"],
            ["spec", "embedded", "sources"],
        ],
        .bigPeerReplication: [
            ["spec", "probe"]
        ],
    ]

    /// Warns of each of them that an object sets to something; empty text and lists ask for nothing.
    static func problems(in object: JSONValue, of kind: ResourceKind) -> [FieldProblem] {
        (Self.paths[kind] ?? []).compactMap { path in
            guard let value = object[path], value != "", value != [] else { return nil }
            return FieldProblem(
                .notActedOn,
                at: FieldPath(path.map { .key($0) }),
                "is kept, and not acted on by this version",
                severity: .warning,
                part: .key
            )
        }
    }
}
