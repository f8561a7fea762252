import Clocks
import PeerModel
import Resources

/// The line of one resource whose other half is one object at a Big Peer: what to do next, given every answer so far.
///
/// *Expected flow:* `next(nil, at:)` gives the first step; carry it out; hand its reply to `next`, with the time at
/// which it came; repeat until `.finish`. Each step is one call of the Big Peer's API or one write of the resource, and
/// nothing else has any effect.
/// *Guarantees:*
/// - an object is recorded before it is created, and only recorded objects are ever replaced or deleted;
/// - an object that is there although nobody confirmed its creation counts as ours only if it is what was sent;
/// - an object at another server than the recorded one was there before, whatever its name;
/// - a read comes before every create and replace, and after every delete;
/// - "not there" just after a create is not believed, so that nothing is created twice, unless the peer confirmed the
///   creation and a user asks for another look: then the object was most likely deleted, and if it was not, the peer
///   answers a second creation of the name with a clash;
/// - a failed read is never taken for "not there", nor is a 404 that the API did not send;
/// - stopping after any step and starting anew from what is stored leads to the same end.
/// *Assumptions:* one line at a time for one resource; a failed write of the resource ends the run.
package struct RemoteLine: Sendable {
    /// What to do next.
    package enum Step: Sendable, Hashable {
        /// Write the resource.
        case store(StoreWrite)
        /// Call the Big Peer.
        case send(PeerRequest)
        /// Report.
        case finish(Outcome)
    }

    /// One write of the resource.
    package enum StoreWrite: Sendable, Hashable {
        /// Add our finalizer.
        case addFinalizer
        /// Remove our finalizer.
        case removeFinalizer
        /// Remember the remote object in the status.
        case record(RemoteRecord)
        /// Tell in the status what has become of it, for a resource that others keep when we let go.
        case tell(Outcome)
    }

    /// What became of a step.
    package enum Reply: Sendable, Hashable {
        /// The resource is written.
        case stored
        /// The Big Peer answered, or did not.
        case answered(PeerResponse)
    }

    /// A 404 is not believed for so long after the peer confirmed a creation (Crossplane's grace period).
    package static let creationGrace = Duration.seconds(30)
    /// A 404 is not believed for so long after a creation has failed with an unknown outcome: the request may still be
    /// on its way.
    package static let ambiguityGrace = Duration.seconds(10)
    /// How long to wait before a deletion is looked at again.
    static let deletionRecheck = Duration.seconds(2)

    /// What the next reply belongs to; each case is left by exactly one reply.
    enum State: Sendable {
        /// Nothing was done yet.
        case begin
        /// The finalizer is being added.
        case fastening(Goal)
        /// The object is being read, to compare it.
        case reading(Goal)
        /// The object is being read, only to report on it.
        case observing(Goal)
        /// The object's record is being written, and then the request goes out.
        case recording(Goal, RemoteRecord, PeerRequest)
        /// The object is being created.
        case creating(Goal, RemoteRecord)
        /// The object is being read because the peer says that it was already there.
        case settlingClash(Goal)
        /// The object is being replaced.
        case replacing(Goal, RemoteRecord)
        /// The object is being read because the peer's answer to a write did not show it.
        case confirming(Goal, RemoteRecord, Outcome.Notice)
        /// The object is being read, to see whether it is what was sent, before it is deleted.
        case identifying(RemoteSubject.Target, RemoteRecord.Attempt)
        /// The object is being deleted.
        case deleting(RemoteSubject.Target)
        /// The object is being read, to see that it is gone.
        case confirmingGone
        /// The API is being asked for what must be there, because a 404 did not say what is missing: did it send that?
        /// Left for the state that waits for the answer.
        indirect case vouching(State, PeerRequest)
        /// The status is being told that the remote object is not looked after any more.
        case parting(Outcome.Notice)
        /// The finalizer is being removed.
        case releasing(Outcome.Notice)
        /// The outcome is known.
        case finished
    }

    /// What a live resource is after, once nothing stands in its way.
    struct Goal: Sendable {
        let target: RemoteSubject.Target
        let desired: PeerObject
    }

    let subject: RemoteSubject
    var state: State = .begin
    /// When the last reply came.
    var now = Timestamp.epoch

    /// Creates the line of a subject.
    package init(_ subject: RemoteSubject) {
        self.subject = subject
    }

    /// The next step, given the reply to the last one.
    ///
    /// - Parameters:
    ///   - reply: What became of the last step; `nil` at the start.
    ///   - now: The time of day when the reply came.
    /// - Returns: The step to carry out; after `.finish` there is none.
    package mutating func next(_ reply: Reply?, at now: Timestamp) -> Step {
        self.now = now
        return switch (self.state, reply) {
        case (.begin, nil): self.subject.isBeingDeleted ? self.beginDeletion() : self.begin()
        case (.fastening(let goal), .stored): self.read(goal)
        case (.recording(let goal, let record, let request), .stored): self.write(request, goal, record)
        case (.vouching(let state, let request), .answered(let response)): self.vouch(response, to: request, for: state)
        case (_, .answered(.absent(.unnamed))): self.doubt()
        case (.reading(let goal), .answered(let response)): self.compare(response, goal)
        case (.observing(let goal), .answered(let response)): self.report(response, goal)
        case (.creating(let goal, let record), .answered(let response)): self.created(response, goal, record)
        case (.settlingClash(let goal), .answered(let response)): self.settleClash(response, goal)
        case (.replacing(let goal, let record), .answered(let response)): self.replaced(response, goal, record)
        case (.confirming(let goal, let record, let notice), .answered(let response)):
            self.confirm(response, goal, record, notice)
        case (.identifying(let target, let attempt), .answered(let response)):
            self.identify(response, target, attempt)
        case (.deleting(let target), .answered(let response)): self.deleted(response, target)
        case (.confirmingGone, .answered(let response)): self.confirmGone(response)
        case (.parting(let notice), .stored): self.letGo(notice)
        case (.releasing(let notice), .stored):
            self.finish(Outcome(.released, record: nil, next: .whenChanged, notices: [notice]))
        // A reply that does not belong to the step is the runner's defect; it must not become a write.
        default: self.finish(.progressing(.internalError, "a step and its reply did not match"), next: .backOff)
        }
    }
}

