import JSON

/// One session in which this side receives a collection of another.
///
/// ```
///   loading ──resume point──▶ starting ──StartResult──▶ running: initial ──end──▶ running: live
///                                │ ▲  │                      └──────error──────┐      │
///                                │ └──┘ foreign: the columns that it offers;   ▼      │
///                                │      a place that is not ours: from 0    refused ◀─┘
///                                └──error──────────────────────────────────────▲
/// ```
/// *Guarantees:* rows are applied in the order in which they came, one `apply` at a time; the resume point is written
/// with them, never ahead of them; no more than the window waits. *Errors:* `LinkCloseReason` of a publisher that
/// sends more than it may; a refusal, a row that cannot be read and a failure of the store end in `refused`, with the
/// link left open, and after a while the session begins again: what is wrong with one collection does not hold up the
/// others.
struct Replicator: Sendable {
    /// What the session waits for.
    enum State: Sendable, Hashable {
        /// The resume point.
        case loading
        /// The publisher's `ReplicateStartResult`.
        case starting
        /// Nothing: rows come.
        case running
        /// Nothing any more; the sentence says why.
        case refused(String)
    }

    /// What has come and is not applied yet.
    struct Part: Sendable {
        /// The rows.
        var batch: RowBatch
        /// How far the publisher's log has been looked through behind them; `nil` leaves the resume point.
        var usn: UInt64?
        /// Whether the initial run ends here.
        var isEnd: Bool
        /// The bytes that the publisher spent.
        var bytes: Int
        /// For a foreign publisher: where its run is.
        var run: ApplyRequest.Run
    }

    /// What is reached when some rows have been applied.
    struct Step: Sendable {
        let bytes: Int
        let usn: UInt64?
        let isEnd: Bool
        let resumePoint: ResumePoint?
    }

    /// What the session does about what has come; one thing at a time.
    enum Work: Sendable {
        /// Nothing. Can transition to `applying`.
        case idle
        /// The store has rows. Can transition to `idle`, or to `getting` when documents have left the queries.
        case applying(Step)
        /// The publisher is asked for the final states of these ids. Can transition to `applyingStates`.
        case getting([[UInt8]], Step)
        /// The store has final states; these ids are still to be asked for. Can transition to `getting` and `idle`.
        case applyingStates([[UInt8]], Step)
    }

    /// The session's id.
    let id: SessionID
    /// Under which name the resume point is stored.
    let key: CheckpointKey
    /// What is subscribed to.
    let subscription: Subscription
    /// The API and source as JSON text.
    let api: [UInt8]
    let source: [UInt8]
    /// The digest of the queries and columns, and of what is missing from them.
    private(set) var digest: String
    /// The queries that the publisher cannot evaluate, with what it says: the session does without them.
    private(set) var refused: [QueryRefusal] = []
    /// Those of the session before this one, until the publisher has answered.
    private var refusedBefore: [QueryRefusal] = []
    /// How many bytes may be on their way or wait here.
    let window: Int

    var state = State.loading
    /// How many starts have been sent.
    private(set) var starts = 0
    /// When to begin again, after a refusal or a failure.
    var retryAt: Duration?
    /// Why the session, or the one before it, was refused or failed, until something has been applied since.
    var failure: String?
    /// How many rows the store could not take.
    var skipped = 0
    /// Why it could not take the last of them.
    var skipReason = ""
    /// Whether the other side is a publisher of ours.
    let isOwn: Bool
    /// The columns asked of a foreign publisher, the key first.
    var columns: [String]
    /// The resume point that the start was sent with.
    var resumePoint: ResumePoint?
    /// Whether the last initial run was not finished.
    var isUnfinished = false
    /// The GUID of the publisher's store.
    var guid = ""
    /// Whether the initial run was full.
    var isFull = true
    /// Whether the initial run is complete.
    var isLive = false
    /// Whether the first part of a foreign full run is still to come.
    var isFirstPart = true
    /// Whether the end of a foreign table has come.
    var hasEnded = false
    /// How many documents the collection holds.
    var documents = 0
    /// Everything up to here has been applied.
    var usn: UInt64 = 0
    /// The highest number that has come.
    var receivedUSN: UInt64 = 0
    /// The publisher's last durable number, as it last said.
    var head: UInt64 = 0
    /// Since when this side has been behind.
    var behindSince: Duration?

