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
            // A BigPeer that was made anew under another name leads elsewhere; what is there was never ours.
            guard target.id == record.id else {
                return self.finish(
                    .stalled(
                        .deletionBlocked,
                        "the BigPeer leads to \(target.id) now, and this resource looks after \(record.id); "
                            + "`peerage delete --force-orphan` lets go without deleting it"
                    ),
                    next: .driftCheck
                )
            }
            self.state = .deleting(target.id)
            return .send(.delete(target.id))
        }
    }

    mutating func deleted(_ response: PeerResponse, _ id: RemoteID) -> Step {
        switch response {
        case .done, .found, .apps, .absent:
            // A creation that is still on its way could land after the deletion.
            if case .absent = response, let wait = self.subject.record?.ambiguity(at: self.subject.now) {
                return self.finish(
                    .progressing(.deleting, "waiting for an earlier creation of \(id) to show or to fail"),
                    next: .after(wait)
                )
            }
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

    private mutating func release(_ notice: Outcome.Notice) -> Step {
        self.state = .releasing(notice)
        return .store(.removeFinalizer)
    }

    private mutating func finishBlocked(_ failure: PeerFailure) -> Step {
        self.finish(
            .waiting(
                .deletionBlocked,
                "\(failure.message)\(failure.message.last == "." ? "" : ".") `peerage delete --force-orphan` lets go without deleting at the Big Peer."
            ),
            next: failure.next
        )
    }
}
