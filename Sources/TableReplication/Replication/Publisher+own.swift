import JSON

/// How a peer of ours is served.
struct OwnForm: Sendable, Hashable {
    /// The bytes that may still be sent; below zero after a batch that went beyond.
    var credit: Int
    /// Whether the subscriber may hold documents that the queries do not select.
    let isHeld: Bool
    /// Whether the store has been asked for documents that left the queries.
    var isFetching = false
    /// What it found, as long as that is not durable.
    var fetched: FetchResult?

    /// Creates the form of a new session.
    init(credit: Int, isHeld: Bool) {
        self.credit = credit
        self.isHeld = isHeld
    }
}

extension Publisher {
    /// Grants a peer's publisher more bytes.
    mutating func granted(_ bytes: Int) {
        guard case .own(var own) = self.form, bytes > 0 else { return }
        // An overdraft comes off first; `bytes` may be any number, `credit` is small.
        own.credit = min(own.credit + min(bytes, Self.maximumCredit), Self.maximumCredit)
        self.form = .own(own)
    }

    /// More credit than any subscriber of ours gives.
    static let maximumCredit = 64 * 1_024 * 1_024

    /// Sends the rows of a batch with the position behind them.
    mutating func sendRows(_ batch: RowBatch, position: StorePosition, into actions: inout [NodeAction]) {
        guard !batch.isEmpty else {
            self.isProgressDue = true
            return
        }
        var writer = MessageWriter(
            .replicateNextResult,
            api: self.api,
            source: self.source,
            reserving: batch.bytes.count + batch.count * 48 + 256
        )
        self.oversized += writer.rows(batch, limit: AppWebsocketLimits.ownMessageBytes - 256)
        self.sendPosition(&writer, isEnd: self.isAtTarget, position: position, into: &actions)
    }

    /// Sends the end of the initial run by itself.
    mutating func sendEnd(position: StorePosition, into actions: inout [NodeAction]) {
        guard self.mayAddMessage else { return }
        var writer = MessageWriter(.replicateNextResult, api: self.api, source: self.source)
        self.sendPosition(&writer, isEnd: true, position: position, into: &actions)
    }

    /// Sends a position without rows, if it has moved.
    mutating func sendProgress(position: StorePosition, into actions: inout [NodeAction]) {
        guard self.isProgressDue, self.mayAddMessage else { return }
        var writer = MessageWriter(.replicateNextResult, api: self.api, source: self.source)
        self.sendPosition(&writer, isEnd: false, position: position, into: &actions)
    }

    /// Asks the store for documents that the subscriber wants the final states of; one such request at a time.
    mutating func get(_ message: Envelope, batchBytes: Int, into actions: inout [NodeAction]) -> LinkCloseReason? {
        guard case .own(var own) = self.form else { return nil }
        guard !own.isFetching, own.fetched == nil else { return .badMessage }
        let ids: [[UInt8]] = (message.value("ids")?.array ?? []).prefix(4_096).map(\.bytes)
        own.isFetching = true
        self.form = .own(own)
        actions.append(
            .fetch(
                FetchRequest(
                    session: self.id,
                    app: self.app,
                    collection: self.collection,
                    ids: ids,
                    maximumBytes: batchBytes
                )
            )
        )
        return nil
    }

    /// Takes what a fetch found; it goes out once it is durable.
    mutating func fetched(_ result: FetchResult, position: StorePosition, into actions: inout [NodeAction]) {
        guard case .own(var own) = self.form, own.isFetching else { return }
        own.isFetching = false
        own.fetched = result
        self.form = .own(own)
        self.sendFetched(position: position, into: &actions)
    }

    /// Answers a `ReplicateGet` when what was found is durable.
    mutating func sendFetched(position: StorePosition, into actions: inout [NodeAction]) {
        guard case .own(var own) = self.form, let result = own.fetched,
            result.batch.rows.allSatisfy({ $0.usn <= position.durableUSN })
        else { return }
        own.fetched = nil
        self.form = .own(own)
        var writer = MessageWriter(
            .replicateGetResult,
            api: self.api,
            source: self.source,
            reserving: result.batch.bytes.count + result.batch.count * 48 + 128
        )
        self.oversized += writer.rows(result.batch, limit: AppWebsocketLimits.ownMessageBytes - 256)
        writer.member("looked", UInt64(max(0, result.looked)))
        actions.append(.send(self.id.link, writer.finished()))
    }

    /// Whether the store has been asked for final states and has not answered.
    var isFetching: Bool { if case .own(let own) = self.form { own.isFetching } else { false } }

    /// Whether a message without rows may go out: it costs credit too, and that of a read at hand is spoken for.
    private var mayAddMessage: Bool {
        guard case .own(let own) = self.form else { return false }
        return own.credit > 0 && !self.isReading
    }

    private var isAtTarget: Bool {
        switch self.phase {
        case .live: false
        case .full(let target), .incremental(let target): self.cursor >= target
        }
    }

    private mutating func sendPosition(
        _ writer: inout MessageWriter,
        isEnd: Bool,
        position: StorePosition,
        into actions: inout [NodeAction]
    ) {
        writer.member("usn", self.cursor)
        writer.member("head", position.durableUSN)
        if isEnd {
            writer.member("end", true)
            self.enter(.live, into: &actions)
        }
        self.isProgressDue = false
        let bytes = writer.taken()
        if case .own(var own) = self.form {
            own.credit -= bytes.count
            self.form = .own(own)
        }
        actions.append(.send(self.id.link, bytes))
    }
}
