extension Replicator {
    /// Takes rows of a publisher of ours.
    ///
    /// - Parameters:
    ///   - message: The `ReplicateNextResult`.
    ///   - actions: Where requests go.
    /// - Returns: Why the link must be closed, if so.
    mutating func received(_ message: Envelope, into actions: inout [NodeAction]) -> LinkCloseReason? {
        guard self.state == .running, self.isOwn else { return nil }
        let rows: ReplicatedRows
        do throws(MessageError) {
            rows = try ReplicatedRows(message)
        } catch {
            return .badMessage
        }
        // Credit may be overdrawn by one message.
        guard self.granted > 0 else { return .creditExceeded }
        let bytes = message.bytes.count
        self.granted -= bytes
        // Numbers only grow; a publisher that goes back has lost its mind, or its store.
        guard rows.usn ?? self.receivedUSN >= self.receivedUSN else { return .badMessage }
        self.receivedUSN = rows.usn ?? self.receivedUSN
        self.head = max(rows.head ?? 0, self.receivedUSN)
        self.enqueue(
            Part(batch: rows.batch, usn: rows.usn, isEnd: rows.isEnd, bytes: bytes, run: .incremental),
            into: &actions
        )
        return nil
    }

    mutating func enqueue(_ part: Part, into actions: inout [NodeAction]) {
        self.queue.append(part)
        self.queuedBytes += part.bytes
        self.pump(into: &actions)
    }

    /// The bytes that one apply has at most, but for one message.
    private static let applyBytes = 1_024 * 1_024

    /// Gives the store what waits, as much as makes a good transaction.
    mutating func pump(into actions: inout [NodeAction]) {
        guard case .idle = self.work, let first = self.queue.first else { return }
        var count = 0
        var bytes = 0
        var usn: UInt64?
        var isEnd = false
        for part in self.queue {
            guard
                part.run == first.run || (part.run == .marking(isFirst: false) && first.run == .marking(isFirst: true)),
                bytes < Self.applyBytes
            else { break }
            count += 1
            bytes += part.bytes
            usn = part.usn ?? usn
            isEnd = isEnd || part.isEnd
        }
        let parts = self.queue.prefix(count)
        let isComplete = self.isLive || isEnd
        var resumePoint: ResumePoint?
        switch first.run {
        // A full run of a foreign publisher counts once it has been swept.
        case .marking: resumePoint = nil
        default: resumePoint = self.resumePoint(usn, isComplete: isComplete || !self.isFull)
        }
        self.work = .applying(Step(bytes: bytes, usn: usn, isEnd: isEnd, resumePoint: resumePoint))
        actions.append(
            .apply(
                ApplyRequest(
                    session: self.id,
                    key: self.key,
                    batches: parts.map(\.batch).filter { !$0.isEmpty },
                    mode: self.isOwn ? .merge(self.onLeave) : .replace(first.run),
                    origin: self.isOwn ? self.guid : nil,
                    checkpoint: resumePoint
                )
            )
        )
        self.queue.removeFirst(count)
        self.queuedBytes -= bytes
    }

    /// Takes the store's answer to an apply.
    mutating func applied(_ result: ApplyResult, into actions: inout [NodeAction]) {
        if let documents = result.documents { self.documents = documents }
        self.skipped += result.skipped
        if let reason = result.skipReason { self.skipReason = reason }
        switch self.work {
        case .idle, .getting: return
        case .applying(let step):
            self.consumed += step.bytes
            // The resume point waits for the final states: otherwise a crash would lose them.
            if result.wanted.isEmpty { self.finish(step) } else { self.get(result.wanted, step, into: &actions) }
        case .applyingStates(let ids, let step):
            if ids.isEmpty { self.finish(step) } else { self.get(ids, step, into: &actions) }
        }
        self.grant(into: &actions)
        self.pump(into: &actions)
        if self.isNextDue { self.askForNext(into: &actions) }
    }

    private mutating func finish(_ step: Step) {
        self.work = .idle
        self.failure = nil
        self.usn = max(self.usn, step.usn ?? 0)
        if step.isEnd { self.isLive = true }
    }

    /// Lets the publisher send as much again as has been applied.
    private mutating func grant(into actions: inout [NodeAction]) {
        guard self.isOwn, self.consumed >= self.window / 4 else { return }
        var writer = MessageWriter(.replicateNext, api: self.api, source: self.source)
        writer.name("peerage")
        writer.openObject()
        writer.member("credit", UInt64(self.consumed))
        writer.closeObject()
        actions.append(.send(self.id.link, writer.finished()))
        self.granted += self.consumed
        self.consumed = 0
    }

    // MARK: - Final states of documents that left the queries

    /// How many documents are asked for at once.
    private static let idsPerGet = 512

    private mutating func get(_ ids: [[UInt8]], _ step: Step, into actions: inout [NodeAction]) {
        self.work = .getting(ids, step)
        var writer = MessageWriter(.replicateGet, api: self.api, source: self.source, reserving: 4_096)
        writer.name("ids")
        writer.openArray()
        for id in ids.prefix(Self.idsPerGet) { writer.json(id) }
        writer.closeArray()
        actions.append(.send(self.id.link, writer.finished()))
    }

    /// Takes the final states that were asked for.
    mutating func gotten(_ message: Envelope, into actions: inout [NodeAction]) -> LinkCloseReason? {
        guard case .getting(let ids, let step) = self.work else { return nil }
        let rows: ReplicatedRows
        do throws(MessageError) {
            rows = try ReplicatedRows(message)
        } catch {
            return .badMessage
        }
        // At least one id is done, whatever the publisher says: otherwise this would go on for ever.
        let asked = min(ids.count, Self.idsPerGet)
        let rest = Array(ids.dropFirst(min(asked, max(1, rows.looked ?? asked))))
        self.work = .applyingStates(rest, step)
        actions.append(
            .apply(
                ApplyRequest(
                    session: self.id,
                    key: self.key,
                    batches: rows.batch.isEmpty ? [] : [rows.batch],
                    mode: .merge(self.onLeave),
                    origin: self.guid,
                    checkpoint: rest.isEmpty ? step.resumePoint : nil
                )
            )
        )
        return nil
    }
}
