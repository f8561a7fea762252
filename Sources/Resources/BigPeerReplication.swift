import JSON
import KubernetesModel

/// One side of a replication between Big Peers, as a user describes it.
package struct BigPeerReplication: Sendable, Hashable {
    /// Names, labels, generation.
    package var metadata: ObjectMeta
    /// What is asked for.
    package var spec: BigPeerReplicationSpec
    /// How far it is.
    package var status: BigPeerReplicationStatus
    /// Why the spec must not be acted on, as far as somebody has looked.
    package var specProblem: String?

    /// Reads an object of any shape; what is missing or makes no sense gets its default.
    ///
    /// Whether the object follows the rules is for `ValidatedResource` to say.
    package init(_ object: Object) {
        self.metadata = object.metadata
        self.spec = BigPeerReplicationSpec(object.spec)
        self.status = BigPeerReplicationStatus(object.status)
    }

    /// Namespace and name.
    package var key: ObjectKey { self.metadata.key }

    /// The key of the BigPeer on this side: what cannot change is as the status remembers it.
    package var bigPeerKey: ObjectKey {
        self.status.remote?.bigPeerKey ?? self.spec.bigPeer.key(from: self.metadata.namespace)
    }

    /// The app's name at that Big Peer, likewise.
    package var app: String { self.status.remote?.app ?? self.spec.app }
}

/// The desired state of one side of a replication.
package struct BigPeerReplicationSpec: Sendable, Hashable {
    /// Another replication to dial, by name.
    package struct Target: Sendable, Hashable {
        /// The BigPeer on the other side.
        package let bigPeer: ObjectReference
        /// The name of the BigPeerReplication on the other side.
        package let replication: String

        /// Creates a target.
        package init(bigPeer: ObjectReference, replication: String) {
            self.bigPeer = bigPeer
            self.replication = replication
        }

        /// The key of the other replication, which lives beside its BigPeer.
        package func replicationKey(from namespace: String) -> ObjectKey {
            ObjectKey(namespace: self.bigPeer.namespace ?? namespace, name: self.replication)
        }
    }

    /// A measurement with a document of our own.
    package struct Probe: Sendable, Hashable {
        /// The collection that the document is written to.
        package var collection: String
        /// How often.
        package var interval: Duration

        /// The collection when the spec names none.
        package static let defaultCollection = "__probe"
        /// The interval when the spec names none.
        package static let defaultInterval = Duration.seconds(30)
    }

    /// The BigPeer on this side.
    package var bigPeer: ObjectReference
    /// The app's name at that Big Peer.
    package var app: String
    /// Addresses to dial: a set, in the order written.
    package var connections: [HostPort]
    /// Other replications to dial, by name.
    package var connectTo: [Target]
    /// What this side receives: for each collection, documents that match any of the queries.
    ///
    /// Collections without a query are left out: absent and empty are the same.
    package var queriesByCollection: [String: [String]]
    /// What embedded peers do with documents that no longer match.
    package var onFilterLeave: FilterLeavePolicy
    /// How the resource and the replication are kept together.
    package var policy: SyncPolicy
    /// How the flow of data is measured, if it is.
    package var probe: Probe?

    init(_ json: JSONValue?) {
        self.bigPeer = ObjectReference(json?["bigPeerRef"])
        self.app = json?["app"]?.string ?? ""
        var seen: Set<HostPort> = []
        self.connections = (json?["connections"]?.array ?? [])
            .compactMap { $0.string.flatMap(HostPort.init) }
            .filter { seen.insert($0).inserted }
        self.connectTo = (json?["connectTo"]?.array ?? []).map {
            Target(bigPeer: ObjectReference($0["bigPeerRef"]), replication: $0["replication"]?.string ?? "")
        }
        var queries: [String: [String]] = [:]
        for member in json?["queriesByCollection"]?.object?.members ?? [] {
            let list = (member.value.array ?? []).compactMap(\.text)
            if !list.isEmpty { queries[member.key] = list }
        }
        self.queriesByCollection = queries
        self.onFilterLeave = json?["onFilterLeave"].flatMap(FilterLeavePolicy.init(json:)) ?? .keep
        self.policy = SyncPolicy(json, defaultDeletion: .delete)
        self.probe = json?["probe"].flatMap { probe in
            guard probe.object != nil else { return nil }
            return Probe(
                collection: probe["collection"]?.text ?? Probe.defaultCollection,
                interval: probe["interval"]?.duration ?? Probe.defaultInterval
            )
        }
    }
}
