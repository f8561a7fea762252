import JSON
import KubernetesModel

extension PeerageAPI {
    /// All kinds of ours, in the order in which a person reads about them.
    package static let definitions: [KindDefinition] = [
        BigPeer.definition, BigPeerApp.definition, BigPeerReplication.definition, ReplicationTopology.definition,
    ]

    /// One JSON Schema (draft 2020-12) for objects of any kind of ours.
    package static var jsonSchema: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Peerage resources",
            "oneOf": .array(self.definitions.map(\.schema.jsonSchema)),
        ]
    }

    /// The definition of a kind of ours; `nil` for any other.
    package static func definition(of kind: ResourceKind) -> KindDefinition? {
        self.definitions.first { $0.kind == kind }
    }
}
