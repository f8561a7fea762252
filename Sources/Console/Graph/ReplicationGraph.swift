import KubernetesModel
import Planning
import Resources

/// Who replicates with whom, as a picture shows it: Big Peers, and the links between them.
///
/// Made from objects alone, so that it can be drawn of a live fleet and of files that nobody applied.
package struct ReplicationGraph: Sendable {
    /// A Big Peer, or an address that some replication dials.
    package struct Node: Sendable, Hashable {
        /// What the picture calls it, unique within a panel.
        package let name: String
        /// What it is: `embedded`, `external`, or `address`; empty when nobody knows.
        package let note: String
        /// The collections that it receives from everybody; `nil` when that is for each link to say.
        package var receives: [String]?
        /// How it is; `nil` when nobody looked.
        package let health: Health.Level?
    }

    /// A link between two nodes of a panel.
    package struct Edge: Sendable, Hashable {
        /// The one that dials.
        package let from: String
        /// The one that is dialled.
        package let to: String
        /// The collections that the one that dials receives.
        package let inbound: [String]
        /// The collections that the one that is dialled receives.
        package let outbound: [String]
        /// How the link is; `nil` when nobody looked.
        package let health: Health.Level?
        /// Why it is not ready; empty when it is.
        package let trouble: String
    }

    /// Nodes and links that belong together: a topology, or all that belongs to none.
    package struct Panel: Sendable {
        /// The topology's key, or what the others are.
        package let title: String
        /// What the panel shows, in a few words.
        package let subtitle: String
        /// How the nodes stand to each other.
        package let shape: TopologyShape
        /// The node in the middle of a star.
        package let hub: String?
        /// The nodes.
        package let nodes: [Node]
        /// The links.
        package let edges: [Edge]
    }

    /// The panels: each topology by its key, and last what belongs to none.
    package let panels: [Panel]

    /// Puts a graph together.
    ///
    /// - Parameters:
    ///   - topologies: The topologies to draw.
    ///   - replications: The replications of the fleet; those that belong to a topology are drawn as its links.
    ///   - bigPeers: The Big Peers of the fleet.
    ///   - isLive: Whether the objects come from a server, so that their status says something.
    package init(topologies: [Object], replications: [Object], bigPeers: [Object], isLive: Bool) {
        let peers = Dictionary(bigPeers.map { ($0.key, $0) }) { first, _ in first }
        let node = { (name: String, key: ObjectKey) in
            Node(
                name: name,
                note: peers[key].map { BigPeer($0).spec.embedded == nil ? "external" : "embedded" } ?? "",
                health: isLive ? peers[key].map { Health(of: $0).level } : nil
            )
        }
        var panels = topologies.sorted { $0.key < $1.key }.map { Panel(of: $0, isLive: isLive, node) }
        let others = replications.filter { $0.metadata.owningTopology == nil }
        if let panel = Panel(of: others, isLive: isLive, node) { panels.append(panel) }
        self.panels = panels
    }
}

extension ReplicationGraph.Panel {
    fileprivate init(of object: Object, isLive: Bool, _ node: (String, ObjectKey) -> ReplicationGraph.Node) {
        let topology = ReplicationTopology(object)
        let spec = topology.spec
        let members = Dictionary(spec.members.map { ($0.name, $0) }) { first, _ in first }
        let pairs = Dictionary(topology.status.pairs.map { (Set([$0.from, $0.to]), $0) }) { first, _ in first }
        self.title = object.key.description
        let count = members.count == 1 ? "1 member" : "\(members.count) members"
        let shape = spec.shape == .pairs ? "Pairs among \(count)" : "\(spec.shape.rawValue) of \(count)"
        let ready = topology.status.readyPairCount
        let isCurrent = isLive && topology.status.observedGeneration > 0
        self.subtitle =
            "\(shape), app \(spec.app)"
            + (isCurrent ? ", \(ready) of \(topology.status.pairCount.of("pair")) ready" : "")
        self.shape = spec.shape
        self.hub = spec.hub
        var seen: Set<String> = []
        self.nodes = spec.members.filter { seen.insert($0.name).inserted }
            .map { member in
                var node = node(member.name, topology.bigPeerKey(of: member))
                node.receives = member.queriesByCollection.keys.sorted()
                return node
            }
        self.edges = spec.links.map { link in
            let pair = pairs[link.members]
            return ReplicationGraph.Edge(
                from: link.dialler,
                to: link.listener,
                inbound: members[link.dialler]?.queriesByCollection.keys.sorted() ?? [],
                outbound: members[link.listener]?.queriesByCollection.keys.sorted() ?? [],
                health: isLive ? pair?.level ?? .progressing : nil,
                trouble: isLive ? pair.map { $0.isReady ? "" : "\($0.reason): \($0.message)" } ?? "" : ""
            )
        }
    }

