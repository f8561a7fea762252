import KubernetesModel
import Resources

/// How one app's replication is at an embedded peer, as the peer itself measures it.
package struct ReplicationMeasurement: Sendable, Hashable {
    /// A query that the other side cannot evaluate.
    package struct Refusal: Sendable, Hashable {
        /// The query.
        package var query: String
        /// What the other side says; it quotes the query.
        package var reason: String

        /// Creates a refusal.
        package init(query: String, reason: String) {
            self.query = query
            self.reason = reason
        }
    }

    /// How the receiving of one collection is.
    package struct Receiving: Sendable, Hashable {
        /// Whether nothing from before is outstanding.
        package var isLive: Bool
        /// What is wrong with it.
        package var problem: String?
        /// The queries whose documents do not come.
        package var refused: [Refusal]

        /// Creates an entry.
        package init(isLive: Bool, problem: String? = nil, refused: [Refusal] = []) {
            self.isLive = isLive
            self.problem = problem
            self.refused = refused
        }
    }

    /// One link.
    package struct Link: Sendable, Hashable {
        /// How it is, with every collection that comes over it.
        package var session: ReplicationSession
        /// The address that was dialled, or that the other side came from.
        package var address: String
        /// The BigPeer at the other end, if that is known.
        package var bigPeer: ObjectKey?
        /// Why there is no connection, as far as that is known.
        package var problem: String?
        /// How the receiving of each collection is that this side asks for.
        package var receiving: [String: Receiving]
        /// The collections that the other side asks for.
        package var published: Set<String>
        /// Those of them of which something from before is outstanding there.
        package var publishing: Set<String>

        /// Creates a link.
        package init(
            session: ReplicationSession,
            address: String,
            problem: String? = nil,
            receiving: [String: Receiving] = [:],
            published: Set<String> = [],
            publishing: Set<String> = []
        ) {
            self.session = session
            self.address = address
            self.problem = problem
            self.receiving = receiving
            self.published = published
            self.publishing = publishing
        }
    }

    /// The links that the other side has dialled: they concern every replication of the app.
    package private(set) var accepted: [Link] = []
    /// The links that this side dials, by their address: they concern the replications that name it, and those that
    /// name none, whose queries travel with the others'.
    package private(set) var dialled: [String: [Link]] = [:]
    /// Where somebody came from, last, whose replication credential was wrong.
    package var refusedLogin: String?
    /// Whether nobody is let in and nobody dialled, since other machines could come and the app has no credential.
    package var lacksCredential = false

    /// Creates a measurement.
    ///
    /// - Parameters:
    ///   - links: The links, in their order.
    ///   - refusedLogin: Where somebody came from whose credential was wrong.
    package init(links: [Link] = [], refusedLogin: String? = nil) {
        self.refusedLogin = refusedLogin
        for link in links {
            if link.session.isDialled {
                self.dialled[link.address, default: []].append(link)
            } else {
                self.accepted.append(link)
            }
        }
    }

    /// The links that concern a replication, in their order.
    ///
    /// - Parameter addresses: The addresses that the replication dials.
    /// - Returns: What the other side has dialled, and what is dialled for it; for a replication that dials nobody the
    ///   connections that others have made.
    package func links(dialling addresses: Set<String>) -> [Link] {
        let made =
            addresses.isEmpty
            ? self.dialledLinks.filter(\.isConnected) : addresses.sorted().flatMap { self.dialled[$0] ?? [] }
        return self.accepted + made
    }

    /// The same with the names of the BigPeers at the other ends, as far as they are known.
    ///
    /// - Parameter name: Finds a BigPeer by its peer's key.
    /// - Returns: The measurement.
    package func naming(_ name: (_ peerKey: String) -> ObjectKey?) -> ReplicationMeasurement {
        func named(_ links: [Link]) -> [Link] {
            links.map { link in
                var link = link
                link.bigPeer = name(link.session.peer)
                return link
            }
        }
        var measurement = self
        measurement.accepted = named(self.accepted)
        measurement.dialled = self.dialled.mapValues(named)
        return measurement
    }

    /// All links.
    package var links: [Link] { self.accepted + self.dialledLinks }

    /// Everything that is dialled, in the order of the addresses.
    package var dialledLinks: [Link] { self.dialled.sorted { $0.key < $1.key }.flatMap(\.value) }

    /// What is not as it was.
    package func changes(since before: ReplicationMeasurement) -> Changes {
        var changes = Changes(
            concernsAll: self.accepted != before.accepted || self.refusedLogin != before.refusedLogin
                || self.lacksCredential != before.lacksCredential,
            isUrgent: self.lacksCredential != before.lacksCredential
                || Self.isUrgent(self.accepted, since: before.accepted)
        )
        for (address, links) in self.dialled where links != before.dialled[address] {
            changes.addresses.insert(address)
            changes.isUrgent = changes.isUrgent || Self.isUrgent(links, since: before.dialled[address] ?? [])
        }
        for address in before.dialled.keys where self.dialled[address] == nil {
            changes.addresses.insert(address)
            changes.isUrgent = true
        }
        return changes
    }

    /// Whether more has changed than figures that have time: that a side has caught up is told at once.
    private static func isUrgent(_ links: [Link], since before: [Link]) -> Bool {
        links.map(\.outline) != before.map(\.outline)
            || zip(links, before).contains { !$0.behind.isSuperset(of: $1.behind) }
    }

    /// What is not as it was in an earlier measurement.
    package struct Changes: Sendable, Hashable {
        /// Whether it concerns every replication of the app.
        package var concernsAll: Bool
        /// Whether more has changed than the figures that move with every change of data.
        package var isUrgent: Bool
        /// The dialled addresses whose links are among it.
        package var addresses: Set<String> = []

        /// Whether it concerns a replication.
        package func concern(_ replication: BigPeerReplication) -> Bool {
            let connections = replication.status.connections
            // What a new or changed one dials is in its status only after its first links may have come and gone.
            return self.concernsAll || replication.status.observedGeneration != replication.metadata.generation
                || (connections.isEmpty
                    ? !self.addresses.isEmpty : connections.contains(where: self.addresses.contains))
        }
    }
}

extension ReplicationMeasurement.Link {
    /// Whether the other side is there.
    package var isConnected: Bool { self.session.state == .catchingUp || self.session.state == .live }

    /// Who is at the other end: the BigPeer where that is known, else the peer's key, or what it calls itself.
    package var title: String { self.bigPeer.map { "BigPeer \"\($0)\"" } ?? self.session.peer }

    /// Where the other end is, and who was there last as far as that is known.
    package var place: String { self.bigPeer.map { "BigPeer \"\($0)\" at \(self.address)" } ?? self.address }

    /// The link without the figures that move with every change: what is told at once when it differs.
    fileprivate var outline: Self {
        var outline = self
        outline.session.collections = self.session.collections.map {
            ReplicationSession.Collection(name: $0.name, documents: 0, usn: 0)
        }
        return outline
    }

    /// The collections that are behind.
    fileprivate var behind: Set<String> {
        Set(self.session.collections.filter { $0.lagChanges ?? 0 > 0 || $0.lagMilliseconds ?? 0 > 0 }.map(\.name))
    }
}