    /// The bytes that the publisher may still send.
    var granted = 0
    /// The bytes applied since the publisher was last given credit.
    var consumed = 0
    /// What has come and is not with the store, oldest first.
    var queue: [Part] = []
    var queuedBytes = 0
    /// What the session does about what has come.
    var work = Work.idle
    /// Whether a foreign publisher is to be asked for its next row once there is room.
    var isNextDue = false
    /// Whether a foreign publisher has been asked for a row that has not come.
    var isRowDue = false

    /// Creates a session that has not begun.
    ///
    /// - Parameters:
    ///   - id: The session's id.
    ///   - key: Under which name the resume point is stored.
    ///   - subscription: What is subscribed to.
    ///   - source: The `src` of all messages.
    ///   - isOwn: Whether the other side is a peer of ours.
    ///   - window: How many bytes may be on their way or wait here.
    init(
        id: SessionID,
        key: CheckpointKey,
        subscription: Subscription,
        source: String,
        isOwn: Bool,
        window: Int
    ) {
        self.id = id
        self.key = key
        self.subscription = subscription
        self.api = [UInt8](jsonString: key.collection)
        self.source = [UInt8](jsonString: source)
        self.isOwn = isOwn
        self.columns = subscription.columns
        self.window = window
        self.digest = Self.digest(subscription.queries, columns: subscription.columns, refused: [])
    }

    /// The queries that are asked for.
    private var queries: [String] {
        self.subscription.queries.filter { query in !self.refused.contains { $0.query == query } }
    }

    /// What becomes of copies that leave the queries: nothing goes for a query that nobody could evaluate.
    var onLeave: LeavePolicy { self.refused.isEmpty ? self.subscription.onLeave : .keep }

    private static func digest(_ queries: [String], columns: [String], refused: [QueryRefusal]) -> String {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        var parts = [list(queries.sorted()), list(columns)]
        if !refused.isEmpty { parts.append(list(refused.map(\.query).sorted())) }
        return String(decoding: JSONValue.array(parts).bytes.sha256Hex, as: UTF8.self)
    }

    /// Asks for the resume point.
    func begin(into actions: inout [NodeAction]) {
        actions.append(.loadCheckpoint(self.id, self.key))
    }

    /// The mark on the digest of an initial run that is not complete.
    private static let unfinishedMark = ":initial"

    /// Takes the resume point and starts.
    mutating func loaded(_ result: ResumeResult, into actions: inout [NodeAction]) {
        guard self.state == .loading else { return }
        self.documents = result.documents
        if let point = result.checkpoint, point.queries == self.digest {
            self.resumePoint = point
        } else if let point = result.checkpoint, point.queries == self.digest + Self.unfinishedMark, self.isOwn {
            self.resumePoint = point
            self.isUnfinished = true
        }
        self.start(into: &actions)
    }

    mutating func start(into actions: inout [NodeAction]) {
        self.state = .starting
        self.starts += 1
        var writer = MessageWriter(.replicateStart, api: self.api, source: self.source, reserving: 512)
        // As long as the columns are not known, only they are asked for.
        if let point = self.resumePoint, self.isOwn || !self.columns.isEmpty {
            writer.member("guid", point.guid)
            writer.member("usn", point.usn)
        }
        writer.member("add", false)
        writer.member("del", false)
        writer.name("columns")
        writer.openObject()
        let columns = self.isOwn ? ["_id", "__doc", "__stamps"] : self.columns
        for column in columns {
            writer.name(json: [UInt8](jsonString: column))
            writer.json("{}".utf8)
        }
        writer.closeObject()
        if self.isOwn {
            self.granted = self.window
            let own: JSONValue = [
                "where": .array(self.queries.map { .string($0) }),
                "onLeave": .string(self.onLeave.rawValue),
                "credit": .integer(Int64(self.window)),
                "held": .bool(self.documents > 0),
                "initial": .bool(self.isUnfinished),
            ]
            writer.member("peerage", json: own.bytes)
        }
        actions.append(.send(self.id.link, writer.finished()))
    }