    /// What belongs to no topology; `nil` when there is no link among it.
    fileprivate init?(of objects: [Object], isLive: Bool, _ node: (String, ObjectKey) -> ReplicationGraph.Node) {
        let replications = objects.map { (object: $0, value: BigPeerReplication($0)) }
        let byKey = Dictionary(replications.map { ($0.value.key, $0) }) { first, _ in first }
        var nodes: [String: ReplicationGraph.Node] = [:]
        var edges: [ReplicationGraph.Edge] = []
        for (object, value) in replications.sorted(by: { $0.value.key < $1.value.key }) {
            let own = value.bigPeerKey
            let health = isLive ? Health(of: object) : nil
            var targets: [(name: String, node: ReplicationGraph.Node, outbound: [String])] = []
            for target in value.spec.connectTo {
                let key = target.bigPeer.key(from: value.metadata.namespace)
                let other = byKey[target.replicationKey(from: value.metadata.namespace)]
                let queries = other?.value.spec.queriesByCollection.keys.sorted() ?? []
                targets.append((key.description, node(key.description, key), queries))
            }
            for address in value.spec.connections {
                let name = address.description
                targets.append((name, ReplicationGraph.Node(name: name, note: "address", health: nil), []))
            }
            for target in targets {
                nodes[own.description] = node(own.description, own)
                nodes[target.name] = target.node
                edges.append(
                    ReplicationGraph.Edge(
                        from: own.description,
                        to: target.name,
                        inbound: value.spec.queriesByCollection.keys.sorted(),
                        outbound: target.outbound,
                        health: health?.level,
                        trouble: health.map { $0.isWell ? "" : "\($0.reason): \($0.message)" } ?? ""
                    )
                )
            }
        }
        guard !edges.isEmpty else { return nil }
        self.title = "replications"
        self.subtitle = "\(edges.count.of("link")) that no topology makes"
        self.shape = .pairs
        self.hub = nil
        self.nodes = nodes.values.sorted { $0.name < $1.name }
        self.edges = edges
    }
}

extension ReplicationTopologyStatus.Pair {
    fileprivate var level: Health.Level {
        if self.isReady { return .ready }
        return Reason(rawValue: self.reason)?.isWarning == true ? .failing : .progressing
    }
}

extension ReplicationGraph.Node {
    /// What is written below the name.
    var under: String {
        let receives = self.receives.map {
            "receives \($0.isEmpty ? "nothing" : $0.joined(separator: ", "))".cut(to: 36)
        }
        return [self.note.isEmpty ? nil : self.note, receives].compactMap(\.self).joined(separator: ", ")
    }
}

extension ReplicationGraph.Edge {
    /// What flows which way, seen from the one that dials.
    var flow: (sign: String, collections: String) {
        switch (self.inbound, self.outbound) {
        case ([], []): return ("·", "nothing")
        case (_, []): return ("◀", self.inbound.joined(separator: ", "))
        case ([], _): return ("▶", self.outbound.joined(separator: ", "))
        case (let inbound, let outbound) where inbound == outbound: return ("◀▶", inbound.joined(separator: ", "))
        case (let inbound, let outbound):
            return ("◀", "\(inbound.joined(separator: ", "))  ▶ \(outbound.joined(separator: ", "))")
        }
    }
}