// MARK: - A live resource

extension RemoteLine {
    private mutating func begin() -> Step {
        if self.subject.policy.isSuspended { return self.finish(.suspended, next: .whenChanged) }
        let goal: Goal
        switch (self.subject.target, self.subject.desired) {
        // What a person must mend is the better explanation.
        case (_, .failure(let obstacle)) where obstacle.isStalled: return self.finish(obstacle)
        case (.failure(let obstacle), _), (.success, .failure(let obstacle)): return self.finish(obstacle)
        case (.success(let target), .success(let desired)): goal = Goal(target: target, desired: desired)
        }
        if self.subject.policy.management == .observe {
            self.state = .observing(goal)
            return .send(.read(goal.target.id))
        }
        if case .older(let key) = self.subject.rival {
            return self.finish(
                .stalled(
                    .resourceConflict,
                    "\(goal.target.id) is already declared by \(key), which is older and wins; "
                        + "delete one of the two, or give this one another name"
                ),
                next: .whenChanged
            )
        }
        guard self.subject.hasFinalizer else {
            self.state = .fastening(goal)
            return .store(.addFinalizer)
        }
        return self.read(goal)
    }

    private mutating func read(_ goal: Goal) -> Step {
        self.state = .reading(goal)
        return .send(.read(goal.target.id))
    }

    private mutating func compare(_ response: PeerResponse, _ goal: Goal) -> Step {
        switch response {
        case .found(let observed): self.compare(observed, goal)
        case .absent(.object): self.createUnlessJustCreated(goal)
        default: self.finish(obstructing: response, goal)
        }
    }

