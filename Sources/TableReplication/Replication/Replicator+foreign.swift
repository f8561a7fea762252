import JSON

/// How a foreign publisher is followed: one row at a time, as its documentation has it, and swept after a full run.
extension Replicator {
    /// How many rows of a foreign publisher may wait.
    private static let maximumRows = 1_024

    /// What tables have as their key, the likeliest first: documents `_id`, those of a PBX `guid`.
    private static let keys = ["_id", "guid"]

    /// Asks for the columns that the publisher offers to who names none, and starts again with them.
    mutating func takeColumns(_ offered: [ColumnRequest], retryAt: Duration, into actions: inout [NodeAction]) {
        var columns = offered.filter { !$0.name.starts(with: "__".utf8) }.map(\.text)
        guard !columns.isEmpty else {
            return self.stop("the publisher does not say which columns it has", retryAt: retryAt)
        }
        if let key = Self.keys.first(where: columns.contains), let index = columns.firstIndex(of: key) {
            columns.insert(columns.remove(at: index), at: 0)
        }
        self.columns = columns
        // "start or restart": a new start in the same session is allowed.
        self.start(into: &actions)
    }

    /// Asks for the next row, once there is room for it.
    mutating func askForNext(into actions: inout [NodeAction]) {
        guard !self.isOwn, self.state == .running, !self.isLive else { return }
        self.isNextDue = self.queue.count >= Self.maximumRows
        guard !self.isNextDue else { return }
        self.isRowDue = true
        actions.append(
            .send(self.id.link, MessageWriter(.replicateNext, api: self.api, source: self.source).finished())
        )
    }

    /// Takes a row, the end of the table, or a live change.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - retryAt: When to begin again if it cannot be understood.
    ///   - actions: Where requests go.
    mutating func receivedForeign(_ message: Envelope, retryAt: Duration, into actions: inout [NodeAction]) {
        guard self.state == .running, !self.isOwn else { return }
        let isNext = message.type == .replicateNextResult
        if isNext {
            // Rows come one by one, when they are asked for; others would fill the memory.
            guard self.isRowDue else { return }
            self.isRowDue = false
        }
        guard message.range("error") == nil else {
            return self.stop(message.string("errorText") ?? "the publisher broke the table off", retryAt: retryAt)
        }
        let usn = message.number("usn").flatMap { $0 == 0 || $0 > ReplicatedRows.maximumUSN ? nil : $0 }
        // "ReplicateNextResult without columns" is the end of the table. Nothing else is: what has not been shown by then
        // is deleted.
        if isNext, message.range("columns") == nil { return self.endForeignRun(usn, into: &actions) }
        guard let columns = message.value("columns")?.object else {
            return self.stop("the publisher sent a row that cannot be read", retryAt: retryAt)
        }
        if let usn { self.receivedUSN = max(self.receivedUSN, usn) }
        self.head = self.receivedUSN
        var run = ApplyRequest.Run.incremental
        if self.isFull, !self.hasEnded {
            run = .marking(isFirst: self.isFirstPart)
            self.isFirstPart = false
        }
        let isDeleted = message.type == .replicateDel || message.flag("deleted")
        var batch = RowBatch()
        if let row = self.row(columns, isDeleted: isDeleted) {
            batch.append(
                isDeleted ? .deleted : .alive,
                usn: usn ?? 0,
                firstUSN: 0,
                id: row.id,
                body: isDeleted ? [] : row.body,
                stamps: []
            )
        }
        let point = usn == nil ? nil : self.receivedUSN
        self.enqueue(Part(batch: batch, usn: point, isEnd: false, bytes: message.bytes.count, run: run), into: &actions)
        if isNext { self.askForNext(into: &actions) }
    }

    private mutating func endForeignRun(_ usn: UInt64?, into actions: inout [NodeAction]) {
        self.hasEnded = true
        if let usn { self.receivedUSN = max(self.receivedUSN, usn) }
        let point = self.receivedUSN == 0 ? nil : self.receivedUSN
        if self.isFull, self.isFirstPart {
            // An empty table: older notes must go before the sweep.
            let part = Part(batch: RowBatch(), usn: nil, isEnd: false, bytes: 0, run: .marking(isFirst: true))
            self.isFirstPart = false
            self.enqueue(part, into: &actions)
        }
        let run: ApplyRequest.Run = self.isFull ? .sweep : .incremental
        self.enqueue(Part(batch: RowBatch(), usn: point, isEnd: true, bytes: 0, run: run), into: &actions)
    }

    /// A row as a document: its columns, and as `_id` the first of them.
    private func row(_ columns: JSONObject, isDeleted: Bool) -> (id: [UInt8], body: [UInt8])? {
        guard let keyName = self.columns.first, let key = columns[keyName] ?? columns["_id"] else { return nil }
        let id: JSONValue
        switch key {
        case .string, .object: id = key
        case .null: return nil
        // A table may have numbers for keys; a document may not.
        default: id = .string(key.text)
        }
        var document = columns
        document["_id"] = id
        return (id.bytes, isDeleted ? [] : JSONValue.object(document).bytes)
    }
}
