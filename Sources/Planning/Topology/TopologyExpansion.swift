import KubernetesModel
import PeerModel
import Resources

/// What a topology asks for: for each pair of members that its shape links, the two sides, or why there are none.
package struct TopologyExpansion: Sendable {
    /// Both sides of a pair.
    package struct Sides: Sendable, Hashable {
        /// The side that dials.
        package let dialler: TopologySide
        /// The side that is dialled.
        package let listener: TopologySide
    }

    /// One pair.
    package struct Pair: Sendable {
        /// The members.
        package let link: TopologyLink
        /// Both sides, or why nothing is made of the pair now.
        package let sides: Result<Sides, Obstacle>
        /// The objects of the pair, as far as their names are known: they stay as they are while there are no sides.
        package let keys: [ObjectKey]
    }

    /// The pairs, in the order of the members.
    package let pairs: [Pair]
    /// The BigPeers of members that do not exist, whose objects nobody can name.
    let missingPeers: Set<ObjectKey>

    /// Expands a topology; nothing is asked of anybody.
    ///
    /// - Parameters:
    ///   - topology: The topology.
    ///   - surroundings: What it can see of its members.
    package init(of topology: ReplicationTopology, in surroundings: TopologySurroundings) {
        var members: [String: Member] = [:]
        for member in topology.spec.members where members[member.name] == nil {
            members[member.name] = Member(member, of: topology, in: surroundings)
        }
        self.missingPeers = Set(members.values.filter { $0.peer == nil }.map(\.key))
        self.pairs = topology.spec.links.compactMap { link in
            guard let dialler = members[link.dialler], let listener = members[link.listener] else { return nil }
            return Self.pair(link, dialler, listener, of: topology)
        }
    }

    private static func pair(
        _ link: TopologyLink,
        _ dialler: Member,
        _ listener: Member,
        of topology: ReplicationTopology
    ) -> Pair {
        let names = [dialler.name(towards: listener, of: topology), listener.name(towards: dialler, of: topology)]
        let keys = names.compactMap { name in
            name.map { ObjectKey(namespace: topology.metadata.namespace, name: $0) }
        }
        if let obstacle = dialler.obstacle(with: listener) {
            return Pair(link: link, sides: .failure(obstacle), keys: keys)
        }
        guard keys.count == 2 else {
            // A member without a name has said so as its obstacle.
            return Pair(link: link, sides: .failure(Obstacle(.internalError, "a side has no name")), keys: keys)
        }
        let sides = Sides(
            dialler: TopologySide(
                key: keys[0],
                member: dialler.member,
                bigPeerKey: dialler.key,
                connectTo: BigPeerReplicationSpec.Target(
                    bigPeer: listener.member.bigPeer,
                    replication: keys[1].name
                ),
                policy: topology.spec.policy
            ),
            listener: TopologySide(
                key: keys[1],
                member: listener.member,
                bigPeerKey: listener.key,
                connectTo: nil,
                policy: topology.spec.policy
            )
        )
        return Pair(link: link, sides: .success(sides), keys: keys)
    }
}

/// A member with what is known of its Big Peer.
private struct Member {
    let member: ReplicationTopologySpec.Member
    let key: ObjectKey
    let peer: BigPeer?
    let appID: Result<AppID, Obstacle>

    init(
        _ member: ReplicationTopologySpec.Member,
        of topology: ReplicationTopology,
        in surroundings: TopologySurroundings
    ) {
        self.member = member
        self.key = topology.bigPeerKey(of: member)
        self.peer = surroundings.bigPeer(self.key)
        if let peer = self.peer {
            self.appID =
                peer.spec.replicationNameRoom < TopologyName.minimumRoom
                ? .failure(Self.noRoom(peer)) : surroundings.appID(of: member.app, on: peer)
        } else {
            self.appID = .failure(
                Obstacle(.bigPeerNotFound, "there is no BigPeer \"\(self.key)\"; create it, or take the member out")
            )
        }
    }

    private static func noRoom(_ peer: BigPeer) -> Obstacle {
        Obstacle(
            .invalidSpec,
            "the name of the Big Peer \"\(peer.identity.name)\" is so long that no replication on it can have a Service",
            isStalled: true
        )
    }

    /// The name of the side on this member; `nil` while nobody knows how long it may be.
    func name(towards other: Member, of topology: ReplicationTopology) -> String? {
        guard let room = self.peer?.spec.replicationNameRoom, room >= TopologyName.minimumRoom else { return nil }
        return TopologyName.name(
            of: topology.metadata.name,
            on: self.member.name,
            towards: other.member.name,
            room: room
        )
    }

    /// Why these two cannot be linked now.
    func obstacle(with other: Member) -> Obstacle? {
        if let own = self.peer, let others = other.peer, let obstacle = own.incompatibility(with: others) {
            return obstacle
        }
        switch (self.appID, other.appID) {
        case (.failure(let obstacle), .success): return obstacle
        case (.success, .failure(let obstacle)): return obstacle
        // What a person must mend is the better explanation.
        case (.failure(let own), .failure(let others)): return others.isStalled ? others : own
        case (.success(let own), .success(let others)):
            guard own != others else { return nil }
            return Obstacle(
                .appIDMismatch,
                "the app \"\(self.member.app)\" of \"\(self.member.name)\" has the id \(own), and the app "
                    + "\"\(other.member.app)\" of \"\(other.member.name)\" has \(others); apps that replicate have one id",
                isStalled: true
            )
        }
    }
}
