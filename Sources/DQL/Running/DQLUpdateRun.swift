import JSON

/// The run of an UPDATE: for each document it says which top-level fields change, and how.
///
/// All values are those of the document as it was: `SET a = b, b = a` swaps two fields.
package struct DQLUpdateRun: Sendable {
    /// What becomes of one document.
    package enum Outcome: Sendable, Hashable {
        /// The condition is not true of it.
        case noMatch
        /// It has all the values already.
        case unchanged
        /// These fields change, in the order of their names.
        case changed([DQLFieldChange])
    }

    private struct Step: Sendable {
        let path: [String]
        /// What to set; `nil` removes.
        let program: Program?
        let offset: Int
    }

    /// The collection to change.
    package let collection: String
    /// Which documents are worth asking about.
    package let filter: DQLFilter
    private let steps: [Step]
    private let source: StatementSource

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - update: What to change.
    ///   - statement: The statement that it is of.
    ///   - arguments: The values of the statement's `:parameters`.
    /// - Throws: What cannot be evaluated, with its place.
    package init(
        _ update: DQLUpdate,
        in statement: DQLStatement,
        arguments: DQLArguments = DQLArguments()
    ) throws(DQLError) {
        let source = StatementSource(statement, arguments)
        self.source = source
        self.collection = update.collection
        self.filter = try source.filter(update.condition)
        var steps: [Step] = []
        for assignment in update.assignments {
            let program = try source.program(assignment.value)
            steps.append(Step(path: assignment.path.names, program: program, offset: assignment.offset))
        }
        self.steps = steps + update.removals.map { Step(path: $0.names, program: nil, offset: 0) }
    }

    /// Says what becomes of a document.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Returns: The fields that change. A value that is missing is set as null.
    /// - Throws: When a path leads through something that is no object.
    package func outcome(of document: UnsafeBufferPointer<UInt8>) throws(DQLError) -> Outcome {
        guard self.filter.matches(document) else { return .noMatch }
        var before = JSONObject()
        for root in Set(self.steps.compactMap(\.path.first)) {
            let value = Array(root.utf8).withUnsafeBufferPointer { Operand.raw(document).member($0).json }
            before[root] = value
        }
        var after = JSONValue.object(before)
        for step in self.steps {
            let value = step.program.map { $0.value(in: document) ?? .null }
            guard after.set(value, at: step.path[...]) else {
                throw self.source.error(
                    .badValue,
                    at: step.offset,
                    "\(step.path.joined(separator: ".")) leads through a value that is no object"
                )
            }
        }
        return self.changes(from: before, to: after.object ?? JSONObject())
    }

    /// Says what becomes of a document.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Returns: The fields that change. A value that is missing is set as null.
    /// - Throws: When a path leads through something that is no object.
    package func outcome(of document: [UInt8]) throws(DQLError) -> Outcome {
        let result = document.withUnsafeBufferPointer { bytes in
            Result { () throws(DQLError) in try self.outcome(of: bytes) }
        }
        return try result.get()
    }

    private func changes(from before: JSONObject, to after: JSONObject) -> Outcome {
        var names = Set(before.keys.map { Array($0.utf8) })
        names.formUnion(after.keys.map { Array($0.utf8) })
        let changes = names.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { bytes -> DQLFieldChange? in
            let name = String(decoding: bytes, as: UTF8.self)
            return before[name] == after[name] ? nil : DQLFieldChange(name: name, value: after[name])
        }
        return changes.isEmpty ? .unchanged : .changed(changes)
    }
}

extension JSONValue {
    /// Sets or removes what a path leads to, and makes the objects on the way to something that is set.
    ///
    /// - Parameters:
    ///   - value: What to set; `nil` removes.
    ///   - path: The names, from here inwards.
    /// - Returns: Whether that is possible.
    fileprivate mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) -> Bool {
        guard let name = path.first else {
            self = value ?? .null
            return true
        }
        guard case .object(var object) = self else { return false }
        let rest = path.dropFirst()
        if rest.isEmpty {
            object[name] = value
        } else {
            var inner: JSONValue
            switch (object[name], value) {
            case (nil, nil), (.null?, nil): return true
            case (nil, _), (.null?, _): inner = .object(JSONObject())
            case (let present?, _): inner = present
            }
            guard inner.set(value, at: rest) else { return false }
            object[name] = inner
        }
        self = .object(object)
        return true
    }
}
