import Clocks

/// One peer's whole replication as a pure machine.
///
/// *Expected flow:* the driver configures the node and opens the stores; then it gives every event to `handle` in the
/// order in which it happened and does the actions that come back in their order. All apps of a peer share one node;
/// it is a value without locks, made to live in one actor or on one event loop.
/// *Guarantees:* no I/O, no clock of its own, no waiting; the same inputs and seed give the same actions. Per session
/// at most one `read` (or `fetch`) and one `apply` are unanswered. What waits in memory is bounded by the window of
/// each session. *Assumptions:* each store request is answered once, and those of one app are done in the order in
/// which they came; answers for links that are gone are ignored. Times are those of one steady clock.
package struct ReplicationNode: Sendable {
    var chance: Chance
    var peerKey = ""
    var timing = NodeTiming()
    var apps: [String: AppState] = [:]
    var links: [LinkID: ReplicationLink] = [:]
    /// Wrong logins by address, with when the count began.
    var wrongLogins: [String: (count: Int, since: Duration)] = [:]
    private var lastDial: UInt64 = 0
    var dialPace = DialPace()
    /// What `wake` was last asked for.
    private var wakeAt: Duration?
    /// When positions without rows are to be passed on.
    var progressAt: Duration?
    /// What the input at hand leads to.
    var actions: [NodeAction] = []

    /// Creates a node that does nothing until it is configured.
    ///
    /// - Parameter chance: Where challenges and the spread of waits come from.
    package init(chance: Chance = .system) {
        self.chance = chance
    }

    /// Takes note of an event and says what to do.
    ///
    /// - Parameters:
    ///   - input: The event.
    ///   - now: The steady clock's time.
    /// - Returns: The actions, in order.
    package mutating func handle(_ input: NodeInput, at now: Duration) -> [NodeAction] {
        self.actions = []
        switch input {
        case .configure(let configuration): self.configure(configuration, at: now)
        case .storeOpened(let app, let position): self.storeOpened(app, position, at: now)
        case .storeClosed(let app): self.storeClosed(app, at: now)
        case .durable(let app, let usn): self.durable(app, usn, at: now)
        case .purged(let app, let usn): self.purged(app, usn, at: now)
        case .accepted(let link, let address, let path): self.accepted(link, address: address, path: path, at: now)
        case .opened(let link): self.opened(link, at: now)
        case .closed(let link, let error): self.ended(link, error: error, at: now)
        case .message(let link, let bytes): self.received(bytes, link, at: now)
        case .writable(let link, let isWritable): self.writable(link, isWritable, at: now)
        case .checkpointLoaded(let session, .success(let result)):
            self.links[session.link]?.loaded(session, result, into: &self.actions)
        case .read(let session, .success(let result)): self.read(session, result, at: now)
        case .fetched(let session, .success(let result)):
            guard let position = self.position(of: session.link) else { break }
            self.links[session.link]?.fetched(session, result, position, into: &self.actions)
        case .applied(let session, .success(let result)): self.applied(session, result, at: now)
        case .edited(let session, let number, let result):
            self.links[session.link]?.edited(session, number, result, into: &self.actions)
        case .checkpointLoaded(let session, .failure(let failure)), .applied(let session, .failure(let failure)):
            self.failed(session, failure, at: now)
        case .read(let session, .failure), .fetched(let session, .failure):
            self.close(session.link, .storeFailed, at: now)
        case .timer: self.timer(at: now)
        }
        return self.actions
    }

    // MARK: - Answers of the store

    func position(of link: LinkID) -> StorePosition? {
        self.links[link]?.app.flatMap { self.apps[$0]?.position }
    }

    private mutating func read(_ session: SessionID, _ result: ReadResult, at now: Duration) {
        guard let position = self.position(of: session.link) else { return }
        let batchBytes = self.timing.batchBytes
        self.links[session.link]?.read(session, result, position, batchBytes: batchBytes, into: &self.actions)
        if result.batch.isEmpty, self.progressAt == nil {
            self.progressAt = now + self.timing.idleProgress
            self.wake(noLaterThan: now + self.timing.idleProgress)
        }
        self.noteSent(session.link, at: now)
    }

    private mutating func applied(_ session: SessionID, _ result: ApplyResult, at now: Duration) {
        let timing = self.timing
        self.links[session.link]?.applied(session, result, timing, at: now, into: &self.actions)
        self.noteSent(session.link, at: now)
        if let app = self.links[session.link]?.app { self.actions.append(.statusChanged(app: app)) }
    }

    /// Stops a session that the store failed, and sees to it that it begins again.
    private mutating func failed(_ session: SessionID, _ failure: StoreFailure, at now: Duration) {
        let timing = self.timing
        let isKnown = self.links[session.link]?
            .failed(session, failure.reason, timing, at: now, into: &self.actions)
        guard isKnown == true else { return }
        self.wake(noLaterThan: now + timing.retry)
        if let app = self.links[session.link]?.app { self.actions.append(.statusChanged(app: app)) }
    }

    /// Remembers that something went out over a link, if it did.
    mutating func noteSent(_ link: LinkID, at now: Duration) {
        guard case .send(link, _)? = self.actions.last else { return }
        self.links[link]?.lastSent = now
    }

    // MARK: - Time

    /// Makes sure that `timer` comes in time.
    mutating func wake(noLaterThan deadline: Duration) {
        guard self.wakeAt.map({ deadline < $0 }) ?? true else { return }
        self.wakeAt = deadline
        self.actions.append(.wake(at: deadline))
    }

    /// Takes note that the time asked for has come.
    mutating func wakeHasCome() { self.wakeAt = nil }

    /// An id for a link that this side dials.
    mutating func nextDial() -> LinkID {
        self.lastDial += 1
        return .dialled(self.lastDial)
    }
}
