import JSON
import KubernetesModel
import Resources
import Spelling

/// How everything is: each Big Peer with what is on it, the most urgent first.
package struct StatusReport: Sendable {
    /// Something that is not as it should be, or a person's decision worth remembering.
    package struct Finding: Sendable, Hashable {
        /// The object's kind.
        package let kind: ResourceKind
        /// The object's key.
        package let key: ObjectKey
        /// How it is.
        package let health: Health
    }

    /// How many objects of a kind there are, and how many are in agreement with the Big Peer.
    package struct Count: Sendable, Hashable {
        /// How many there are.
        package var total = 0
        /// How many are synced.
        package var synced = 0
    }

    /// The sessions that carry data to one Big Peer, as far as they are measured.
    package struct Sessions: Sendable, Hashable {
        /// How many there are, each counted once however many replications share it.
        package var total = 0
        /// How many of them have nothing outstanding from before.
        package var live = 0
        /// How many changes are outstanding in all.
        package var lagChanges: Int64 = 0
        /// For how long the one that is furthest behind has been behind.
        package var lagMilliseconds: Int64 = 0
        /// How many replications wait to be dialled, and no other peer is connected to them.
        package var waiting = 0
    }

    /// One Big Peer and what is on it.
    package struct Group: Sendable {
        /// The key of the BigPeer.
        package let key: ObjectKey
        /// How the BigPeer is; `nil` when it is named and does not exist.
        package let health: Health?
        /// The status of its condition `Reachable`.
        package let reachable: Condition.Status
        /// The BigPeer that was probably meant by one that does not exist; `nil` when none is like it.
        let nearest: String?
        /// Whether we run it.
        package let isEmbedded: Bool
        /// The base URL of its REST API, as far as it is known.
        package let url: String
        /// Its apps.
        package let apps: Count
        /// Its replications.
        package let replications: Count
        /// The sessions of its replications.
        package let sessions: Sessions
        /// What is not well, or suspended, the most urgent first: the Big Peer itself, its apps, its replications.
        package let findings: [Finding]

        /// How urgent the group is.
        package var level: Health.Level {
            ([self.health?.level ?? .stalled] + self.findings.map(\.health.level)).min() ?? .ready
        }

        /// Whether nobody needs to look.
        package var isWell: Bool { self.level >= .suspended }
    }

    /// One topology.
    package struct Topology: Sendable {
        /// The key of the ReplicationTopology.
        package let key: ObjectKey
        /// How it is.
        package let health: Health
        /// Its shape, as a word of the spec.
        package let shape: String
        /// How many pairs there are.
        package let pairs: Int
        /// How many of them are ready.
        package let readyPairs: Int
    }

    /// The groups, the most urgent first.
    package let groups: [Group]
    /// The topologies, the most urgent first.
    package let topologies: [Topology]
    /// How the folder is applied that the server watches; `nil` when it watches none.
    package let folder: FolderStanding?

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - bigPeers: All BigPeers that are looked at.
    ///   - apps: All BigPeerApps.
    ///   - replications: All BigPeerReplications.
    ///   - topologies: All ReplicationTopologies.
    ///   - folder: How the folder is applied that the server watches, if it watches one.
    package init(
        bigPeers: [Object],
        apps: [Object],
        replications: [Object],
        topologies: [Object] = [],
        folder: FolderStanding? = nil
    ) {
        self.folder = folder
        let peers = Dictionary(bigPeers.map { ($0.key, $0) }) { first, _ in first }
        let apps = Dictionary(grouping: apps) { BigPeerApp($0).bigPeerKey }
        let replications = Dictionary(grouping: replications) { BigPeerReplication($0).bigPeerKey }
        let keys = Set(peers.keys).union(apps.keys).union(replications.keys)
        self.groups = keys.map { key in
            Group(key, peers[key], among: peers.keys, apps: apps[key] ?? [], replications: replications[key] ?? [])
        }
        .sorted { ($0.level, $0.key) < ($1.level, $1.key) }
        self.topologies = topologies.map { object in
            let status = ReplicationTopologyStatus(object.status)
            return Topology(
                key: object.key,
                health: Health(of: object),
                shape: object.spec?["shape"]?.string ?? "",
                pairs: status.pairCount,
                readyPairs: status.readyPairCount
            )
        }
        .sorted { ($0.health.level, $0.key) < ($1.health.level, $1.key) }
    }

    /// Whether all is well.
    package var isWell: Bool {
        self.groups.allSatisfy(\.isWell) && self.topologies.allSatisfy(\.health.isWell)
            && self.folder?.isWell ?? true
    }

    /// What the exit code should be.
    package var verdict: Verdict { self.isWell ? .done : .no }
}

