import Clocks

/// Dialling: who is dialled when.
extension ReplicationNode {
    /// How long a link must have lasted for its end to count as the first failure.
    private static let lasting = Duration.seconds(5)

    /// Dials what is due.
    mutating func dialDue(_ name: String, at now: Duration) {
        guard self.apps[name]?.position != nil else { return }
        while let (address, dial, due) = self.apps[name]?.dials.next() {
            if let peer = dial.peer, self.elected(peer, app: name) != nil {
                // The peer is here already; its link's end starts this again.
                self.apps[name]?.dials[address]?.nextAt = nil
                self.actions.append(.statusChanged(app: name))
            } else if due > now {
                return self.wake(noLaterThan: due)
            } else if let later = self.dialPace.hold(at: now) {
                return self.wake(noLaterThan: later)
            } else {
                let id = self.nextDial()
                self.apps[name]?.dials[address]?.link = id
                self.apps[name]?.dials[address]?.nextAt = nil
                self.apps[name]?.links.append(id)
                self.links[id] = ReplicationLink(
                    id: id,
                    address: address.hostAndPort,
                    dialled: address,
                    app: name,
                    phase: .connecting,
                    at: now
                )
                self.actions.append(.dial(id, address, app: name))
                self.wake(noLaterThan: now + AppWebsocketLimits.loginTime)
            }
        }
    }

    /// Plans the next attempt after a link that this side dialled has ended.
    mutating func dialEnded(
        _ address: PeerAddress,
        _ link: ReplicationLink,
        error: String?,
        app name: String,
        at now: Duration
    ) {
        guard var dial = self.apps[name]?.dials[address] else { return }
        dial.link = nil
        dial.lastError = error
        dial.failures = link.isOpen && now - link.since >= Self.lasting ? 1 : min(dial.failures + 1, 64)
        if dial.peer == self.peerKey { dial.failures = 64 }
        let backoff = Backoff(base: self.timing.redial.lowerBound, cap: self.timing.redial.upperBound)
        dial.nextAt = now + backoff.delay(failures: dial.failures, using: &self.chance)
        self.apps[name]?.dials[address] = dial
        self.dialDue(name, at: now)
    }

    /// Dials a peer again that was here by another link, which has ended.
    mutating func resumeDialling(_ peer: String, app name: String, at now: Duration) {
        guard let app = self.apps[name] else { return }
        let backoff = Backoff(base: self.timing.redial.lowerBound, cap: self.timing.redial.upperBound)
        let waiting = app.dials.sorted { $0.peer == peer && $0.link == nil && $0.nextAt == nil }
        for (address, dial) in waiting {
            let wait = backoff.delay(failures: max(1, dial.failures), using: &self.chance)
            self.apps[name]?.dials[address]?.nextAt = now + wait
        }
        self.dialDue(name, at: now)
    }
}
