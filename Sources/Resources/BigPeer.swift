import JSON
import KubernetesModel

/// A Big Peer, as a user describes it.
package struct BigPeer: Sendable, Hashable {
    /// Names, labels, generation.
    package var metadata: ObjectMeta
    /// What is asked for.
    package var spec: BigPeerSpec
    /// How far it is.
    package var status: BigPeerStatus
    /// Why the spec must not be acted on, as far as somebody has looked.
    package var specProblem: String?

    /// Reads an object of any shape; what is missing or makes no sense gets its default.
    ///
    /// Whether the object follows the rules is for `ValidatedResource` to say.
    package init(_ object: Object) {
        self.metadata = object.metadata
        self.spec = BigPeerSpec(object.spec, metadata: object.metadata)
        self.status = BigPeerStatus(object.status)
    }

    /// Namespace and name.
    package var key: ObjectKey { self.metadata.key }
}

/// The desired state of a Big Peer.
package struct BigPeerSpec: Sendable, Hashable {
    /// The two sorts of Big Peer.
    package enum Form: Sendable, Hashable {
        /// It runs somewhere else, and we speak to its REST API.
        case endpoint(BigPeerEndpoint)
        /// We run it.
        case embedded(EmbeddedBigPeer)
    }

    /// Which sort it is, with everything that only this sort has.
    package var form: Form
    /// How `connectTo` makes the address of one of its replications.
    package var replicationAddress: ReplicationAddressTemplate
    /// Whether nothing should be done for now, neither with the peer nor with what is on it.
    package var isSuspended: Bool

    init(_ json: JSONValue?, metadata: ObjectMeta) {
        if let embedded = json?["embedded"], embedded.object != nil {
            self.form = .embedded(EmbeddedBigPeer(embedded))
        } else {
            self.form = .endpoint(BigPeerEndpoint(json?["endpoint"], metadata: metadata))
        }
        self.replicationAddress =
            json?["replicationAddress"]?.string.flatMap(ReplicationAddressTemplate.init) ?? .standard
        self.isSuspended = json?["suspend"]?.bool ?? false
    }

    /// The endpoint, if it runs somewhere else.
    package var endpoint: BigPeerEndpoint? {
        if case .endpoint(let endpoint) = self.form { endpoint } else { nil }
    }

    /// The embedded peer, if we run it.
    package var embedded: EmbeddedBigPeer? {
        if case .embedded(let embedded) = self.form { embedded } else { nil }
    }

    /// How hard the REST API may be asked.
    package var rateLimit: RateLimit { self.endpoint?.rateLimit ?? .embedded }
}
