import JSON

/// How a foreign client is served: an ordinary table of the columns that it asked for.
struct TableForm: Sendable {
    /// How many rows are read at once.
    static let readAhead = 256
    /// How many rows may be asked for and not yet sent.
    static let maximumOwed = 1_024

    /// The columns in the client's order, the key among them.
    let columns: [ColumnRequest]
    /// Whether the client may add and delete rows.
    let mayAdd: Bool
    let mayDelete: Bool
    /// Whether the initial run began at the beginning.
    let isFull: Bool
    /// How many rows the client has asked for that were not sent.
    var owed = 0
    /// The edits of the client that the store has not answered, by their number.
    var edits: [UInt64: PendingEdit] = [:]
    /// The number of the last edit.
    var lastEdit: UInt64 = 0

    /// Rows that have been read.
    private(set) var batch = RowBatch()
    /// The number behind which they were read: documents that became alive later are new to the client.
    private(set) var after: UInt64 = 0
    private var next = 0

    /// An edit that the store has not answered.
    struct PendingEdit: Sendable {
        /// The type of the answer, if it is refused.
        let result: MessageType
        /// The row's key as JSON text.
        let id: [UInt8]?
    }

    /// A form without columns.
    static let empty = TableForm()

    private init() {
        self.columns = []
        self.mayAdd = false
        self.mayDelete = false
        self.isFull = true
    }

    /// Negotiates columns and rights: documents have any field, so every column is to be had but reserved ones.
    init(_ start: ReplicateStart, isFull: Bool) {
        var columns: [ColumnRequest] = []
        for column in start.columns where !column.name.starts(with: "__".utf8) {
            guard !columns.contains(where: { $0.name == column.name }) else { continue }
            // The key never changes.
            columns.append(column.name == ColumnRequest.key.name ? .key : column)
        }
        if !columns.contains(.key) { columns.insert(.key, at: 0) }
        self.columns = columns
        self.mayAdd = start.add
        self.mayDelete = start.del
        self.isFull = isFull
    }

    /// Whether all rows that were read have been sent.
    var isEmpty: Bool { self.next >= self.batch.count }

    /// Takes rows that were read.
    mutating func take(_ batch: RowBatch, after: UInt64) {
        self.batch = batch
        self.after = after
        self.next = 0
    }

    /// The next row.
    mutating func popRow() -> RowBatch.Row? {
        guard !self.isEmpty else { return nil }
        self.next += 1
        return self.batch.rows[self.next - 1]
    }

    /// Writes the columns as `ReplicateStartResult` describes them.
    func writeDescription(to writer: inout MessageWriter) {
        writer.openObject()
        for column in self.columns {
            writer.name(json: [UInt8(ascii: "\"")] + column.name + [UInt8(ascii: "\"")])
            writer.json(column.update ? #"{"update":true}"#.utf8 : "{}".utf8)
        }
        writer.closeObject()
    }

    /// Writes the columns of a row; one that the document does not have is left out.
    func writeColumns(of row: RowBatch.Row, to writer: inout MessageWriter) {
        writer.openObject()
        if row.kind == .alive {
            let fields = Self.fields(of: self.batch, row)
            for column in self.columns {
                guard let field = fields.first(where: { column.name.elementsEqual(self.batch[$0.name]) }) else {
                    continue
                }
                writer.name(json: [UInt8(ascii: "\"")] + column.name + [UInt8(ascii: "\"")])
                writer.json(self.batch[field.value])
            }
        } else {
            writer.member("_id", json: self.batch[row.id])
        }
        writer.closeObject()
    }

    private static func fields(of batch: RowBatch, _ row: RowBatch.Row) -> [(name: TextRange, value: TextRange)] {
        batch.bytes.withUnsafeBufferPointer { buffer in
            var fields: [(name: TextRange, value: TextRange)] = []
            var scanner = MessageScanner(buffer, at: Int(row.body.start))
            guard scanner.take(UInt8(ascii: "{")), scanner.peek() == UInt8(ascii: "\"") else { return fields }
            repeat {
                guard let name = try? scanner.takeName(), let value = try? scanner.takeValue() else { return fields }
                fields.append((name, value))
            } while scanner.take(UInt8(ascii: ","))
            return fields
        }
    }
}

extension Publisher {
    /// Takes note that a foreign client asks for one more row.
    ///
    /// - Parameters:
    ///   - restart: Whether it goes back to the beginning.
    ///   - actions: Where requests go.
    mutating func next(restart: Bool, into actions: inout [NodeAction]) {
        guard case .table(var table) = self.form else { return }
        if restart {
            self.cursor = 0
            table.take(RowBatch(), after: 0)
            if case .incremental(let target) = self.phase { self.enter(.full(target: target), into: &actions) }
            // Its answer is waited for, and dropped: otherwise two reads would run, and answers could change places.
            self.isReadStale = self.isReading
        }
        // In the live phase nothing is to be asked for.
        if !self.phase.isLive { table.owed = min(table.owed + 1, TableForm.maximumOwed) }
        self.form = .table(table)
    }

    /// Sends as many of the rows read as the client has asked for; all of them in the live phase.
    mutating func sendBuffered(into actions: inout [NodeAction]) {
        guard case .table(var table) = self.form else { return }
        guard !table.isEmpty else { return }
        // The buffer is moved, not copied.
        self.form = .table(.empty)
        let isLive = self.phase.isLive
        while isLive || table.owed > 0, let row = table.popRow() {
            let type: MessageType
            switch (isLive, row.kind) {
            case (false, _): type = .replicateNextResult
            case (true, .alive): type = row.firstUSN > table.after ? .replicateAdd : .replicateUpdate
            case (true, .deleted), (true, .left), (true, .gone): type = .replicateDel
            }
            var writer = MessageWriter(
                type,
                api: self.api,
                source: self.source,
                reserving: row.body.count + row.id.count + 160
            )
            writer.member("usn", row.usn)
            if !isLive, row.kind != .alive { writer.member("deleted", true) }
            writer.name("columns")
            table.writeColumns(of: row, to: &writer)
            let bytes = writer.taken()
            // A client that can take no more than this would lose the connection over a longer message.
            guard bytes.count <= AppWebsocketLimits.foreignMessageBytes else {
                self.oversized += 1
                continue
            }
            if !isLive { table.owed -= 1 }
            actions.append(.send(self.id.link, bytes))
        }
        self.form = .table(table)
    }
}
