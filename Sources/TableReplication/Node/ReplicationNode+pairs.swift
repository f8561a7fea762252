/// One link per pair of peers and app: which of several stays, and which carries this side's sessions.
extension ReplicationNode {
    /// Decides about a link that has just logged in, and those that its peer had before.
    ///
    /// Two links that one side dialled: the newer stays, as that side knows best why it dialled again. One from each side:
    /// the one dialled by the peer with the smaller key stays, and the dialler of the other closes it. Whoever does not
    /// close an older link asks it for a sign of life, as its peer may have come anew because that link is dead.
    mutating func settle(_ id: LinkID, _ peer: String, app name: String, at now: Duration) {
        let isDialled = self.links[id]?.isDialled ?? false
        let ownIsSmaller = self.peerKey < peer
        for other in self.apps[name]?.links ?? [] where other != id {
            guard let link = self.links[other], link.isOpen, link.peer?.peerKey == peer else { continue }
            if link.isDialled == isDialled {
                self.close(other, .superseded, at: now)
            } else if isDialled, !ownIsSmaller {
                self.suspect(other, at: now)
                self.close(id, .superseded, at: now)
                return
            } else if link.isDialled, !ownIsSmaller {
                self.close(other, .superseded, at: now)
            } else {
                self.suspect(other, at: now)
            }
        }
        self.elect(peer, app: name, at: now)
    }

    /// Asks a link for a sign of life; without one it is closed soon.
    private mutating func suspect(_ id: LinkID, at now: Duration) {
        self.actions.append(.send(id, MessageWriter(.keepAlive).finished()))
        // Only the side that was connected to answers; the other speaks up by itself, but not that soon.
        guard self.links[id]?.isDialled == true else { return }
        let deadline = now + self.timing.suspicion
        self.links[id]?.suspectUntil = deadline
        self.links[id]?.lastSent = now
        self.wake(noLaterThan: deadline)
    }

    /// The link of a pair that carries this side's sessions: of those that are open, the one that stays.
    func elected(_ peer: String, app name: String) -> LinkID? {
        let ownIsSmaller = self.peerKey < peer
        let open = (self.apps[name]?.links ?? []).filter {
            self.links[$0]?.isOpen == true && self.links[$0]?.peer?.peerKey == peer
        }
        return open.last { (self.links[$0]?.isDialled ?? false) == ownIsSmaller } ?? open.last
    }

    /// Moves this side's sessions to the link that stays, or dials again when there is none.
    mutating func elect(_ peer: String, app name: String, at now: Duration) {
        guard let elected = self.elected(peer, app: name) else { return self.resumeDialling(peer, app: name, at: now) }
        for id in self.apps[name]?.links ?? [] where id != elected && self.links[id]?.peer?.peerKey == peer {
            self.links[id]?.replicators = []
        }
        self.startReplicators(elected, app: name, at: now)
    }
}
