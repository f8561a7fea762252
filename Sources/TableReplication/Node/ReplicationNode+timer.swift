/// What is due at a time: logins that took too long, answers held back, signs of life, positions, dialling.
extension ReplicationNode {
    mutating func timer(at now: Duration) {
        self.wakeHasCome()
        for id in self.links.keys.sorted() {
            guard let link = self.links[id] else { continue }
            if let deadline = self.checkLink(link, at: now) { self.wake(noLaterThan: deadline) }
        }
        if let progressAt = self.progressAt {
            if progressAt <= now {
                self.progressAt = nil
                self.sendProgress(at: now)
            } else {
                self.wake(noLaterThan: progressAt)
            }
        }
        for name in self.apps.keys.sorted() { self.dialDue(name, at: now) }
    }

    private mutating func sendProgress(at now: Duration) {
        for id in self.links.keys.sorted() {
            guard let position = self.position(of: id) else { continue }
            self.links[id]?.sendProgress(position, into: &self.actions)
            self.noteSent(id, at: now)
        }
    }

    /// Does what is due for a link, and says when to look at it again; `nil` when it is gone.
    private mutating func checkLink(_ link: ReplicationLink, at now: Duration) -> Duration? {
        guard link.isOpen else {
            if let (at, refusal) = link.refusal, at <= now {
                // The timer comes for the open link by itself.
                return self.lookAgain(link.id, at: now) ? nil : self.sendRefusal(refusal, link, at: now)
            }
            let deadline = link.since + AppWebsocketLimits.loginTime
            guard deadline > now else {
                self.close(link.id, .loginTimeout, at: now)
                return nil
            }
            return min(deadline, link.refusal?.at ?? deadline)
        }
        if let suspectUntil = link.suspectUntil, suspectUntil <= now {
            self.close(link.id, .silent, at: now)
            return nil
        }
        let interval = link.peer == nil ? self.timing.foreignKeepAlive : self.timing.ownKeepAlive
        // A foreign side need not answer; whether it lives the socket must find out when this is sent.
        if link.peer != nil, now - link.lastReceived >= interval * 2 {
            self.close(link.id, .silent, at: now)
            return nil
        }
        if let app = link.app, link.replicators.contains(where: { $0.retryAt.map { $0 <= now } ?? false }) {
            self.startReplicators(link.id, app: app, at: now)
        }
        let retryAt = link.replicators.compactMap(\.retryAt).filter { $0 > now }.min()
        var quietSince = min(link.lastReceived, link.lastSent)
        // The side that dialled asks and the other answers.
        if link.isDialled || link.peer == nil {
            if link.peer == nil { quietSince = max(link.lastReceived, link.lastSent) }
            if now - quietSince >= interval, now - link.lastSent >= interval / 2 {
                self.actions.append(.send(link.id, MessageWriter(.keepAlive).finished()))
                self.links[link.id]?.lastSent = now
            }
        }
        let next = min(now + interval / 2, retryAt ?? now + interval)
        return min(next, link.suspectUntil ?? next)
    }

    private mutating func sendRefusal(
        _ refusal: ServerLogin.Refusal,
        _ link: ReplicationLink,
        at now: Duration
    ) -> Duration? {
        self.actions.append(.send(link.id, refusal.message))
        if let app = refusal.appId, self.apps[app]?.refusedLogin != link.address {
            self.apps[app]?.refusedLogin = link.address
            self.actions.append(.statusChanged(app: app))
        }
        // Of an app that is still being opened there will be other news.
        if let name = refusal.strangeApp, !self.apps.values.contains(where: { $0.configuration.isNamed(name) }) {
            self.actions.append(.strangeLogin(address: link.address, app: name))
        }
        guard !refusal.isLast else {
            self.close(link.id, .tooManyLogins, at: now)
            return nil
        }
        self.links[link.id]?.refusal = nil
        if case .serverLogin(var login) = link.phase {
            login.refusalSent()
            self.links[link.id]?.phase = .serverLogin(login)
        }
        return link.since + AppWebsocketLimits.loginTime
    }
}
