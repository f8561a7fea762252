import KubernetesModel
import Resources

/// What a measurement says about one replication.
extension BigPeerReplication {
    /// The links that concern this replication, with its own collections only, as an app's links are shared by all its
    /// replications.
    func links(in measurement: ReplicationMeasurement) -> [ReplicationMeasurement.Link] {
        measurement.links(dialling: Set(self.status.connections)).map {
            $0.narrowed(to: self.spec.queriesByCollection)
        }
    }

    /// Whether data flows, as measured; where nobody can know, nothing is claimed.
    func replicating(_ measurement: ReplicationMeasurement?) -> Condition {
        func tell(_ status: Condition.Status, _ reason: Reason, _ message: String? = nil) -> Condition {
            Condition(.replicating, status, reason, message, generation: self.metadata.generation)
        }
        if self.policy.isSuspended { return tell(.unknown, .suspended) }
        guard let measurement else { return tell(.unknown, .notMeasured) }
        // The links are those of the app: they say nothing of a replication that the peer does not know.
        guard self.status.lastSyncTime != nil else {
            return tell(.unknown, .notMeasured, "the Big Peer has not held it yet as the spec says")
        }
        guard !measurement.lacksCredential else {
            return tell(.false, .credentialMissing, Self.credentialAdvice(self.app))
        }
        let links = self.links(in: measurement)
        let apart = links.filter { !$0.isConnected }
        if let first = apart.first {
            let others = apart.count > 1 ? ", and \((apart.count - 1)) more" : ""
            return tell(.false, .disconnected, "no session with \(first.place)\(others)\(first.why)")
        }
        guard !links.isEmpty else { return tell(.false, .disconnected, self.loneliness(measurement)) }
        if let (link, refusal) = links.lazy.compactMap(\.firstRefusal).first {
            return tell(.false, .queryRefused, "\(link.title) cannot evaluate \(refusal)")
        }
        if let behind = links.first(where: { !$0.hasReceivedAll }) {
            return tell(
                .false,
                .catchingUp,
                "taking over what was there before, with \(behind.title)\(behind.why)"
            )
        }
        if let behind = links.first(where: { !$0.publishing.isEmpty }) {
            return tell(.false, .catchingUp, "\(behind.title) is taking over what was there before")
        }
        let isAsked = links.contains { !$0.published.isEmpty }
        guard isAsked || !self.spec.queriesByCollection.isEmpty else {
            return tell(.false, .nothingSubscribed, "neither side asks for any data")
        }
        // Such as rows that could not be taken: the others come.
        let trouble = links.first { !$0.why.isEmpty }.map { "; \($0.title)\($0.why)" } ?? ""
        let sessions = links.count == 1 ? "one session is live" : "\(links.count) sessions are live"
        return tell(.true, .live, sessions + trouble)
    }

    private static func credentialAdvice(_ app: String) -> String {
        "nobody can log in, and nobody is dialled: other machines can reach the peer, so app \(app) needs a credential "
            + "in spec.embedded.replication.credentials of the BigPeer"
    }

    /// Why there is no link at all.
    private func loneliness(_ measurement: ReplicationMeasurement) -> String {
        if let address = self.status.connections.min() {
            let others = self.status.connections.count - 1
            return "no session with \(address)\(others > 0 ? ", and \(others) more" : "") yet"
        }
        if let other = measurement.dialledLinks.first {
            return "no session with \(other.address), which another replication of the app dials\(other.why)"
        }
        let refused = measurement.refusedLogin.map {
            "; somebody who came from \($0) was refused: their replication credential for the app is another"
        }
        return "no other peer is connected; this side waits to be dialled" + (refused ?? "")
    }

    /// The links as the status lists them; none for a replication of which nothing is claimed.
    func sessions(_ measurement: ReplicationMeasurement?) -> [ReplicationSession] {
        guard let measurement, !self.policy.isSuspended, self.status.lastSyncTime != nil else { return [] }
        return self.links(in: measurement).map(\.session)
    }
}

extension ReplicationMeasurement.Link {
    /// The link as it concerns a replication that asks for these queries.
    fileprivate func narrowed(to queries: [String: [String]]) -> Self {
        var link = self
        link.session.collections.removeAll { queries[$0.name] == nil }
        link.receiving = [:]
        for (collection, var receiving) in self.receiving {
            guard let own = queries[collection] else { continue }
            receiving.refused.removeAll { !own.contains($0.query) }
            link.receiving[collection] = receiving
        }
        if link.isConnected {
            link.session.state = link.hasReceivedAll && link.publishing.isEmpty ? .live : .catchingUp
        }
        return link
    }

    /// Whether nothing from before is to come.
    fileprivate var hasReceivedAll: Bool { self.receiving.values.allSatisfy(\.isLive) }

    /// The first query whose documents do not come.
    fileprivate var firstRefusal: (link: Self, text: String)? {
        for (collection, receiving) in self.receiving.sorted(by: { $0.key < $1.key }) {
            guard let refusal = receiving.refused.first else { continue }
            return (self, "a query of collection \(collection): \(refusal.reason)")
        }
        return nil
    }

    /// What is wrong, to be put behind a sentence; empty when nothing is.
    fileprivate var why: String {
        if let problem = self.problem { return ": \(problem)" }
        for (collection, receiving) in self.receiving.sorted(by: { $0.key < $1.key }) {
            if let problem = receiving.problem { return ": collection \(collection): \(problem)" }
        }
        return ""
    }
}
