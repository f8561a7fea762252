import DQL
import Documents
import JSON

/// What a statement gives back while it runs.
package enum StatementPart: Sendable {
    /// Rows of a SELECT, each the text of a JSON object.
    case rows([[UInt8]])
    /// Documents that have been changed, durably.
    case changed([DocumentID])
}

extension AppStore {
    /// So many documents are changed in one transaction of a statement.
    private static let changesInOne = 500
    /// The documents of one INSERT have at most so many bytes together.
    private static let maximumInsert = 64 << 20

    /// Runs a statement, in bounded memory.
    ///
    /// A SELECT sees the collection as it was at one moment. An INSERT is done wholly or not at all. UPDATE, DELETE and
    /// EVICT go over the documents that were there at the start and change each according to what it is at that time, some
    /// hundreds in each transaction; what an error interrupts has been given out so far.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - arguments: The values of its `:parameters`.
    ///   - limits: How much may be held.
    ///   - emit: Takes what the statement gives back; the statement goes on when it returns.
    /// - Returns: The last durable USN at the end.
    /// - Throws: `DQLError`, `StoreError`, or what `emit` throws.
    package func execute(
        _ statement: DQLStatement,
        arguments: DQLArguments = DQLArguments(),
        limits: DQLRunLimits = DQLRunLimits(),
        _ emit: (StatementPart) async throws -> Void
    ) async throws -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        let run = try DQLRun(statement, arguments: arguments, limits: limits, using: &generator)
        if statement.isShort {
            try await self.execute(run, emit)
        } else {
            // The caller may be on an event loop, which others need, too.
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await self.execute(run, emit) }
        }
        return self.durableUSN
    }

    private func execute(_ run: DQLRun, _ emit: (StatementPart) async throws -> Void) async throws {
        switch run {
        case .select(let run): try await self.select(run, emit)
        case .insert(let run): try await self.insert(run, emit)
        case .update(let run):
            try await self.edit(run.collection, run.filter, emit) { document, body in
                guard case .changed(let fields) = try run.outcome(of: body) else { return nil }
                var set = JSONObject()
                for field in fields { set[field.name] = field.value }
                let removed = fields.filter { $0.value == nil }.map { FieldName($0.name) }
                return .update(try DocumentContent(id: document.id, set), removing: removed)
            }
        case .delete(let run):
            try await self.edit(run.collection, run.filter, emit) { document, body in
                run.filter.matches(body) ? .delete(document.id) : nil
            }
        case .evict(let run):
            try await self.edit(run.collection, run.filter, emit) { document, body in
                run.filter.matches(body) ? .evict(document.id) : nil
            }
        }
    }

    private func select(_ run: DQLSelectRun, _ emit: (StatementPart) async throws -> Void) async throws {
        var run = run
        if run.isCountOfAll {
            run.feed(count: self.collection(run.collection)?.documents ?? 0)
        } else if let collection = self.collection(run.collection), !run.filter.matchesNothing {
            var scan = try await StoreScan(of: collection, run.filter.idConstraint, in: self)
            while !run.isSatisfied, let documents = try await scan.next() {
                for document in documents where !run.isSatisfied {
                    if let body = document.body { try run.feed(body) }
                }
                let rows = run.takeRows()
                if !rows.isEmpty { try await emit(.rows(rows)) }
                try Task.checkCancellation()
            }
        }
        let rows = run.finish()
        if !rows.isEmpty { try await emit(.rows(rows)) }
    }

    private func insert(_ run: DQLInsertRun, _ emit: (StatementPart) async throws -> Void) async throws {
        var bytes = 0
        let edits = try run.documents.map { document in
            let content =
                switch document {
                case .fields(let fields): try DocumentContent(.object(fields))
                case .span(let span): try DocumentContent(span)
                }
            // Arguments may stand in many documents.
            bytes += content.weight
            guard bytes <= Self.maximumInsert else { throw run.tooMuch(limit: Self.maximumInsert) }
            if run.isInitial { return LocalEdit(run.collection, .insertInitial(content)) }
            return LocalEdit(run.collection, .insert(content, onConflict: LocalEdit.ConflictPolicy(run.conflictPolicy)))
        }
        let result: WriteResult
        do {
            result = try await self.write(edits)
        } catch {
            guard case .conflict(_, let id) = error, let index = edits.firstIndex(where: { $0.id == id }) else {
                throw error
            }
            throw run.conflictError(on: id.description, at: index)
        }
        let changed = zip(edits, result.outcomes).filter { $0.1 != .nothing }.map(\.0.id)
        if !changed.isEmpty { try await emit(.changed(changed)) }
    }

    /// Goes over the documents that a filter can match, and makes of each the edit that it calls for.
    private func edit(
        _ name: String,
        _ filter: DQLFilter,
        _ emit: (StatementPart) async throws -> Void,
        _ decide: (StoredDocument, [UInt8]) throws -> LocalEdit.Action?
    ) async throws {
        guard let collection = self.collection(name), !filter.matchesNothing else { return }
        var scan = try await StoreScan(of: collection, filter.idConstraint, in: self)
        while let documents = try await scan.next() {
            var rest = documents[...]
            while !rest.isEmpty {
                try await self.edit(name, Array(rest.prefix(Self.changesInOne)), emit, decide)
                rest = rest.dropFirst(Self.changesInOne)
            }
            try Task.checkCancellation()
        }
    }

    /// Edits documents; one that others have changed in between is looked at again.
    private func edit(
        _ name: String,
        _ documents: [StoredDocument],
        _ emit: (StatementPart) async throws -> Void,
        _ decide: (StoredDocument, [UInt8]) throws -> LocalEdit.Action?
    ) async throws {
        var waiting = documents
        while !waiting.isEmpty {
            let edits = try waiting.compactMap { document -> LocalEdit? in
                guard let body = document.body, let action = try decide(document, body) else { return nil }
                return LocalEdit(name, action, ifAt: document.usn)
            }
            guard !edits.isEmpty else { return }
            let outcomes = try await self.write(edits).outcomes
            let changed = zip(edits, outcomes).filter { $0.1 != .nothing && $0.1 != .moved }.map(\.0.id)
            if !changed.isEmpty { try await emit(.changed(changed)) }
            waiting = []
            for (edit, outcome) in zip(edits, outcomes) where outcome == .moved {
                if let document = try await self.get(edit.id, in: name) { waiting.append(document) }
            }
        }
    }
}

