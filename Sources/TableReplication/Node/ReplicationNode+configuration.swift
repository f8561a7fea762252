/// What is wanted, and which stores there are.
extension ReplicationNode {
    mutating func configure(_ configuration: NodeConfiguration, at now: Duration) {
        self.peerKey = configuration.peerKey
        self.timing = configuration.timing
        for name in self.apps.keys.sorted() where configuration.apps[name] == nil {
            self.closeLinks(of: name, .configurationChanged, at: now) { _ in true }
            self.apps[name] = nil
            self.actions.append(.statusChanged(app: name))
        }
        for (name, wanted) in configuration.apps.sorted(by: { $0.key < $1.key }) {
            if self.apps[name] == nil {
                let prefix = String(configuration.peerKey.prefix(8))
                self.apps[name] = AppState(configuration: wanted, sourcePrefix: prefix)
            }
            self.configure(wanted, name, at: now)
        }
    }

    private mutating func configure(_ wanted: AppConfiguration, _ name: String, at now: Duration) {
        guard let before = self.apps[name]?.configuration else { return }
        self.apps[name]?.configuration = wanted
        for address in wanted.connections where self.apps[name]?.dials[address] == nil {
            self.apps[name]?.dials[address] = DialState(nextAt: now)
        }
        for address in self.apps[name].map({ Array($0.dials.addresses) }) ?? []
        where !wanted.connections.contains(address) {
            self.apps[name]?.dials[address] = nil
        }
        let hasNewPassword = before.password != wanted.password
        if hasNewPassword { self.apps[name]?.refusedLogin = nil }
        self.closeLinks(of: name, .configurationChanged, at: now) { link in
            hasNewPassword || link.dialled.map { !wanted.connections.contains($0) } ?? false
        }
        if before.subscriptions != wanted.subscriptions {
            for id in self.apps[name]?.links ?? [] where self.links[id]?.isOpen == true {
                let peer = self.links[id]?.peer?.peerKey
                if peer.map({ self.elected($0, app: name) == id }) ?? true {
                    self.startReplicators(id, app: name, at: now)
                }
            }
        }
        self.dialDue(name, at: now)
        self.actions.append(.statusChanged(app: name))
    }

    private mutating func closeLinks(
        of name: String,
        _ reason: LinkCloseReason,
        at now: Duration,
        where isMeant: (ReplicationLink) -> Bool
    ) {
        for id in self.apps[name]?.links ?? [] {
            if let link = self.links[id], isMeant(link) { self.close(id, reason, at: now) }
        }
    }

    mutating func storeOpened(_ name: String, _ position: StorePosition, at now: Duration) {
        guard let app = self.apps[name] else { return }
        if let before = app.position, before.guid != position.guid {
            // The other sides learn the new GUID by a new login.
            self.closeLinks(of: name, .storeClosed, at: now) { _ in true }
        }
        self.apps[name]?.position = position
        self.dialDue(name, at: now)
        // Those who came a moment too early.
        for id in self.links.keys.sorted() { _ = self.lookAgain(id, at: now) }
    }

    mutating func storeClosed(_ name: String, at now: Duration) {
        self.closeLinks(of: name, .storeClosed, at: now) { _ in true }
        self.apps[name]?.position = nil
    }

    mutating func durable(_ name: String, _ usn: UInt64, at now: Duration) {
        guard let position = self.apps[name]?.position, usn > position.durableUSN else { return }
        self.apps[name]?.position?.durableUSN = usn
        guard let app = self.apps[name] else { return }
        let timing = self.timing
        for id in app.links {
            self.links[id]?.advancePublishers(app, timing, into: &self.actions)
            self.noteSent(id, at: now)
        }
    }

    /// Begins anew with those who have not seen all of the tombstones that are about to go.
    mutating func purged(_ name: String, _ usn: UInt64, at now: Duration) {
        guard let position = self.apps[name]?.position, usn > position.purgedUSN else { return }
        self.apps[name]?.position?.purgedUSN = usn
        self.closeLinks(of: name, .tombstonesPurged, at: now) { link in
            link.publishers.contains { $0.isRepairable && $0.tombstonesSeen < usn }
        }
    }

    /// Up to which number nobody who is connected needs an app's tombstones any more.
    ///
    /// - Parameter app: The app's id.
    /// - Returns: The number; the highest there is when nobody is connected.
    package func purgeLimit(of app: String) -> UInt64 {
        let publishers = (self.apps[app]?.links ?? []).flatMap { self.links[$0]?.publishers ?? [] }
        return publishers.map(\.tombstonesSeen).min() ?? .max
    }
}
