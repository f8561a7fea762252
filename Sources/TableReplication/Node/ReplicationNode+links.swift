/// Links: from the first byte to the last.
extension ReplicationNode {
    mutating func accepted(_ id: LinkID, address: String, path: String, at now: Duration) {
        guard !self.isBarred(address, at: now) else {
            self.actions.append(.close(id, .tooManyLogins))
            return
        }
        let app = path.split(separator: "/").last.map { String($0.hasSuffix(".htm") ? $0.dropLast(4) : $0) }
        self.links[id] = ReplicationLink(
            id: id,
            address: address,
            dialled: nil,
            app: nil,
            phase: .serverLogin(ServerLogin(pathApp: app)),
            at: now
        )
        self.wake(noLaterThan: now + AppWebsocketLimits.loginTime)
    }

    mutating func opened(_ id: LinkID, at now: Duration) {
        guard let link = self.links[id], case .connecting = link.phase, let app = link.app,
            let credential = self.apps[app]?.credential(peerKey: self.peerKey)
        else { return }
        let login = ClientLogin(credential: credential, chance: &self.chance)
        self.dialPace.settled()
        self.links[id]?.phase = .clientLogin(login)
        self.links[id]?.since = now
        self.actions.append(.send(id, login.start()))
        self.wake(noLaterThan: now + AppWebsocketLimits.loginTime)
    }

    mutating func received(_ bytes: [UInt8], _ id: LinkID, at now: Duration) {
        guard let link = self.links[id] else { return }
        let limit = link.policy.maximumMessageBytes
        let phase = link.phase
        self.links[id]?.lastReceived = now
        self.links[id]?.suspectUntil = nil
        guard bytes.count <= limit else { return self.close(id, .messageTooLong, at: now) }
        let message: Envelope
        do throws(MessageError) {
            message = try Envelope(bytes)
        } catch {
            return self.close(id, .badMessage, at: now)
        }
        switch phase {
        case .connecting: return
        case .clientLogin(let login): self.clientLogin(login, message, id, at: now)
        case .serverLogin(let login): self.serverLogin(login, message, id, at: now)
        case .open: self.openMessage(message, id, at: now)
        }
    }

    private mutating func openMessage(_ message: Envelope, _ id: LinkID, at now: Duration) {
        guard let name = self.links[id]?.app, let app = self.apps[name] else { return }
        let timing = self.timing
        self.links[id]?.received(message, app, timing, at: now, into: &self.actions)
        self.links[id]?.noteLag(at: now)
        self.noteSent(id, at: now)
        if let doom = self.links[id]?.doom { self.close(id, doom, at: now) }
        let hasStopped = self.links[id]?.hasStopped == true
        if hasStopped {
            self.links[id]?.hasStopped = false
            self.wake(noLaterThan: now + timing.retry)
        }
        switch message.type {
        case .replicateStart, .replicateStartResult, .replicateStop: self.actions.append(.statusChanged(app: name))
        default: if hasStopped { self.actions.append(.statusChanged(app: name)) }
        }
    }

    private mutating func clientLogin(_ login: ClientLogin, _ message: Envelope, _ id: LinkID, at now: Duration) {
        var login = login
        let results = login.received(message)
        self.links[id]?.phase = .clientLogin(login)
        for result in results {
            switch result {
            case .send(let bytes): self.actions.append(.send(id, bytes))
            case .loggedIn(let peer): self.loggedIn(id, peer, at: now)
            case .close(.loginRefused): self.close(id, self.isRefusedAgain(id) ? .loginRefused : .notLetInYet, at: now)
            case .close(let reason): self.close(id, reason, at: now)
            }
        }
    }

    /// Takes note that a login was refused, and says whether that is so for the second time: the first time the other
    /// side may just have come up and not opened the app yet.
    private mutating func isRefusedAgain(_ id: LinkID) -> Bool {
        guard let link = self.links[id], let app = link.app, let address = link.dialled else { return true }
        defer { self.apps[app]?.dials[address]?.wasRefused = true }
        return self.apps[app]?.dials[address]?.wasRefused ?? true
    }

    private mutating func serverLogin(_ login: ServerLogin, _ message: Envelope, _ id: LinkID, at now: Duration) {
        var login = login
        let credential = self.credentials
        let results = login.received(message, chance: &self.chance, credential: credential)
        self.links[id]?.phase = .serverLogin(login)
        self.perform(results, id, at: now)
    }

    /// Finds what the logins of an app are checked against, by its id or name.
    private var credentials: (String) -> AppCredential? {
        let (apps, peerKey) = (self.apps, self.peerKey)
        return { name in
            let app = apps[name] ?? apps.values.first { $0.configuration.appName == name }
            return app?.credential(peerKey: peerKey)
        }
    }

