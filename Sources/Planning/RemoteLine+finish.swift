import Clocks
import PeerModel
import Resources

extension RemoteLine {
    /// The record, if it is of the object that the resource names now.
    func record(of goal: Goal) -> RemoteRecord? {
        self.subject.record?.id == goal.target.id ? self.subject.record : nil
    }

    mutating func finish(_ outcome: Outcome) -> Step {
        self.state = .finished
        return .finish(outcome)
    }

    /// Ends with what the status already remembers.
    mutating func finish(_ standing: Outcome.Standing, next: Outcome.Next) -> Step {
        self.finish(standing, record: self.subject.record, next: next)
    }

    mutating func finish(_ standing: Outcome.Standing, record: RemoteRecord?, next: Outcome.Next) -> Step {
        self.finish(Outcome(standing, record: record, next: next))
    }

    mutating func finish(_ obstacle: Obstacle) -> Step {
        self.finish(
            obstacle.isStalled
                ? .stalled(obstacle.reason, obstacle.message) : .waiting(obstacle.reason, obstacle.message),
            next: .whenChanged
        )
    }

    mutating func finish(synced record: RemoteRecord, _ notice: Outcome.Notice? = nil) -> Step {
        self.finish(
            Outcome(.synced, record: record, next: .driftCheck, notices: notice.map { [$0] } ?? [])
        )
    }

    /// Ends because the peer keeps something else than it was sent.
    mutating func finishNotConverging(_ observed: PeerObject, _ goal: Goal, _ record: RemoteRecord) -> Step {
        self.finish(
            .stalled(
                .notConverging,
                "the Big Peer accepted \(goal.target.id) and holds something else. "
                    + goal.desired.differences(from: observed).summary
            ),
            record: record,
            next: .driftCheck
        )
    }

    /// Ends because the object differs in what the API cannot change.
    mutating func finishUnchangeable(_ observed: PeerObject, _ goal: Goal, _ record: RemoteRecord) -> Step {
        self.finish(
            .stalled(
                .appIDMismatch,
                "\(goal.target.id) has another app id, which cannot be changed. "
                    + goal.desired.differences(from: observed).summary
            ),
            next: .driftCheck
        )
    }

    /// Ends because of an answer that no step can follow, with what the status already remembers.
    mutating func finish(obstructing response: PeerResponse, _ goal: Goal) -> Step {
        self.finish(obstructing: response, goal, record: self.subject.record)
    }

    /// Ends because of an answer that no step can follow.
    mutating func finish(obstructing response: PeerResponse, _ goal: Goal, record: RemoteRecord?) -> Step {
        let id = goal.target.id
        switch response {
        case .absent(.bigPeer):
            return self.finish(
                .waiting(.bigPeerNotFound, "the API at \(goal.target.url) knows no Big Peer \(id.peer)"),
                record: record,
                next: .backOff
            )
        case .absent(.app):
            return self.finish(
                .waiting(.appNotFound, "the Big Peer has no such app for \(id); declare a BigPeerApp"),
                record: record,
                next: .backOff
            )
        case .absent(.object):
            return self.finish(
                .progressing(.awaitingRemote, "\(id) went away in between"),
                record: record,
                next: .after(.seconds(1))
            )
        case .takenByOtherApp:
            return self.finish(
                .stalled(
                    .nameTakenByOtherApp,
                    "another app of namespace \(id.peer.namespace) has a replication \"\(id.name)\"; "
                        + "names are unique in a namespace: choose another"
                ),
                record: record,
                next: .driftCheck
            )
        case .alreadyExists(let message), .refused(_, let message):
            return self.finish(
                .stalled(.requestRejected, "the Big Peer refuses \(id): \(message)"),
                record: record,
                next: .driftCheck
            )
        case .failed(let failure):
            return self.finish(
                .waiting(failure.reason, failure.message(at: self.subject.now)),
                record: record,
                next: failure.next
            )
        case .found, .apps, .done:
            return self.finish(
                .waiting(.invalidResponse, "the Big Peer's answer about \(id) does not fit the question"),
                record: record,
                next: .backOff
            )
        }
    }
}

extension RemoteRecord {
    func with(_ provenance: Provenance) -> RemoteRecord {
        RemoteRecord(id: self.id, url: self.url, provenance: provenance)
    }

    /// For how long "not there" is not to be believed; `nil` when it is.
    ///
    /// A user's request ends the disbelief in a peer that has confirmed the creation, and never that in a creation
    /// whose outcome is unknown: such a request may still be on its way.
    func disbelief(at now: Timestamp, isRequested: Bool = false) -> Duration? {
        switch self.provenance {
        case .creating: self.ambiguity(at: now)
        case .created where isRequested: nil
        case .created(let moment): (moment + RemoteLine.creationGrace).remaining(at: now)
        case .adopted: nil
        }
    }

    /// For how long a creation of unknown outcome may still take effect; `nil` when it no longer can.
    func ambiguity(at now: Timestamp) -> Duration? {
        guard case .creating(let moment) = self.provenance else { return nil }
        return (moment + RemoteLine.ambiguityGrace).remaining(at: now)
    }
}

extension Timestamp {
    /// The time left until this moment; `nil` when it has passed.
    ///
    /// A moment further off than any grace period comes from a clock that was set back: then nothing is left.
    fileprivate func remaining(at now: Timestamp) -> Duration? {
        let left = self - now
        return left > .zero && left <= RemoteLine.creationGrace ? left : nil
    }
}

extension [String] {
    /// A few differences on one line, bounded.
    var summary: String {
        let shown = self.prefix(6).joined(separator: ", ")
        return self.count > 6 ? "Differences: \(shown), and \(self.count - 6) more" : "Differences: \(shown)"
    }
}
