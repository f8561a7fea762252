extension ReplicationNode {
    /// How an app's replication is now.
    ///
    /// - Parameters:
    ///   - name: The app's id.
    ///   - now: The steady clock's time.
    /// - Returns: The status; empty for an app that is not configured.
    package func status(of name: String, at now: Duration) -> ReplicationStatus {
        var status = ReplicationStatus()
        guard let app = self.apps[name] else { return status }
        for id in app.links {
            guard let link = self.links[id] else { continue }
            let dial = link.dialled.flatMap { app.dials[$0] }
            // While the connection is being made it is that of the peer who was there last.
            let peer = link.peer?.peerKey ?? (link.isOpen ? nil : dial?.peer)
            status.sessions.append(
                LinkStatus(
                    peer: peer ?? (link.user.isEmpty ? link.address : link.user),
                    address: link.address,
                    dialled: link.isDialled,
                    state: link.state,
                    lastError: dial?.lastError ?? link.problem,
                    collections: link.replicators.map { $0.status(at: now) },
                    publishing: link.publishers.map(\.status)
                )
            )
        }
        // Addresses without a link, unless their peer is here by another one.
        for (address, dial) in app.dials.sorted(where: { $0.link == nil && $0.nextAt != nil }) {
            status.sessions.append(
                LinkStatus(
                    peer: dial.peer ?? address.hostAndPort,
                    address: address.hostAndPort,
                    dialled: true,
                    state: .connecting,
                    lastError: dial.lastError,
                    collections: [],
                    publishing: []
                )
            )
        }
        return status
    }
}

extension ReplicationLink {
    /// What the link is doing.
    var state: LinkStatus.State {
        switch self.phase {
        case .connecting: .connecting
        case .clientLogin, .serverLogin: .loggingIn
        case .open:
            self.replicators.allSatisfy(\.isLive) && self.publishers.allSatisfy(\.phase.isLive) ? .live : .initial
        }
    }

    /// Notes which sessions are behind.
    mutating func noteLag(at now: Duration) {
        for index in self.replicators.indices { self.replicators[index].noteLag(at: now) }
    }
}
