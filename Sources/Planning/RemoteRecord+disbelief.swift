import Clocks
import Resources

extension RemoteRecord {
    /// For how long "not there" is not to be believed; `nil` when it is.
    ///
    /// A user's request ends the disbelief in a peer that has confirmed the creation, and never that in a creation
    /// whose outcome is unknown: such a request may still be on its way. A peer that we run ourselves answers from one
    /// database: it never forgets for a moment what it has confirmed.
    func disbelief(at now: Timestamp, isRequested: Bool = false, _ location: BigPeer.Location) -> Duration? {
        switch self.provenance {
        case .creating: self.ambiguity(at: now, location.timeout)
        case .created where isRequested || location.isEmbedded: nil
        case .created(let moment):
            (moment + RemoteLine.creationGrace).remaining(at: now, atMost: RemoteLine.creationGrace)
        case .adopted: nil
        }
    }

    /// For how long a creation of unknown outcome may still take effect; `nil` when it no longer can.
    func ambiguity(at now: Timestamp, _ timeout: Duration) -> Duration? {
        guard case .creating(let attempt) = self.provenance else { return nil }
        return attempt.until.remaining(at: now, atMost: timeout + RemoteLine.ambiguityGrace)
    }
}

extension Timestamp {
    /// The time left until this moment; `nil` when it has passed.
    ///
    /// A moment further off than it can have been set comes from a clock that was set back: then nothing is left.
    fileprivate func remaining(at now: Timestamp, atMost longest: Duration) -> Duration? {
        let left = self - now
        return left > .zero && left <= longest ? left : nil
    }
}