extension StatusReport.Group {
    fileprivate init(
        _ key: ObjectKey,
        _ peer: Object?,
        among peers: some Collection<ObjectKey>,
        apps: [Object],
        replications: [Object]
    ) {
        self.key = key
        let neighbours = peers.filter { $0.namespace == key.namespace }.map(\.name)
        self.nearest = peer == nil ? Spelling.nearest(to: key.name, among: neighbours.sorted()) : nil
        self.health = peer.map { Health(of: $0) }
        let bigPeer = peer.map { BigPeer($0) }
        self.reachable = bigPeer?.status.conditions[.reachable]?.status ?? .unknown
        self.isEmbedded = bigPeer?.spec.embedded != nil
        self.url = bigPeer?.status.endpoints.api ?? bigPeer?.spec.endpoint?.url ?? ""
        self.apps = StatusReport.Count(of: apps)
        self.replications = StatusReport.Count(of: replications)
        self.sessions = StatusReport.Sessions(of: replications)
        let all =
            (peer.map { [(ResourceKind.bigPeer, $0)] } ?? []) + apps.map { (.bigPeerApp, $0) }
            + replications.map { (.bigPeerReplication, $0) }
        self.findings = all.map { StatusReport.Finding(kind: $0.0, key: $0.1.key, health: Health(of: $0.1)) }
            .filter { $0.health.level != .ready }
            .enumerated()
            // The Big Peer's own trouble explains that of its objects, so it comes first among equals.
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element)
    }
}

extension StatusReport.Finding {
    fileprivate var rank: Int { self.kind == .bigPeer ? -1 : self.health.level.rawValue }
}

extension StatusReport.Sessions {
    fileprivate init(of replications: [Object]) {
        struct Link: Hashable {
            let app: String
            let peer: String
            let isDialled: Bool
        }
        var links: [Link: [ReplicationSession]] = [:]
        for replication in replications.map(BigPeerReplication.init) {
            let replicating = replication.status.conditions[.replicating]
            if replicating?.status == .false, replication.status.sessions.isEmpty { self.waiting += 1 }
            for session in replication.status.sessions {
                let link = Link(app: replication.app, peer: session.peer, isDialled: session.isDialled)
                links[link, default: []].append(session)
            }
        }
        for sessions in links.values {
            self.total += 1
            if sessions.allSatisfy({ $0.state == .live }) { self.live += 1 }
            let collections = Dictionary(sessions.flatMap(\.collections).map { ($0.name, $0) }) { $1 }.values
            self.lagChanges += collections.reduce(0) { $0 + ($1.lagChanges ?? 0) }
            self.lagMilliseconds = max(self.lagMilliseconds, collections.compactMap(\.lagMilliseconds).max() ?? 0)
        }
    }
}

extension StatusReport.Count {
    fileprivate init(of objects: [Object]) {
        self.total = objects.count
        self.synced = objects.count { object in
            let conditions = object.conditions
            let observed = object.observedGeneration ?? 0
            return conditions[.synced]?.status == .true && observed >= object.metadata.generation
        }
    }
}
