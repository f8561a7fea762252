import PeerModel
import Resources

/// The line of a resource on its way out: delete what is ours, see that it is gone, let go.
extension RemoteLine {
    mutating func beginDeletion() -> Step {
        guard self.subject.hasFinalizer else {
            return self.finish(Outcome(.released, record: nil, next: .whenChanged))
        }
        guard let record = self.subject.record else {
            return self.release(Outcome.Notice(.deleted, "released; nothing of it was ever made at the Big Peer"))
        }
        if self.subject.policy.management == .observe || self.subject.policy.deletion == .orphan {
            return self.release(Outcome.Notice(.orphaned, "left \(record.id) as it is"))
        }
        if case .older(let key) = self.subject.rival {
            return self.release(Outcome.Notice(.orphaned, "left \(record.id) to \(key)"))
        }
        if case .younger(let key) = self.subject.rival {
            return self.release(Outcome.Notice(.orphaned, "left \(record.id) to \(key)"))
        }
        if let obstacle = self.subject.deletionObstacle { return self.finish(obstacle) }
        switch self.subject.target {
        case .failure(let obstacle):
            return self.finish(
                .waiting(
                    .deletionBlocked,
                    "\(obstacle.message); `peerage delete --force-orphan` lets go without deleting \(record.id)"
                ),
                next: .backOff
            )
        case .success(let target):
            // A BigPeer that was given another URL or name leads elsewhere; what is there was never ours.
            guard target.isRecorded(by: record) else {
                return self.finish(
                    .stalled(
                        .deletionBlocked,
                        "the BigPeer leads to \(target.id), \(target.location.url), now, and this resource looks after "
                            + "\(record.id), \(record.url); "
                            + "`peerage delete --force-orphan` lets go without deleting it"
                    ),
                    next: .driftCheck
                )
            }
            if case .creating(let attempt) = record.provenance {
                self.state = .identifying(target, attempt)
                return .send(.read(target.id))
            }
            return self.delete(target)
        }
    }

    private mutating func delete(_ target: RemoteSubject.Target) -> Step {
        self.state = .deleting(target)
        return .send(.delete(target.id))
    }

    /// Decides on the object of a creation whose answer is not known: what was not sent is not ours to delete.
    mutating func identify(
        _ response: PeerResponse,
        _ target: RemoteSubject.Target,
        _ attempt: RemoteRecord.Attempt
    ) -> Step {
        switch response {
        case .found(let observed) where observed.digest == attempt.digest: self.delete(target)
        case .found:
            self.release(Outcome.Notice(.orphaned, "left \(target.id), which somebody else has made in the meantime"))
        case .absent: self.waitForCreation(target) ?? self.release(Self.goneNotice(target.id))
        default: self.confirmGone(response)
        }
    }

    /// Waits while a creation that is still on its way could land after the deletion.
    private mutating func waitForCreation(_ target: RemoteSubject.Target) -> Step? {
        guard let wait = self.subject.record?.ambiguity(at: self.now, target.location.timeout) else { return nil }
        return self.finish(
            .progressing(.deleting, "waiting for an earlier creation of \(target.id) to show or to fail"),
            next: .after(wait)
        )
    }

    mutating func deleted(_ response: PeerResponse, _ target: RemoteSubject.Target) -> Step {
        let id = target.id
        switch response {
        case .done, .found, .apps, .absent:
            if case .absent = response, let wait = self.waitForCreation(target) { return wait }
            self.state = .confirmingGone
            return .send(.read(id))
        case .takenByOtherApp: return self.release(Self.goneNotice(id))
        case .alreadyExists(let message), .refused(_, let message):
            return self.finish(
                .stalled(.deletionBlocked, "the Big Peer refuses to delete \(id): \(message)"),
                next: .driftCheck
            )
        case .failed(let failure): return self.finishBlocked(failure)
        }
    }

    mutating func confirmGone(_ response: PeerResponse) -> Step {
        switch response {
        case .absent, .takenByOtherApp: return self.release(Self.goneNotice(self.subject.record?.id))
        case .failed(let failure): return self.finishBlocked(failure)
        case .refused(_, let message), .alreadyExists(let message):
            return self.finish(.waiting(.deletionBlocked, "cannot see whether it is gone: \(message)"), next: .backOff)
        case .found, .apps, .done:
            return self.finish(
                .progressing(.deleting, "deleted, but the Big Peer still shows it"),
                next: .after(Self.deletionRecheck)
            )
        }
    }

    private static func goneNotice(_ id: RemoteID?) -> Outcome.Notice {
        Outcome.Notice(.deleted, "deleted \(id.map(\.description) ?? "the remote object")")
    }

    /// Ends looking after the remote object; a status that others will go on reading must not say any more that all
    /// is well.
    private mutating func release(_ notice: Outcome.Notice) -> Step {
        guard self.subject.isHeldByOthers else { return self.letGo(notice) }
        let message = "\(notice.message); finalizers of others still hold this object"
        self.state = .parting(notice)
        return .store(.tell(Outcome(.progressing(.deleting, message), record: nil, next: .whenChanged)))
    }

    mutating func letGo(_ notice: Outcome.Notice) -> Step {
        self.state = .releasing(notice)
        return .store(.removeFinalizer)
    }

    private mutating func finishBlocked(_ failure: PeerFailure) -> Step {
        self.finish(
            .waiting(
                .deletionBlocked,
                "\(failure.message)\(failure.message.last == "." ? "" : ".") "
                    + "`peerage delete --force-orphan` lets go without deleting at the Big Peer."
            ),
            next: failure.next
        )
    }
}