    /// Decides on an object that is there.
    mutating func compare(_ observed: PeerObject, _ goal: Goal) -> Step {
        let isSatisfied = goal.desired.isSatisfied(by: observed)
        guard let record = self.record(of: goal) else { return self.adopt(observed, goal, isSatisfied: isSatisfied) }
        if case .creating(let attempt) = record.provenance {
            // What is there and is not what was sent, somebody else has made in the meantime.
            guard attempt.digest == observed.digest else {
                return self.adopt(observed, goal, isSatisfied: isSatisfied)
            }
            let created = record.with(.created(at: self.now))
            guard !isSatisfied else { return self.finish(synced: created, self.creationNotice(goal)) }
            guard let request = self.replacement(goal) else {
                return self.finishUnchangeable(observed, goal, record: created)
            }
            // Once it is replaced, nobody can tell any more that it is what was sent.
            return self.record(created, goal, then: request)
        }
        if isSatisfied { return self.finish(synced: record) }
        guard let request = self.replacement(goal) else {
            return self.finishUnchangeable(observed, goal, record: record)
        }
        return self.write(request, goal, record)
    }

    /// Decides on an object that somebody else made.
    private mutating func adopt(_ observed: PeerObject, _ goal: Goal, isSatisfied: Bool) -> Step {
        let record = RemoteRecord(id: goal.target.id, url: goal.target.location.url, provenance: .adopted)
        let remembered = self.recordElsewhere(than: goal)
        switch (self.subject.policy.adoption, isSatisfied) {
        case (.adopt, true), (.adoptIfEqual, true):
            return self.finish(synced: record, Outcome.Notice(.adopted, "adopted \(goal.target.id), which was equal"))
        case (.adopt, false):
            guard let request = self.replacement(goal) else {
                return self.finishUnchangeable(observed, goal, record: remembered)
            }
            return self.record(record, goal, then: request)
        case (.adoptIfEqual, false):
            return self.finish(
                .stalled(
                    .adoptionRefused,
                    "\(goal.target.id) exists already and differs, and adoptionPolicy is AdoptIfEqual; "
                        + "set adoptionPolicy: Adopt to take it over, or make the spec equal. "
                        + goal.desired.summary(ofDifferencesFrom: observed)
                ),
                record: remembered,
                next: .driftCheck
            )
        case (.fail, _):
            return self.finish(
                .stalled(
                    .adoptionRefused,
                    "\(goal.target.id) exists already and adoptionPolicy is Fail; delete it, or set adoptionPolicy"
                ),
                record: remembered,
                next: .driftCheck
            )
        }
    }

    private mutating func createUnlessJustCreated(_ goal: Goal) -> Step {
        let timeout = goal.target.location.timeout
        if let record = self.record(of: goal),
            let wait = record.disbelief(at: self.now, isRequested: self.subject.isRequested, goal.target.location)
        {
            return self.finish(
                .progressing(.awaitingRemote, "\(goal.target.id) was just created and does not show yet"),
                record: record,
                next: .after(wait)
            )
        }
        if case .app(let app) = goal.desired, app.appID == nil {
            return self.finish(
                .stalled(
                    .appNotFound,
                    "\(goal.target.id) does not exist; set spec.appId so that it can be created"
                ),
                next: .driftCheck
            )
        }
        let attempt = RemoteRecord.Attempt(
            digest: goal.desired.digest,
            until: self.now + timeout + Self.ambiguityGrace
        )
        let record = RemoteRecord(
            id: goal.target.id,
            url: goal.target.location.url,
            provenance: .creating(attempt)
        )
        return self.record(record, goal, then: .create(goal.target.id, goal.desired))
    }

    private mutating func record(_ record: RemoteRecord, _ goal: Goal, then request: PeerRequest) -> Step {
        self.state = .recording(goal, record, request)
        return .store(.record(record))
    }

    private mutating func write(_ request: PeerRequest, _ goal: Goal, _ record: RemoteRecord) -> Step {
        if case .create = request {
            self.state = .creating(goal, record)
        } else {
            self.state = .replacing(goal, record)
        }
        return .send(request)
    }

    /// The request that makes an existing object equal; `nil` for an app, whose id the API cannot change.
    private func replacement(_ goal: Goal) -> PeerRequest? {
        switch goal.desired {
        case .app: nil
        case .replication: .replace(goal.target.id, goal.desired)
        }
    }
}
