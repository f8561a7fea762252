import JSON

/// The run of an INSERT: the documents to add, and what to do where one is there already.
package struct DQLInsertRun: Sendable {
    /// What becomes of one document.
    package enum Outcome: Sendable, Hashable {
        /// It is new: add it.
        case insert
        /// There is one, and it stays as it is.
        case keep
        /// There is one, and these of its fields are written, in the order of their names; none at all keeps it.
        case change([DQLFieldChange])
        /// There is one, and the statement fails.
        case conflict
    }

    /// A document that is to be added.
    package struct Document: Sendable, Hashable {
        /// Its `_id`: text or an object.
        package let id: JSONValue
        /// All of its fields, `_id` among them.
        package let fields: JSONObject
        /// Where it stands in the statement's text, in bytes.
        fileprivate let offset: Int

        /// The compact JSON text of the `_id`, with the members of objects sorted by name.
        package var key: [UInt8] { self.id.bytes }
        /// The compact JSON text of the document.
        package var bytes: [UInt8] { JSONValue.object(self.fields).bytes }
    }

    /// The collection to add to.
    package let collection: String
    /// The documents, in the order of the statement.
    package let documents: [Document]
    /// Whether the documents are to be older than anything that any peer has.
    package let isInitial: Bool
    /// What to do when there is a document with the `_id`.
    package let conflictPolicy: DQLConflictPolicy
    private let statement: String

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - insert: What to add.
    ///   - statement: The statement that it is of.
    ///   - arguments: The values of the statement's `:parameters`.
    ///   - generator: Where the ids of documents without one come from: random UUIDs.
    /// - Throws: What is no document, with its place.
    package init(
        _ insert: DQLInsert,
        in statement: DQLStatement,
        arguments: JSONObject = JSONObject(),
        using generator: inout some RandomNumberGenerator
    ) throws(DQLError) {
        let source = StatementSource(statement, arguments)
        self.statement = statement.text
        self.collection = insert.collection
        self.isInitial = insert.isInitial
        // "the initial documents DO NOTHING if the document ID already exists … The ON ID CONFLICT policy cannot change
        // this behavior" (https://docs.ditto.live/dql/insert).
        self.conflictPolicy = insert.isInitial ? .doNothing : insert.conflictPolicy
        var documents: [Document] = []
        for expression in insert.documents {
            documents.append(try Self.document(expression, in: source, using: &generator))
        }
        self.documents = documents
    }

    private static func document(
        _ expression: DQLExpression,
        in source: StatementSource,
        using generator: inout some RandomNumberGenerator
    ) throws(DQLError) -> Document {
        let offset = expression.range.lowerBound
        let value = try source.constant(expression) ?? .null
        guard case .object(var fields) = value else {
            throw source.error(.badValue, at: offset, "a document is \(value.sort)", expected: "an object")
        }
        switch fields["_id"] {
        case nil: fields["_id"] = .string(String(randomUUID: &generator))
        case .string?, .object?: break
        case let id?:
            throw source.error(
                .badValue,
                at: offset,
                "a document's _id is \(id.sort)",
                expected: "a string or an object"
            )
        }
        return Document(id: fields["_id"] ?? .null, fields: fields, offset: offset)
    }

    /// Says what becomes of one of the documents.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - existing: The text of the one that is there, if there is one.
    /// - Returns: What to do.
    package func outcome(of document: Document, existing: [UInt8]?) -> Outcome {
        guard let existing else { return .insert }
        switch self.conflictPolicy {
        case .fail: return .conflict
        case .doNothing: return .keep
        case .update: return .change(Self.changes(document.fields.members.filter { $0.key != "_id" }))
        case .updateLocalDiff:
            let held = existing.withUnsafeBufferPointer { Operand.raw($0).members } ?? JSONObject()
            return .change(Self.changes(document.fields.members.filter { held[$0.key] != $0.value }))
        }
    }

    /// What to say when a document is there already and the policy is to fail.
    package func conflictError(_ document: Document) -> DQLError {
        DQLError(
            .badValue,
            at: DQLPlace(offset: document.offset, in: Array(self.statement.utf8)),
            "a document with the _id \(document.id.text) is in \(self.collection) already",
            expected: "another _id, or ON ID CONFLICT DO UPDATE"
        )
    }

    private static func changes(_ members: [JSONObject.Member]) -> [DQLFieldChange] {
        members.map { DQLFieldChange(name: $0.key, value: $0.value) }
    }
}

extension String {
    /// A UUID of version 4 (RFC 9562 §5.4) in small letters.
    fileprivate init(randomUUID generator: inout some RandomNumberGenerator) {
        let high = generator.next() & ~0xF000 | 0x4000
        let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
        var text = ""
        for (index, half) in [high, low].enumerated() {
            let digits = String(half, radix: 16)
            let padded = String(repeating: "0", count: 16 - digits.count) + digits
            for (position, digit) in padded.enumerated() {
                let place = index * 16 + position
                if [8, 12, 16, 20].contains(place) { text += "-" }
                text.append(digit)
            }
        }
        self = text
    }
}
