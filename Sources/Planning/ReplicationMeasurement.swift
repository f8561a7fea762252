import Resources

/// How one app's replication is at an embedded peer, as the peer itself measures it.
package struct ReplicationMeasurement: Sendable, Hashable {
    /// One link.
    package struct Link: Sendable, Hashable {
        /// How it is, with every collection that comes over it.
        package var session: ReplicationSession
        /// The address that was dialled, or that the other side came from.
        package var address: String
        /// Why there is no connection, as far as that is known.
        package var problem: String?
        /// The collections that the other side asks for.
        package var published: Set<String>

        /// Creates a link.
        package init(session: ReplicationSession, address: String, problem: String? = nil, published: Set<String> = [])
        {
            self.session = session
            self.address = address
            self.problem = problem
            self.published = published
        }
    }

    /// The links that the other side has dialled: they concern every replication of the app.
    package private(set) var accepted: [Link] = []
    /// The links that this side dials, by their address: they concern the replications that name it.
    package private(set) var dialled: [String: [Link]] = [:]

    /// Creates a measurement.
    package init(links: [Link] = []) {
        for link in links {
            if link.session.isDialled {
                self.dialled[link.address, default: []].append(link)
            } else {
                self.accepted.append(link)
            }
        }
    }

    /// All links.
    package var links: [Link] { self.accepted + self.dialled.values.flatMap(\.self) }

    /// The links that concern a replication which dials these addresses, in their order.
    package func links(dialling addresses: some Sequence<String>) -> [Link] {
        self.accepted + addresses.flatMap { self.dialled[$0] ?? [] }
    }

    /// What is not as it was.
    package func changes(since before: ReplicationMeasurement) -> Changes {
        var changes = Changes(
            concernsAll: self.accepted != before.accepted,
            isUrgent: self.accepted.map(\.outline) != before.accepted.map(\.outline)
        )
        for (address, links) in self.dialled where links != before.dialled[address] {
            changes.addresses.insert(address)
            changes.isUrgent = changes.isUrgent || links.map(\.outline) != before.dialled[address]?.map(\.outline)
        }
        for address in before.dialled.keys where self.dialled[address] == nil {
            changes.addresses.insert(address)
            changes.isUrgent = true
        }
        return changes
    }

    /// What is not as it was in an earlier measurement.
    package struct Changes: Sendable, Hashable {
        /// Whether links are among it that the other side has dialled.
        package var concernsAll: Bool
        /// Whether more has changed than the figures that move with every change of data.
        package var isUrgent: Bool
        /// The dialled addresses whose links are among it.
        package var addresses: Set<String> = []

        /// Whether it concerns a replication.
        package func concern(_ replication: BigPeerReplication) -> Bool {
            self.concernsAll || replication.status.connections.contains(where: self.addresses.contains)
        }
    }
}

extension ReplicationMeasurement.Link {
    /// The link without the figures that move with every change: what is told at once when it differs.
    fileprivate var outline: Self {
        var outline = self
        outline.session.collections = self.session.collections.map {
            ReplicationSession.Collection(name: $0.name, documents: 0, usn: 0)
        }
        return outline
    }
}
