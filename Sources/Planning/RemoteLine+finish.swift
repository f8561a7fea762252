import PeerModel
import Resources

extension RemoteLine {
    /// The record, if it is of the object that the resource names now.
    func record(of goal: Goal) -> RemoteRecord? {
        self.subject.record.flatMap { goal.target.isRecorded(by: $0) ? $0 : nil }
    }

    /// The record, if it is of another object, such as one of the same name at another server.
    func recordElsewhere(than goal: Goal) -> RemoteRecord? {
        self.record(of: goal) == nil ? self.subject.record : nil
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
                    + goal.desired.summary(ofDifferencesFrom: observed)
            ),
            record: record,
            next: .driftCheck
        )
    }

    /// Ends because the object differs in what the API cannot change.
    mutating func finishUnchangeable(_ observed: PeerObject, _ goal: Goal, record: RemoteRecord?) -> Step {
        self.finish(
            .stalled(
                .appIDMismatch,
                "\(goal.target.id) has another app id, which cannot be changed. "
                    + goal.desired.summary(ofDifferencesFrom: observed)
            ),
            record: record,
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
                .waiting(.bigPeerNotFound, "the API at \(goal.target.location.url) knows no Big Peer \(id.peer)"),
                record: record,
                next: .backOff
            )
        case .absent(.app):
            return self.finish(
                .waiting(.appNotFound, "the Big Peer has no such app for \(id); declare a BigPeerApp"),
                record: record,
                next: .backOff
            )
        case .absent(.object), .absent(.unnamed):
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
                .waiting(failure.reason, failure.message(at: self.now)),
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
