import KubernetesModel

/// The fixed words of our API.
package enum PeerageAPI {
    /// The API group.
    package static let group = "peerage.dev"
    /// The version within the group.
    package static let version = "v1alpha1"
    /// The `apiVersion` of manifests.
    package static let apiVersion = "peerage.dev/v1alpha1"
    /// The category that `kubectl get peerage` asks for.
    package static let category = "peerage"
    /// The finalizer that keeps a resource until its remote object is dealt with.
    package static let finalizer = "peerage.dev/remote"
    /// The name under which the controller writes fields.
    package static let fieldManager = "peerage"
    /// The annotation that asks for a reconciliation now; any new value counts.
    package static let reconcileRequestedAtAnnotation = "peerage.dev/reconcile-requested-at"
    /// The annotation that keeps a resource from being pruned when its value is `disabled`.
    package static let pruneAnnotation = "peerage.dev/prune"
    /// The annotation of a controller's Lease that tells where it looks after resources: `*`, or namespaces.
    package static let scopeAnnotation = "peerage.dev/scope"
    /// The label of what belongs to a topology: the topology's name.
    package static let topologyLabel = "peerage.dev/topology"
    /// The namespace of manifests that name none.
    package static let defaultNamespace = "default"
}

extension ObjectMeta {
    /// Whether deletion was asked for and nothing of ours is in its way any more: what the object stood for at a
    /// Big Peer is dealt with, and it stays only as long as finalizers of others keep it.
    package var hasParted: Bool { self.isBeingDeleted && !self.finalizers.contains(PeerageAPI.finalizer) }

    /// A request to reconcile is told from others by so much of it; whoever writes more writes it for nothing.
    private static let maximumRequestLength = 256

    /// The annotation that asks for a reconciliation now, as a status can repeat it.
    package var reconcileRequestedAt: String? {
        self.annotations[PeerageAPI.reconcileRequestedAtAnnotation]?.shown(Self.maximumRequestLength)
    }
}

extension ResourceKind {
    /// A Big Peer: one that runs somewhere, or one that we run.
    package static let bigPeer = peerage("BigPeer", "bigpeers", "bp")
    /// An app on a Big Peer.
    package static let bigPeerApp = peerage("BigPeerApp", "bigpeerapps", "bpa")
    /// One side of a replication between Big Peers.
    package static let bigPeerReplication = peerage("BigPeerReplication", "bigpeerreplications", "bpr")
    /// Several Big Peers that replicate one app in a certain shape.
    package static let replicationTopology = peerage("ReplicationTopology", "replicationtopologies", "rt")

    private static func peerage(_ kind: String, _ plural: String, _ shortName: String) -> ResourceKind {
        ResourceKind(
            group: PeerageAPI.group,
            version: PeerageAPI.version,
            kind: kind,
            plural: plural,
            shortNames: [shortName],
            categories: [PeerageAPI.category],
            hasStatus: true
        )
    }
}
