import Clocks
import KubernetesModel
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
    /// What is wrong, to be put behind a sentence; empty when nothing is.
    fileprivate var why: String { self.problem.map { ": \($0)" } ?? "" }

    /// The link without the figures that move with every change: what is told at once when it differs.
    fileprivate var outline: Self {
        var outline = self
        outline.session.collections = self.session.collections.map {
            ReplicationSession.Collection(name: $0.name, documents: 0, usn: 0)
        }
        return outline
    }
}

extension BigPeerReplication {
    /// The links that concern this replication: those it dials, and all that others have dialled; with its own
    /// collections only, as an app's links are shared by all its replications.
    func links(in measurement: ReplicationMeasurement) -> [ReplicationMeasurement.Link] {
        measurement.links(dialling: Set(self.status.connections).sorted()).map { link in
            var link = link
            link.session.collections.removeAll { self.spec.queriesByCollection[$0.name] == nil }
            return link
        }
    }

    /// Whether data flows, as measured; without a measurement nothing is claimed.
    func replicating(_ measurement: ReplicationMeasurement?) -> Condition {
        func tell(_ status: Condition.Status, _ reason: Reason, _ message: String) -> Condition {
            Condition(.replicating, status, reason, message, generation: self.metadata.generation)
        }
        guard let measurement else {
            return Condition(.replicating, .unknown, .notMeasured, generation: self.metadata.generation)
        }
        let links = self.links(in: measurement)
        let apart = links.filter { $0.session.state == .connecting || $0.session.state == .failed }
        if let first = apart.first {
            let others = apart.count > 1 ? ", and \((apart.count - 1)) more" : ""
            return tell(.false, .disconnected, "no session with \(first.address)\(others)\(first.why)")
        }
        guard !links.isEmpty else {
            return tell(.false, .disconnected, "no other peer is connected; this side waits to be dialled")
        }
        if let behind = links.first(where: { $0.session.state == .catchingUp }) {
            let peer = "\(behind.session.peer)\(behind.why)"
            return tell(.false, .catchingUp, "taking over what was there before, with \(peer)")
        }
        let isAsked = links.contains { !$0.published.isEmpty }
        guard isAsked || !self.spec.queriesByCollection.isEmpty else {
            return tell(.false, .nothingSubscribed, "neither side asks for any data")
        }
        // Such as rows that could not be taken: the others come.
        let trouble = links.first { $0.problem != nil }.map { "; \($0.session.peer)\($0.why)" } ?? ""
        let sessions = links.count == 1 ? "one session is live" : "\(links.count) sessions are live"
        return tell(.true, .live, sessions + trouble)
    }

    /// The status with what is measured now; `nil` when it says so already, or when it has nothing to say yet.
    package func status(measuring surroundings: Surroundings) -> BigPeerReplicationStatus? {
        guard !self.metadata.isBeingDeleted, !self.policy.isSuspended, self.status.lastSyncTime != nil,
            let before = self.conditions[.replicating]
        else { return nil }
        let measurement = surroundings.measurement(self)
        let now = self.replicating(measurement)
        let sessions = measurement.map { self.links(in: $0).map(\.session) } ?? []
        guard
            sessions != self.status.sessions || now.status != before.status || now.reason != before.reason
                || now.message != before.message
        else { return nil }
        var status = self.status
        status.sessions = sessions
        status.conditions = self.conditions
            .map { $0.type == now.type ? now : $0 }
            .timed(since: self.conditions, now: surroundings.now.rfc3339)
        return status
    }
}