    /// Takes the publisher's answer to the start.
    ///
    /// - Parameters:
    ///   - message: The `ReplicateStartResult`.
    ///   - retryAt: When to begin again if the publisher refuses.
    ///   - actions: Where requests go.
    mutating func started(_ message: Envelope, retryAt: Duration, into actions: inout [NodeAction]) {
        guard self.state == .starting else { return }
        guard message.range("error") == nil else {
            return self.refuse(message, retryAt: retryAt, into: &actions)
        }
        guard !self.isOwn || message.range("peerage") != nil else {
            return self.stop("the other side does not answer as a peer of its kind does", retryAt: retryAt)
        }
        if !self.isOwn, self.columns.isEmpty {
            return self.takeColumns(ColumnRequest.list("columns", of: message) ?? [], retryAt: retryAt, into: &actions)
        }
        let guid = message.string("guid") ?? ""
        let usn = message.number("usn")
        let isResumed = self.resumePoint.map { $0.guid == guid && $0.usn == usn } ?? false
        // Only who repeats our place goes on from there, and only who says 0 begins at the beginning. From an answer that
        // says neither nobody could tell whether what is not shown is gone, so it begins where there is no doubt.
        if self.resumePoint != nil, !isResumed, usn != 0 {
            self.resumePoint = nil
            self.isUnfinished = false
            return self.start(into: &actions)
        }
        self.guid = guid
        self.isFull = !isResumed || self.isUnfinished
        self.usn = isResumed ? usn ?? 0 : 0
        self.receivedUSN = self.usn
        self.state = .running
        if !self.isOwn { self.askForNext(into: &actions) }
    }

    /// Takes note that the publisher refused the start: because of one query the others need not do without.
    private mutating func refuse(_ message: Envelope, retryAt: Duration, into actions: inout [NodeAction]) {
        let reason = message.string("errorText") ?? "the publisher refused the start"
        if self.isOwn, let query = message.value("peerage")?["query"]?.string, self.queries.contains(query) {
            self.refused.append(QueryRefusal(query: query, reason: reason))
            if !self.queries.isEmpty {
                self.state = .loading
                self.digest = Self.digest(self.queries, columns: self.columns, refused: self.refused)
                self.resumePoint = nil
                self.isUnfinished = false
                return self.begin(into: &actions)
            }
        }
        self.stop(reason, retryAt: retryAt)
    }

    /// What is written when everything up to a number has been applied.
    func resumePoint(_ usn: UInt64?, isComplete: Bool) -> ResumePoint? {
        guard let usn, !self.guid.isEmpty else { return nil }
        let queries = isComplete ? self.digest : self.digest + Self.unfinishedMark
        return ResumePoint(guid: self.guid, usn: usn, queries: queries)
    }

    /// Notes whether this side is behind.
    mutating func noteLag(at now: Duration) {
        switch self.state {
        // Who was behind before it began again still is.
        case .loading, .starting: return
        case .running:
            let isBehind = !self.isLive || self.usn < self.head || !self.queue.isEmpty
            self.behindSince = isBehind ? (self.behindSince ?? now) : nil
        case .refused: self.behindSince = self.behindSince ?? now
        }
    }

    /// Stops the session until a time: the publisher refused it or cannot be understood, or the store failed.
    mutating func stop(_ reason: String, retryAt: Duration) {
        self.state = .refused(reason)
        self.failure = reason
        self.retryAt = retryAt
        self.isLive = false
        self.work = .idle
        self.queue = []
        self.queuedBytes = 0
    }

    /// Takes the place of a session that was stopped, and remembers why it was until it has done better.
    mutating func succeed(_ stopped: Replicator) {
        self.failure = stopped.failure
        self.behindSince = stopped.behindSince
        self.refusedBefore = stopped.refusals
    }

    /// The queries that do without their documents, as far as the publisher has answered.
    private var refusals: [QueryRefusal] {
        switch self.state {
        case .loading, .starting: self.refused.count < self.refusedBefore.count ? self.refusedBefore : self.refused
        case .running, .refused: self.refused
        }
    }

    /// What is wrong with the collection.
    var problem: String? {
        if let failure = self.failure { return failure }
        guard self.skipped > 0 else { return nil }
        return "\(self.skipped) documents could not be taken; the last one: \(self.skipReason)"
    }

    /// Where the session is.
    func status(at now: Duration) -> CollectionStatus {
        CollectionStatus(
            name: self.key.collection,
            documents: self.documents,
            usn: self.usn,
            remoteUSN: max(self.head, self.usn),
            isLive: self.isLive,
            lagChanges: self.head > self.usn ? self.head - self.usn : 0,
            lagMilliseconds: self.behindSince.map { Int64(($0.distance(to: now)).milliseconds) } ?? 0,
            skipped: self.skipped,
            refused: self.refusals,
            problem: self.problem
        )
    }
}

extension Duration {
    fileprivate func distance(to later: Duration) -> Duration { max(.zero, later - self) }

    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds.multipliedReportingOverflow(by: 1_000).partialValue &+ attoseconds / 1_000_000_000_000_000
    }
}
