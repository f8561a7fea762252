import JSON
import KubernetesModel

/// An object of which everything was checked that can be checked without looking at other objects.
///
/// A value of this type is the proof: it has no initializer but the one that validates.
package struct ValidatedResource: Sendable, Hashable {
    /// The kinds of object, each in its own type.
    package enum Content: Sendable, Hashable {
        /// A Big Peer.
        case bigPeer(BigPeer)
        /// An app on a Big Peer.
        case bigPeerApp(BigPeerApp)
        /// One side of a replication.
        case bigPeerReplication(BigPeerReplication)
        /// Several Big Peers in a shape.
        case replicationTopology(ReplicationTopology)
        /// A Secret.
        case secret(Object)
        /// A ConfigMap or a Namespace.
        case other(Object)
    }

    /// The object as it was given.
    package let object: Object
    /// The object's kind.
    package let kind: ResourceKind
    /// What is allowed and probably not meant.
    package let warnings: [FieldProblem]

    /// Checks an object of any shape.
    ///
    /// - Parameters:
    ///   - json: The object as it should become.
    ///   - old: The object as it is, when there is one.
    ///   - namespace: The namespace of an object that names none.
    /// - Throws: Everything that is wrong with it.
    package init(
        validating json: JSONValue,
        old: JSONValue? = nil,
        defaultNamespace namespace: String = PeerageAPI.defaultNamespace
    ) throws(InvalidResource) {
        let definition = try KnownKinds.definition(of: json).get()
        let problems = definition.problems(in: json, old: old)
        guard !problems.hasErrors else { throw InvalidResource(problems) }
        var object = Object(json)
        if definition.kind.isNamespaced, object.metadata.namespace.isEmpty { object.metadata.namespace = namespace }
        self.object = object
        self.kind = definition.kind
        self.warnings = problems
    }

    /// The object in the type of its kind, made anew every time: what is asked for once need not be kept.
    package var content: Content {
        switch self.kind {
        case .bigPeer: .bigPeer(BigPeer(self.object))
        case .bigPeerApp: .bigPeerApp(BigPeerApp(self.object))
        case .bigPeerReplication: .bigPeerReplication(BigPeerReplication(self.object))
        case .replicationTopology: .replicationTopology(ReplicationTopology(self.object))
        case .secret: .secret(self.object)
        default: .other(self.object)
        }
    }
}

/// Why an object is not valid: everything that is wrong with it.
package struct InvalidResource: Error, Sendable, Hashable, CustomStringConvertible {
    /// The problems, warnings among them.
    package let problems: [FieldProblem]

    /// Creates an error.
    package init(_ problems: [FieldProblem]) {
        self.problems = problems
    }

    /// One line for each problem.
    package var description: String { self.problems.map(\.description).joined(separator: "\n") }
}
