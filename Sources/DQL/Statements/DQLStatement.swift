/// A whole statement, such as `SELECT * FROM cars WHERE color = 'blue'`.
package struct DQLStatement: Sendable, Hashable {
    /// The statements that Peerage speaks.
    package enum Form: Sendable, Hashable {
        /// Reads documents.
        case select(DQLSelect)
        /// Adds documents.
        case insert(DQLInsert)
        /// Changes fields of documents.
        case update(DQLUpdate)
        /// Removes documents everywhere.
        case delete(DQLRemoval)
        /// Removes documents here, and only here.
        case evict(DQLRemoval)
    }

    /// The text as it was written.
    package let text: String
    /// What it says.
    package let form: Form

    /// Reads a statement.
    ///
    /// - Parameters:
    ///   - text: The statement; one `;` may stand at its end.
    ///   - limits: How much the text may demand.
    /// - Throws: The first offence with its place.
    package init(parsing text: String, limits: DQLLimits = DQLLimits()) throws(DQLError) {
        var parser = try Parser(text, limits: limits)
        self.text = text
        self.form = try parser.statement()
    }

    /// The collection that it is about.
    package var collection: String {
        switch self.form {
        case .select(let select): select.collection
        case .insert(let insert): insert.collection
        case .update(let update): update.collection
        case .delete(let removal), .evict(let removal): removal.collection
        }
    }

    /// Which documents it is about: what follows WHERE, if anything does.
    package var condition: DQLExpression? {
        switch self.form {
        case .select(let select): select.condition
        case .insert: nil
        case .update(let update): update.condition
        case .delete(let removal), .evict(let removal): removal.condition
        }
    }

    /// Whether it changes anything.
    package var isWriting: Bool { if case .select = self.form { false } else { true } }

    /// The statement's first word in small letters, as the HTTP API names its kind: `select`.
    package var kind: String {
        switch self.form {
        case .select: "select"
        case .insert: "insert"
        case .update: "update"
        case .delete: "delete"
        case .evict: "evict"
        }
    }
}

/// Reads documents.
package struct DQLSelect: Sendable, Hashable {
    /// One part of what is given back.
    package enum Projection: Sendable, Hashable {
        /// `*`: the fields of the document.
        case everything
        /// A value under a name.
        case value(DQLExpression, name: String, isNamed: Bool)
    }

    /// One part of the order.
    package struct Ordering: Sendable, Hashable {
        /// What decides.
        package let value: DQLExpression
        /// Whether the greatest comes first.
        package let isDescending: Bool
    }

    /// What is given back of each document, or once for all of them.
    package let projections: [Projection]
    /// The collection.
    package let collection: String
    /// Which documents; `nil` for all.
    package let condition: DQLExpression?
    /// In which order; empty for any.
    package let orderings: [Ordering]
    /// How many at most.
    package let limit: DQLExpression?
    /// How many to leave out first.
    package let offset: DQLExpression?

    /// Whether it counts documents instead of giving them back.
    package var isCount: Bool {
        self.projections.contains { if case .value(let value, _, _) = $0 { value.form == .countOfRows } else { false } }
    }
}

/// Adds documents.
package struct DQLInsert: Sendable, Hashable {
    /// The collection.
    package let collection: String
    /// The documents.
    package let documents: [DQLExpression]
    /// Whether the documents are to be older than anything that any peer has.
    package let isInitial: Bool
    /// What to do when there is a document with the `_id`.
    package let conflictPolicy: DQLConflictPolicy
}

/// What to do with a document whose `_id` is there already (https://docs.ditto.live/dql/insert).
package enum DQLConflictPolicy: String, Sendable, Hashable, CaseIterable {
    /// The statement fails.
    case fail = "FAIL"
    /// The document that is there stays as it is.
    case doNothing = "DO NOTHING"
    /// Every field of the new document is written, also where it does not differ.
    case update = "DO UPDATE"
    /// The fields that differ are written.
    case updateLocalDiff = "DO UPDATE_LOCAL_DIFF"
}

/// Changes fields of documents.
package struct DQLUpdate: Sendable, Hashable {
    /// One field with its new value.
    package struct Assignment: Sendable, Hashable {
        /// The field.
        package let path: DQLPath
        /// The value.
        package let value: DQLExpression
        /// Where in the bytes of the text the field stands.
        package let offset: Int
    }

    /// The collection.
    package let collection: String
    /// What to set.
    package let assignments: [Assignment]
    /// What to remove.
    package let removals: [DQLPath]
    /// Which documents; `nil` for all.
    package let condition: DQLExpression?
}

/// Removes documents.
package struct DQLRemoval: Sendable, Hashable {
    /// The collection.
    package let collection: String
    /// Which documents; `nil` for all.
    package let condition: DQLExpression?
}
