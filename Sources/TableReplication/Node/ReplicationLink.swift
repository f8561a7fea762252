/// One connection of a node, with the sessions that run over it.
struct ReplicationLink: Sendable {
    /// How far the connection is.
    enum Phase: Sendable {
        /// Being dialled. Can transition to `clientLogin`.
        case connecting
        /// This side logs in. Can transition to `open`.
        case clientLogin(ClientLogin)
        /// The other side logs in. Can transition to `open`.
        case serverLogin(ServerLogin)
        /// Sessions run.
        case open
    }

    /// The link's id.
    let id: LinkID
    /// Where the other side is.
    let address: String
    /// The address that was dialled; `nil` when the link was accepted.
    let dialled: PeerAddress?
    /// The app; `nil` until an accepted link has logged in.
    var app: String?
    var phase: Phase
    /// The other side, if it is a peer of ours.
    var peer: PeerIdentity?
    /// The name that a foreign client gave.
    var user = ""
    /// What a PBX said of itself.
    var pbx: PbxInfo?
    /// When the present phase began.
    var since: Duration
    var lastReceived: Duration
    var lastSent: Duration
    /// When the link is given up unless something comes before.
    var suspectUntil: Duration?
    var isWritable = true
    var isReading = true
    /// The answer to a wrong login, and when it goes out.
    var refusal: (at: Duration, ServerLogin.Refusal)?
    /// Why the link has to be closed; the node does it.
    var doom: LinkCloseReason?
    /// Whether a session that receives has been stopped by a message; the node sees to it that it begins again.
    var hasStopped = false
    /// The sessions in which the other side receives.
    var publishers: [Publisher] = []
    /// How many reads and fetches the store still has of sessions that are gone: they count as sessions do, so that who
    /// starts and stops again and again does not pile them up.
    var strays = 0
    /// The sessions in which this side receives.
    var replicators: [Replicator] = []
    /// The starts that have been sent and not answered, by their API: a session that has taken an earlier one's place must
    /// not take the answer to that one's start for its own.
    var unanswered: [[UInt8]: Int] = [:]
    private var lastSession: UInt64 = 0

    /// Creates a link.
    init(id: LinkID, address: String, dialled: PeerAddress?, app: String?, phase: Phase, at now: Duration) {
        self.id = id
        self.address = address
        self.dialled = dialled
        self.app = app
        self.phase = phase
        self.since = now
        self.lastReceived = now
        self.lastSent = now
    }

    /// How many sessions the other side may have.
    static let maximumPublishers = 1_024

    /// Whether the login is done.
    var isOpen: Bool { if case .open = self.phase { true } else { false } }

    /// Whether this side dialled.
    var isDialled: Bool { self.dialled != nil }

    /// How the socket is to cut and limit messages.
    var policy: LinkPolicy { self.isOpen && self.peer != nil ? .own : .foreign }

    /// A number for a session.
    mutating func nextSession() -> SessionID {
        self.lastSession += 1
        return SessionID(link: self.id, number: self.lastSession)
    }

    /// Enters the phase in which sessions run.
    mutating func open(_ peer: PeerIdentity?, at now: Duration) {
        self.phase = .open
        self.peer = peer
        self.since = now
    }

    /// Lets every session begin that is to receive; those that run go on, others are forgotten, and who sends is told.
    mutating func startReplicators(
        _ app: AppState,
        _ timing: NodeTiming,
        at now: Duration,
        into actions: inout [NodeAction]
    ) {
        let subscriptions = app.configuration.subscriptions.sorted { $0.key < $1.key }
        let kept = self.replicators
        self.replicators = []
        for (collection, subscription) in subscriptions where !subscription.queries.isEmpty {
            let same = kept.first { $0.key.collection == collection && $0.subscription == subscription }
            if let same, same.retryAt.map({ $0 > now }) ?? true {
                self.replicators.append(same)
            } else if self.mayReceive(collection) {
                let session = self.nextSession()
                var replicator = Replicator(
                    id: session,
                    key: CheckpointKey(
                        app: app.configuration.appId,
                        peer: self.publisherKey,
                        collection: collection
                    ),
                    subscription: subscription,
                    source: "\(app.sourcePrefix)-\(collection)",
                    isOwn: self.peer != nil,
                    window: timing.window
                )
                if let same { replicator.succeed(same) }
                replicator.begin(into: &actions)
                self.replicators.append(replicator)
            }
        }
        self.stopOthers(of: kept, into: &actions)
        self.limitReading(timing, into: &actions)
    }

    /// Tells a peer of ours which of the sessions before are not wanted any more: it would wait for their credit for ever,
    /// and tell people that this side is still taking over what was there.
    private func stopOthers(of before: [Replicator], into actions: inout [NodeAction]) {
        guard self.peer != nil else { return }
        for session in before
        where session.starts > 0 && !self.replicators.contains(where: { $0.source == session.source }) {
            let stop = MessageWriter(.replicateStop, api: session.api, source: session.source).finished()
            actions.append(.send(self.id, stop))
        }
    }

    /// What tells the other side from others as a publisher: two of them may stand behind one address.
    private var publisherKey: String {
        if let peer = self.peer { return peer.peerKey }
        guard let pbx = self.pbx else { return self.address }
        return "\(self.address)/\(pbx.domain)/\(pbx.pbx)"
    }

    /// Whether the other side may have a collection: peers may, servers that were dialled, and a PBX what it offers.
    private func mayReceive(_ collection: String) -> Bool {
        self.peer != nil || self.isDialled || self.pbx?.apis.contains(collection) == true
    }

    /// Lets every session that sends go on.
    mutating func advancePublishers(_ app: AppState, _ timing: NodeTiming, into actions: inout [NodeAction]) {
        guard let position = app.position else { return }
        for index in self.publishers.indices {
            self.publishers[index].advance(
                position,
                isWritable: self.isWritable,
                batchBytes: timing.batchBytes,
                into: &actions
            )
        }
    }
}

/// What a node knows about an app.
struct AppState: Sendable {
    /// What is wanted.
    var configuration: AppConfiguration
    /// Where the store is; `nil` while it is not open.
    var position: StorePosition?
    /// What this peer's own messages begin their `src` with.
    var sourcePrefix: String
    /// The addresses to dial.
    var dials = Dials()
    /// The links that have logged in or were dialled, in the order of their making.
    var links: [LinkID] = []
    /// Where the last one came from whose password was wrong; `nil` once it is right.
    var refusedLogin: String?

    /// What a login is checked against; `nil` while the store is not open.
    func credential(peerKey: String) -> AppCredential? {
        self.position.map {
            AppCredential(
                appId: self.configuration.appId,
                appName: self.configuration.appName,
                password: self.configuration.password,
                identity: PeerIdentity(peerKey: peerKey, store: $0.guid)
            )
        }
    }
}

/// What a node knows about an address that it dials.
struct DialState: Sendable {
    /// The link that is being made or runs.
    var link: LinkID?
    /// When to dial; `nil` while there is a link, or another link to the same peer.
    var nextAt: Duration?
    /// Failures in a row.
    var failures = 0
    /// The key of the peer that was there last.
    var peer: String?
    /// Why the last attempt ended.
    var lastError: String?
    /// Whether the last login was refused.
    var wasRefused = false
}
