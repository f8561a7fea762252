import Clocks
import KubernetesModel
import Resources

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

    /// The part of a status that tells whether data flows.
    struct Flow {
        let condition: Condition
        let sessions: [ReplicationSession]
    }

    /// Whether data flows, as this process knows it; `nil` when that is another's to tell.
    func flow(as sight: ReplicationSight) -> Flow? {
        switch sight {
        case .measured(let measurement):
            Flow(condition: self.replicating(measurement), sessions: self.links(in: measurement).map(\.session))
        case .unmeasured: Flow(condition: self.replicating(nil), sessions: [])
        case .toldByHost: nil
        }
    }

    /// Whether data flows, as the status says; before anybody has said anything, nothing is claimed.
    var flowAsTold: Flow {
        Flow(condition: self.conditions[.replicating] ?? self.replicating(nil), sessions: self.status.sessions)
    }

    /// The status with what is measured now; `nil` when it says so already, or when it has nothing to say yet.
    package func status(measuring surroundings: Surroundings) -> BigPeerReplicationStatus? {
        self.status(telling: surroundings.sight(self), now: surroundings.now)
    }

    /// The status with what is known now of whether data flows, and nothing else changed.
    ///
    /// - Parameters:
    ///   - sight: What this process knows.
    ///   - now: The time of day.
    /// - Returns: The status; `nil` when it says so already, when it has nothing to say yet, and when another tells.
    package func status(telling sight: ReplicationSight, now: Timestamp) -> BigPeerReplicationStatus? {
        guard !self.metadata.isBeingDeleted, !self.policy.isSuspended, self.status.lastSyncTime != nil,
            let before = self.conditions[.replicating], let flow = self.flow(as: sight)
        else { return nil }
        let condition = flow.condition
        // All else speaks of the new spec already; before that, it is not worth a write of its own.
        let isBehind =
            before.observedGeneration != condition.observedGeneration
            && self.status.observedGeneration == condition.observedGeneration
        guard
            flow.sessions != self.status.sessions || condition.status != before.status
                || condition.reason != before.reason || condition.message != before.message || isBehind
        else { return nil }
        var status = self.status
        status.sessions = flow.sessions
        status.conditions = self.conditions
            .map { $0.type == condition.type ? condition : $0 }
            .timed(since: self.conditions, now: now.rfc3339)
        return status
    }
}

extension ReplicationMeasurement.Link {
    /// What is wrong, to be put behind a sentence; empty when nothing is.
    fileprivate var why: String { self.problem.map { ": \($0)" } ?? "" }
}
