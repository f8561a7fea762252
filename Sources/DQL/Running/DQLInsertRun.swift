import JSON

/// The run of an INSERT: the documents to add, and what to do where one is there already.
package struct DQLInsertRun: Sendable {
    /// A document that is to be added.
    package enum Document: Sendable {
        /// All of its fields, `_id` among them, which is text or an object.
        case fields(JSONObject)
        /// The same, as they stand in an argument.
        case span(JSONObjectSpan)
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
    /// Where each document stands in the statement, in bytes.
    private let offsets: [Int]

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
        arguments: DQLArguments = DQLArguments(),
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
        self.offsets = insert.documents.map(\.range.lowerBound)
    }

    private static func document(
        _ expression: DQLExpression,
        in source: StatementSource,
        using generator: inout some RandomNumberGenerator
    ) throws(DQLError) -> Document {
        if let span = source.span(expression), let id = span["_id"] {
            switch span.value(of: id).first {
            case UInt8(ascii: "\""), UInt8(ascii: "{"): return .span(span)
            default: break
            }
        }
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
        return .fields(fields)
    }

    /// What to say when the documents are longer than may be.
    ///
    /// - Parameter limit: The bytes that they may have.
    /// - Returns: The error.
    package func tooMuch(limit: Int) -> DQLError {
        DQLError(
            .tooMuch,
            at: DQLPlace(offset: 0, in: []),
            "the documents have more than \(limit) bytes together",
            expected: "several statements"
        )
    }

    /// What to say when a document is there already and the policy is to fail.
    ///
    /// - Parameters:
    ///   - id: The text of its `_id`.
    ///   - index: Which of the documents it is.
    /// - Returns: The error.
    package func conflictError(on id: String, at index: Int) -> DQLError {
        DQLError(
            .badValue,
            at: DQLPlace(offset: self.offsets[index], in: Array(self.statement.utf8)),
            "a document with the _id \(id) is in \(self.collection) already",
            expected: "another _id, or ON ID CONFLICT DO UPDATE"
        )
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
