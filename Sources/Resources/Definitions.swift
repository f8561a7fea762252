import KubernetesModel

extension PeerageAPI {
    /// All kinds of ours, in the order in which a person reads about them.
    package static let definitions: [KindDefinition] = [
        BigPeer.definition, BigPeerApp.definition, BigPeerReplication.definition,
    ]

    /// The definition of a kind of ours; `nil` for any other.
    package static func definition(of kind: ResourceKind) -> KindDefinition? {
        self.definitions.first { $0.kind == kind }
    }
}
