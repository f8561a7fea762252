import Clocks
import PeerModel
import Resources

/// What the answer to a write, or to the read that confirms one, means.
extension RemoteLine {
    mutating func created(_ response: PeerResponse, _ goal: Goal, _ record: RemoteRecord) -> Step {
        let created = record.with(.created(at: self.now))
        switch response {
        case .found(let observed):
            guard goal.desired.isSatisfied(by: observed) else {
                return self.finishNotConverging(observed, goal, created)
            }
            return self.finish(synced: created, self.creationNotice(goal))
        case .done, .apps:
            self.state = .confirming(goal, created, self.creationNotice(goal))
            return .send(.read(goal.target.id))
        case .alreadyExists:
            self.state = .settlingClash(goal)
            return .send(.read(goal.target.id))
        case .failed(let failure) where failure.mayHaveBeenApplied:
            let attempt = RemoteRecord.Attempt(
                digest: goal.desired.digest,
                until: self.now + Self.ambiguityGrace
            )
            return self.finish(obstructing: response, goal, record: record.with(.creating(attempt)))
        case .absent(.object):
            return self.finish(
                .waiting(.appNotFound, "the Big Peer knows no such app or Big Peer: \(goal.target.id)"),
                record: self.recordElsewhere(than: goal),
                next: .backOff
            )
        case .absent, .takenByOtherApp, .refused, .failed:
            // Nothing was made, so there is nothing new to remember.
            return self.finish(obstructing: response, goal, record: self.recordElsewhere(than: goal))
        }
    }

    /// What is told of an object that was made: one that had been there before was deleted by somebody else.
    func creationNotice(_ goal: Goal) -> Outcome.Notice {
        switch self.record(of: goal)?.provenance {
        case .created, .adopted:
            Outcome.Notice(.driftCorrected, "\(goal.target.id) had been deleted by others and was made again")
        case .creating, nil: Outcome.Notice(.created, "created \(goal.target.id)")
        }
    }

    mutating func settleClash(_ response: PeerResponse, _ goal: Goal) -> Step {
        guard case .found(let observed) = response else { return self.finish(obstructing: response, goal) }
        // Without a record from an earlier run the object is not from a request of ours.
        return self.compare(observed, goal)
    }

    mutating func replaced(_ response: PeerResponse, _ goal: Goal, _ record: RemoteRecord) -> Step {
        switch response {
        case .found(let observed):
            guard goal.desired.isSatisfied(by: observed) else {
                return self.finishNotConverging(observed, goal, record)
            }
            return self.finish(synced: record, self.replacementNotice(goal))
        case .done, .apps:
            self.state = .confirming(goal, record, self.replacementNotice(goal))
            return .send(.read(goal.target.id))
        default: return self.finish(obstructing: response, goal, record: record)
        }
    }

    func replacementNotice(_ goal: Goal) -> Outcome.Notice {
        self.subject.isSettled
            ? Outcome.Notice(.driftCorrected, "\(goal.target.id) had been changed by others and was set back")
            : Outcome.Notice(.updated, "updated \(goal.target.id)")
    }

    mutating func confirm(
        _ response: PeerResponse,
        _ goal: Goal,
        _ record: RemoteRecord,
        _ notice: Outcome.Notice
    ) -> Step {
        switch response {
        case .found(let observed):
            return goal.desired.isSatisfied(by: observed)
                ? self.finish(synced: record, notice) : self.finishNotConverging(observed, goal, record)
        case .absent(.object):
            let wait = record.disbelief(at: self.now, goal.target.location)
            return self.finish(
                .progressing(.awaitingRemote, "\(goal.target.id) was just written and does not show yet"),
                record: record,
                next: .after(wait ?? Self.deletionRecheck)
            )
        default: return self.finish(obstructing: response, goal, record: record)
        }
    }

    mutating func report(_ response: PeerResponse, _ goal: Goal) -> Step {
        switch response {
        case .found(let observed):
            let agrees = goal.desired.isSatisfied(by: observed)
            return self.finish(
                .observed(
                    agrees: agrees,
                    agrees ? "the remote agrees" : goal.desired.summary(ofDifferencesFrom: observed)
                ),
                next: .driftCheck
            )
        case .absent(.object):
            return self.finish(.observed(agrees: false, "\(goal.target.id) does not exist"), next: .driftCheck)
        default: return self.finish(obstructing: response, goal)
        }
    }
}