extension DQLStatement {
    /// Whether it is done within a moment, whatever the documents are: some are given, one is named, or all are counted.
    fileprivate var isShort: Bool {
        switch self.form {
        case .insert(let insert): insert.documents.allSatisfy { $0.form.isPlain }
        case .select(let select):
            select.projections.allSatisfy(\.isPlain) && select.projections.count <= 8 && select.orderings.isEmpty
                && (select.condition?.namesOne ?? select.isCount)
        case .delete(let removal), .evict(let removal): removal.condition?.namesOne ?? false
        case .update: false
        }
    }
}

extension DQLExpression {
    /// Whether it is `_id = …`, and nothing else.
    fileprivate var namesOne: Bool {
        guard case .binary(.equal, let left, let right) = self.form, case .path(let path) = left.form else {
            return false
        }
        return path.names == ["_id"] && right.form.isPlain
    }
}

extension DQLExpression.Form {
    /// Whether it is a value that is at hand.
    fileprivate var isPlain: Bool {
        switch self {
        case .literal, .parameter: true
        default: false
        }
    }
}

extension DQLSelect.Projection {
    /// Whether it is what is in a document, or a count.
    fileprivate var isPlain: Bool {
        guard case .value(let value, _, _) = self else { return true }
        return switch value.form {
        case .path, .countOfRows: true
        default: false
        }
    }
}

extension LocalEdit.ConflictPolicy {
    /// What DQL says, in our words.
    init(_ policy: DQLConflictPolicy) {
        switch policy {
        case .fail: self = .fail
        case .doNothing: self = .nothing
        case .update: self = .update
        case .updateLocalDiff: self = .updateDifferences
        }
    }
}
