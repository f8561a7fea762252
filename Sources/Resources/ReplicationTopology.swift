import JSON
import KubernetesModel

/// Several Big Peers that replicate one app in a certain shape, as a user describes it.
///
/// It becomes two `BigPeerReplication`s for each pair of members that the shape links, which belong to it.
package struct ReplicationTopology: Sendable, Hashable {
    /// Names, labels, generation.
    package var metadata: ObjectMeta
    /// What is asked for.
    package var spec: ReplicationTopologySpec
    /// How far it is.
    package var status: ReplicationTopologyStatus
    /// Why the spec must not be acted on, as far as somebody has looked.
    package var specProblem: String?

    /// Reads an object of any shape; what is missing or makes no sense gets its default.
    ///
    /// Whether the object follows the rules is for `ValidatedResource` to say.
    package init(_ object: Object) {
        self.metadata = object.metadata
        self.spec = ReplicationTopologySpec(object.spec)
        self.status = ReplicationTopologyStatus(object.status)
    }

    /// Namespace and name.
    package var key: ObjectKey { self.metadata.key }

    /// Why nothing can be made of the spec; `nil` when something can.
    package var problem: String? { self.spec.problem ?? self.specProblem ?? self.fixedFieldProblem }

    /// The key of a member's BigPeer.
    package func bigPeerKey(of member: ReplicationTopologySpec.Member) -> ObjectKey {
        member.bigPeer.key(from: self.metadata.namespace)
    }
}

/// The shapes of a topology.
package enum TopologyShape: String, Sendable, Hashable, CaseIterable {
    /// Every member with every other.
    case mesh = "Mesh"
    /// The hub with every other member.
    case star = "Star"
    /// Every member with the next one of the list, and the last with the first.
    case ring = "Ring"
    /// Every member with the next one of the list.
    case chain = "Chain"
    /// Exactly the pairs that the spec lists.
    case pairs = "Pairs"
}

/// The desired state of a topology.
package struct ReplicationTopologySpec: Sendable, Hashable {
    /// One Big Peer that takes part.
    package struct Member: Sendable, Hashable {
        /// What the topology calls it: its BigPeer's name, unless it has one of its own.
        package let name: String
        /// The Big Peer.
        package let bigPeer: ObjectReference
        /// The app's name at that Big Peer.
        package let app: String
        /// What it receives: the topology's queries with those of its own in place of them, collection by collection.
        ///
        /// Collections without a query are left out: absent and empty are the same.
        package let queriesByCollection: [String: [String]]
        /// What it does with documents that no longer match.
        package let onFilterLeave: FilterLeavePolicy
    }

    /// Two members by name.
    package struct Pair: Sendable, Hashable {
        /// The member that dials.
        package let from: String
        /// The member that is dialled.
        package let to: String

        /// Creates a pair.
        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// The app's name where a member has none of its own.
    package var app: String
    /// Who is linked with whom.
    package var shape: TopologyShape
    /// The member in the middle of a star.
    package var hub: String?
    /// The pairs of the shape `Pairs`.
    package var pairs: [Pair]
    /// Who takes part, in the order written: rings and chains follow it.
    package var members: [Member]
    /// How the replications and what they are at the Big Peers are kept together.
    package var policy: SyncPolicy

    /// The most members that a topology can have.
    package static let maximumMembers = 64

    init(_ json: JSONValue?) {
        let app = json?["app"]?.string ?? ""
        let queries = Self.queries(json?["queriesByCollection"])
        let leaving = json?["onFilterLeave"].flatMap(FilterLeavePolicy.init(json:)) ?? .keep
        self.app = app
        self.shape = json?["shape"].flatMap(TopologyShape.init(json:)) ?? .mesh
        self.hub = json?["hub"]?.text
        self.pairs = (json?["pairs"]?.array ?? []).map {
            Pair(from: $0["from"]?.string ?? "", to: $0["to"]?.string ?? "")
        }
        self.members = (json?["members"]?.array ?? []).map { member in
            let own = Self.queries(member["queriesByCollection"])
            return Member(
                name: member["name"]?.text ?? member["bigPeerRef"]?["name"]?.string ?? "",
                bigPeer: ObjectReference(member["bigPeerRef"]),
                app: member["app"]?.text ?? app,
                queriesByCollection: queries.merging(own) { $1 }.filter { !$0.value.isEmpty },
                onFilterLeave: member["onFilterLeave"].flatMap(FilterLeavePolicy.init(json:)) ?? leaving
            )
        }
        self.policy = SyncPolicy(json, defaultDeletion: .delete)
    }

    /// Reads queries; an empty list stays, because it takes a collection away from a member.
    private static func queries(_ json: JSONValue?) -> [String: [String]] {
        var queries: [String: [String]] = [:]
        for member in json?.object?.members ?? [] {
            guard let list = member.value.array else { continue }
            queries[member.key] = list.compactMap(\.text)
        }
        return queries
    }
}
