/// One session in which the other side receives a collection of this one.
///
/// ```
///            ┌─ full ────────┐
///   start ──▶│ initial       │──── looked through up to the target: end ──▶ live
///            └─ incremental ─┘                                              │
///   restart (a new ReplicateStart with the same api and src) ◀──────────────┘
/// ```
/// *Guarantees:* rows go out in the order of their numbers, only durable ones, and only as many as were asked for: one
/// a `ReplicateNext` for a foreign client, bytes of credit for a peer of ours; live changes of a foreign client wait
/// for the socket. At most one read is unanswered. *Errors:* a start that cannot be served is answered with `error`.
struct Publisher: Sendable {
    /// What the session sends.
    enum Form: Sendable {
        /// Versions for a peer of ours.
        case own(OwnForm)
        /// Columns for a foreign client.
        case table(TableForm)
    }

    /// What is sent in the initial run.
    enum Phase: Sendable, Hashable {
        /// Everything up to the target; origins do not count, as the other side may have lost what it once sent.
        case full(target: UInt64)
        /// What has changed since the last session, up to the target.
        case incremental(target: UInt64)
        /// Changes as they come.
        case live

        /// Whether the initial run is complete.
        var isLive: Bool { self == .live }

        /// How far to read at most.
        func limit(_ durable: UInt64) -> UInt64 {
            switch self {
            case .full(let target), .incremental(let target): min(durable, target)
            case .live: durable
            }
        }
    }

    /// The session's id.
    let id: SessionID
    /// The app.
    let app: String
    /// The collection.
    let collection: String
    /// The API and source as they are repeated in every message.
    let api: [UInt8]
    let source: [UInt8]
    /// The other side's key; empty when foreign.
    let subscriber: String
    /// The GUID of the other side's store; `nil` when foreign.
    let subscriberStore: String?

    var form: Form
    private(set) var phase: Phase
    /// Everything up to here has been read.
    var cursor: UInt64
    /// The conditions.
    var filter: SessionFilter
    /// Whether a read is unanswered.
    var isReading = false
    /// An earlier session in this one's place whose read is unanswered: one store answers one question at a time.
    var awaited: SessionID?
    /// Whether that read is from before the client went back to the beginning.
    var isReadStale = false
    /// Whether the cursor has moved without a message that says so.
    var isProgressDue = false
    /// Rows that were too long for a message.
    var oversized = 0

    /// Begins a session and answers the start.
    ///
    /// - Parameters:
    ///   - start: The start.
    ///   - session: What the session is.
    ///   - position: Where the store is.
    ///   - actions: Where the answer goes.
    init(
        _ start: ReplicateStart,
        _ session: PublisherSession,
        position: StorePosition,
        into actions: inout [NodeAction]
    ) {
        self.id = session.id
        self.app = session.app
        self.collection = session.collection
        self.api = session.api
        self.source = session.source
        self.subscriber = session.peer?.peerKey ?? ""
        self.subscriberStore = session.peer?.store
        self.filter = session.filter
        // "If the server determines that not all change information is available from this point also a full
        // replication is done" (innovaphone SDK, createReplicator).
        var resume: UInt64?
        if let guid = start.guid, let usn = start.usn, guid == position.guid, usn <= position.durableUSN,
            usn >= position.purgedUSN
        {
            resume = usn
        }
        self.cursor = resume ?? 0
        let isFull = resume == nil || start.own?.initial == true
        self.phase = isFull ? .full(target: position.durableUSN) : .incremental(target: position.durableUSN)
        if let own = start.own, session.peer != nil {
            self.form = .own(OwnForm(credit: min(own.credit, Self.maximumCredit), isHeld: own.held))
        } else {
            self.form = .table(TableForm(start, isFull: isFull))
        }
        self.answer(start, guid: position.guid, into: &actions)
    }

