import JSON

/// The run of a SELECT: documents go in, one by one, and rows come out.
///
/// *Expected flow:*
/// ```
/// var run = try DQLSelectRun(select, in: statement, arguments: arguments)
/// for document in documents(of: run.collection, run.filter.idConstraint) where !run.isSatisfied {
///     try run.feed(document)
///     send(run.takeRows())            // as often as one likes; without ORDER BY, rows are ready at once
/// }
/// send(try run.finish())
/// ```
/// *Guarantees:* no more is held than the rows that were not taken; with ORDER BY and LIMIT, no more than twice the rows
/// that are asked for; for `count(*)`, nothing.
package struct DQLSelectRun: Sendable {
    /// The collection to read.
    package let collection: String
    /// Which documents are worth feeding; feeding others does no harm.
    package let filter: DQLFilter
    /// Whether no further document can change the result.
    package private(set) var isSatisfied: Bool

    private let projection: RowProjection
    private let limit: Int
    private let offset: Int
    private let heldBytes: Int
    private var order: RowOrder?
    private var rows: [[UInt8]] = []
    private var rowBytes = 0
    /// How many documents matched, or without an order: how many of them were looked at.
    private var count = 0

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - select: What to read.
    ///   - statement: The statement that it is of.
    ///   - arguments: The values of the statement's `:parameters`.
    ///   - limits: How much may be held.
    /// - Throws: What cannot be evaluated, with its place.
    package init(
        _ select: DQLSelect,
        in statement: DQLStatement,
        arguments: DQLArguments = DQLArguments(),
        limits: DQLRunLimits = DQLRunLimits()
    ) throws(DQLError) {
        let source = StatementSource(statement, arguments)
        self.collection = select.collection
        self.filter = try source.filter(select.condition)
        self.projection = try RowProjection(select.projections, in: source)
        self.limit = try source.count(select.limit) ?? .max
        self.offset = try source.count(select.offset) ?? 0
        self.heldBytes = limits.heldBytes
        if !select.orderings.isEmpty, !self.projection.isCount {
            let (wanted, overflow) = self.limit.addingReportingOverflow(self.offset)
            self.order = try RowOrder(select.orderings, wanted: overflow ? .max : wanted, in: source)
        }
        self.isSatisfied = self.limit == 0 || self.filter.matchesNothing
    }

    /// Whether nothing is wanted but the number of all documents, so that none has to be looked at.
    package var isCountOfAll: Bool { self.projection.isCount && self.filter.matchesEverything }

    /// Counts documents that need not be looked at; only for a count of all.
    package mutating func feed(count: Int) { self.count += count }

    /// Looks at one document.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Throws: When more would have to be held than may be.
    package mutating func feed(_ document: UnsafeBufferPointer<UInt8>) throws(DQLError) {
        guard !self.isSatisfied, self.filter.matches(document) else { return }
        self.count += 1
        if self.projection.isCount { return }
        if self.order != nil {
            try self.check(self.order?.add(document, self.projection, atMost: self.heldBytes) ?? .max)
            return
        }
        guard self.count > self.offset else { return }
        guard let row = self.projection.row(of: document, atMost: self.heldBytes) else { return try self.check(.max) }
        self.rowBytes += row.count
        self.rows.append(row)
        // Held against overflow: the count cannot be above both.
        self.isSatisfied = self.count - self.offset >= self.limit
        try self.check(self.rowBytes)
    }

    /// Looks at one document.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Throws: When more would have to be held than may be.
    package mutating func feed(_ document: [UInt8]) throws(DQLError) {
        // A closure could not throw what a method of a copy throws.
        let result = document.withUnsafeBufferPointer { bytes in
            Result { () throws(DQLError) in try self.feed(bytes) }
        }
        try result.get()
    }

    /// Takes the rows that are final already, each the text of a JSON object.
    package mutating func takeRows() -> [[UInt8]] {
        defer {
            self.rows.removeAll()
            self.rowBytes = 0
        }
        return self.rows
    }

    /// Ends the run.
    ///
    /// - Returns: The rows that were not taken yet.
    package mutating func finish() -> [[UInt8]] {
        if self.projection.isCount {
            // The one row of a count is a row like others.
            let isWanted = self.limit > 0 && self.offset == 0
            self.rows = isWanted ? [self.projection.countRow(self.count)] : []
        } else if let sorted = self.order?.sortedRows() {
            self.rows = Array(sorted.dropFirst(self.offset).prefix(self.limit))
        }
        self.isSatisfied = true
        return self.takeRows()
    }

    private func check(_ held: Int) throws(DQLError) {
        guard held > self.heldBytes else { return }
        throw DQLError(
            .tooMuch,
            at: DQLPlace(offset: 0, in: []),
            "the result has more than \(self.heldBytes) bytes",
            expected: self.order == nil ? "a LIMIT" : "a smaller LIMIT, or no ORDER BY"
        )
    }
}