    /// Looks once more at a login whose refusal is held back: its app may have been opened since.
    ///
    /// - Returns: Whether it is right now.
    mutating func lookAgain(_ id: LinkID, at now: Duration) -> Bool {
        guard let link = self.links[id], link.refusal != nil, case .serverLogin(var login) = link.phase else {
            return false
        }
        let results = login.lookAgain(credential: self.credentials)
        guard !results.isEmpty else { return false }
        self.links[id]?.refusal = nil
        self.links[id]?.phase = .serverLogin(login)
        self.perform(results, id, at: now)
        return true
    }

    private mutating func perform(_ results: [ServerLogin.Action], _ id: LinkID, at now: Duration) {
        for result in results {
            switch result {
            case .send(let bytes): self.actions.append(.send(id, bytes))
            case .refuse(let refusal):
                if refusal.isGuess { self.noteWrongLogin(id, at: now) }
                self.links[id]?.refusal = (at: now + refusal.delay, refusal)
                self.wake(noLaterThan: now + refusal.delay)
            case .loggedIn(let success):
                self.links[id]?.app = success.appId
                self.links[id]?.user = success.user
                self.apps[success.appId]?.links.append(id)
                if self.apps[success.appId]?.refusedLogin == self.links[id]?.address {
                    self.apps[success.appId]?.refusedLogin = nil
                }
                self.loggedIn(id, success.peer, at: now)
            case .close(let reason): self.close(id, reason, at: now)
            }
        }
    }

    private mutating func loggedIn(_ id: LinkID, _ peer: PeerIdentity?, at now: Duration) {
        guard let name = self.links[id]?.app, self.apps[name] != nil else {
            return self.close(id, .unknownApp, at: now)
        }
        self.links[id]?.open(peer, at: now)
        if let policy = self.links[id]?.policy { self.actions.append(.policy(id, policy)) }
        self.wake(noLaterThan: now + self.timing.ownKeepAlive)
        if let address = self.links[id]?.dialled {
            self.apps[name]?.dials[address]?.peer = peer?.peerKey
            self.apps[name]?.dials[address]?.lastError = nil
            self.apps[name]?.dials[address]?.wasRefused = false
        }
        if let peer {
            if peer.peerKey == self.peerKey { return self.close(id, .connectedToSelf, at: now) }
            self.settle(id, peer.peerKey, app: name, at: now)
        } else {
            self.startReplicators(id, app: name, at: now)
        }
        self.actions.append(.statusChanged(app: name))
    }

    mutating func startReplicators(_ id: LinkID, app name: String, at now: Duration) {
        guard let app = self.apps[name] else { return }
        let timing = self.timing
        self.links[id]?.startReplicators(app, timing, at: now, into: &self.actions)
    }

    mutating func writable(_ id: LinkID, _ isWritable: Bool, at now: Duration) {
        self.links[id]?.isWritable = isWritable
        guard isWritable, let name = self.links[id]?.app, let app = self.apps[name] else { return }
        let timing = self.timing
        self.links[id]?.advancePublishers(app, timing, into: &self.actions)
        self.noteSent(id, at: now)
    }

    /// Closes a link from this side.
    mutating func close(_ id: LinkID, _ reason: LinkCloseReason, at now: Duration) {
        guard self.links[id] != nil else { return }
        self.actions.append(.close(id, reason))
        self.ended(id, error: reason.sentence, at: now)
    }

    /// Forgets a link that has ended, and what was waiting for that goes on.
    mutating func ended(_ id: LinkID, error: String?, at now: Duration) {
        guard let link = self.links.removeValue(forKey: id) else { return }
        if case .connecting = link.phase { self.dialPace.settled() }
        guard let name = link.app, self.apps[name] != nil else { return }
        self.apps[name]?.links.removeAll { $0 == id }
        if let address = link.dialled, self.apps[name]?.dials[address]?.link == id {
            self.dialEnded(address, link, error: error, app: name, at: now)
        }
        if let peer = link.peer?.peerKey { self.elect(peer, app: name, at: now) }
        self.actions.append(.statusChanged(app: name))
    }

    // MARK: - Wrong logins, by address

    /// How many addresses are remembered.
    private static let maximumAddresses = 1_024

    private func isBarred(_ address: String, at now: Duration) -> Bool {
        guard let (count, since) = self.wrongLogins[address] else { return false }
        return count >= self.timing.wrongLoginsPerMinute && now - since < .seconds(60)
    }

    private mutating func noteWrongLogin(_ id: LinkID, at now: Duration) {
        guard let address = self.links[id]?.address else { return }
        if self.wrongLogins.count >= Self.maximumAddresses {
            self.wrongLogins = self.wrongLogins.filter { now - $0.value.since < .seconds(60) }
            if self.wrongLogins.count >= Self.maximumAddresses,
                let oldest = self.wrongLogins.min(by: { ($0.value.since, $0.key) < ($1.value.since, $1.key) })
            {
                self.wrongLogins[oldest.key] = nil
            }
        }
        let earlier = self.wrongLogins[address].flatMap { now - $0.since < .seconds(60) ? $0 : nil }
        self.wrongLogins[address] = ((earlier?.count ?? 0) + 1, earlier?.since ?? now)
    }
}