    private func answer(_ start: ReplicateStart, guid: String, into actions: inout [NodeAction]) {
        var writer = MessageWriter(.replicateStartResult, api: self.api, source: self.source, reserving: 512)
        writer.member("guid", guid)
        writer.member("usn", self.cursor)
        writer.name("columns")
        switch self.form {
        case .own:
            writer.json(#"{"_id":{},"__doc":{},"__stamps":{}}"#.utf8)
            writer.member("peerage", json: "{}".utf8)
        case .table(let table): table.writeDescription(to: &writer)
        }
        actions.append(.send(self.id.link, writer.finished()))
    }

    /// Reads on, if there is something to read and the other side can take it.
    ///
    /// - Parameters:
    ///   - position: Where the store is.
    ///   - isWritable: Whether the socket takes more.
    ///   - batchBytes: The bytes that a batch aims at.
    ///   - actions: Where the request goes.
    mutating func advance(
        _ position: StorePosition,
        isWritable: Bool,
        batchBytes: Int,
        into actions: inout [NodeAction]
    ) {
        self.sendBuffered(into: &actions)
        self.sendFetched(position: position, into: &actions)
        self.endIfComplete(position, into: &actions)
        guard !self.isReading, self.awaited == nil, self.wantsRows(isWritable) else { return }
        let through = self.phase.limit(position.durableUSN)
        guard self.cursor < through else { return }
        self.isReading = true
        let isFull = if case .full = self.phase { true } else { false }
        let rows: Int
        let tombstones: Bool
        let unselected: ReadRequest.Unselected
        switch self.form {
        case .own(let own):
            rows = 4_096
            tombstones = true
            unselected = isFull ? (own.isHeld ? .all : .leaveOut) : .whenKnown(subscriber: self.subscriber)
        case .table:
            rows = TableForm.readAhead
            tombstones = !isFull
            unselected = isFull ? .leaveOut : .whenKnown(subscriber: "")
        }
        actions.append(
            .read(
                ReadRequest(
                    session: self.id,
                    app: self.app,
                    collection: self.collection,
                    after: self.cursor,
                    through: through,
                    maximumBytes: batchBytes,
                    maximumRows: rows,
                    filter: self.filter,
                    excludingOrigin: isFull ? nil : self.subscriberStore,
                    tombstones: tombstones,
                    unselected: unselected
                )
            )
        )
    }

    private func wantsRows(_ isWritable: Bool) -> Bool {
        switch self.form {
        case .own(let own): own.credit > 0 && isWritable
        case .table(let table): table.isEmpty && (self.phase.isLive ? isWritable : table.owed > 0)
        }
    }

    /// Takes what a read found.
    mutating func read(_ result: ReadResult, position: StorePosition, into actions: inout [NodeAction]) {
        self.isReading = false
        guard !self.isReadStale else {
            self.isReadStale = false
            return
        }
        let after = self.cursor
        self.cursor = max(self.cursor, result.through)
        switch self.form {
        case .own: self.sendRows(result.batch, position: position, into: &actions)
        case .table(var table):
            // The buffer is moved, not copied.
            self.form = .table(TableForm.empty)
            table.take(result.batch, after: after)
            self.form = .table(table)
            if self.phase.isLive { self.isProgressDue = false }
        }
    }

    /// Ends the initial run when everything up to its target has been sent.
    private mutating func endIfComplete(_ position: StorePosition, into actions: inout [NodeAction]) {
        guard !self.isReading else { return }
        switch self.phase {
        case .live: return
        case .full(let target), .incremental(let target): guard self.cursor >= target else { return }
        }
        switch self.form {
        case .own: self.sendEnd(position: position, into: &actions)
        case .table(var table):
            guard table.isEmpty, table.owed > 0 else { return }
            table.owed = 0
            self.form = .table(table)
            self.enter(.live, into: &actions)
            // "ReplicateNextResult without columns" is the end of the table.
            let writer = MessageWriter(.replicateNextResult, api: self.api, source: self.source)
            actions.append(.send(self.id.link, writer.finished()))
        }
    }

    /// Goes on to another phase, which people are told.
    mutating func enter(_ phase: Phase, into actions: inout [NodeAction]) {
        self.phase = phase
        actions.append(.statusChanged(app: self.app))
    }

    /// Up to where the other side needs no tombstones any more.
    var tombstonesSeen: UInt64 {
        // A foreign client's full run shows what there is, and its end says that there is nothing else.
        if case (.table, .full(let target)) = (self.form, self.phase) { target } else { self.cursor }
    }

    /// Whether a new session would make up for tombstones that are gone: not when that would run as this one does.
    var isRepairable: Bool {
        if case (.own, .full) = (self.form, self.phase) { false } else { true }
    }

    /// Where the session is.
    var status: PublishingStatus {
        PublishingStatus(
            name: self.collection,
            usn: self.cursor,
            isLive: self.phase.isLive,
            oversized: self.oversized
        )
    }
}

/// What a publisher's session is.
struct PublisherSession: Sendable {
    /// The session's id.
    let id: SessionID
    /// The app.
    let app: String
    /// The collection.
    let collection: String
    /// The API as JSON text.
    let api: [UInt8]
    /// The source as JSON text.
    let source: [UInt8]
    /// The other side, if it is a peer of ours.
    let peer: PeerIdentity?
    /// The conditions.
    let filter: SessionFilter
}
