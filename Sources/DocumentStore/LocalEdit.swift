import Documents

/// One change that is made here and gets a stamp of its own.
package struct LocalEdit: Sendable {
    /// What to do about a document that is there already.
    package enum ConflictPolicy: String, Hashable, Sendable, CaseIterable {
        /// Refuse, and with it everything that was handed over together.
        case fail
        /// Keep the document that is there.
        case nothing
        /// Write the given fields into it; others stay.
        case update
        /// The same, but only fields whose values differ; if none does, nothing happens.
        case updateDifferences
        /// Put the given document in its place; other fields are removed.
        case replace
        /// The same, but only where values differ; if none does, nothing happens.
        case replaceDifferences
    }

    /// What to do.
    package enum Action: Sendable {
        /// Insert a document.
        case insert(DocumentContent, onConflict: ConflictPolicy)
        /// Insert a document that is older than anything that anybody has, so that many peers can insert the same one.
        case insertInitial(DocumentContent)
        /// Set fields of a document that is there, and remove others.
        case update(DocumentContent, removing: [FieldName])
        /// Delete a document; a tombstone stays.
        case delete(DocumentID)
        /// Forget a document here and nowhere else; nothing stays.
        case evict(DocumentID)
        /// Forget a document here if the owner of these explicit stamps knows all that is known of it here.
        case evictIfCovered(DocumentID, FieldStamps)
    }

    /// What became of it.
    package enum Outcome: Hashable, Sendable {
        /// A document is there that was not, or was deleted.
        case inserted
        /// A document that was there has changed.
        case updated
        /// A document is gone.
        case removed
        /// There was nothing to do: no such document, or the policy says to keep what is there.
        case nothing
        /// The document is not at the expected USN any more; nothing was done.
        case moved
    }

    /// The collection.
    package let collection: String
    /// What to do.
    package let action: Action
    /// The USN at which the document must be for the edit to happen; `nil`: at any.
    package let expected: UInt64?

    /// Creates an edit.
    ///
    /// - Parameters:
    ///   - collection: The collection's name.
    ///   - action: What to do.
    ///   - expected: The USN at which the document must be; `nil`: at any.
    package init(_ collection: String, _ action: Action, ifAt expected: UInt64? = nil) {
        self.collection = collection
        self.action = action
        self.expected = expected
    }

    /// Whether it makes the collection if there is none.
    var makesCollection: Bool {
        switch self.action {
        case .insert, .insertInitial: true
        case .update, .delete, .evict, .evictIfCovered: false
        }
    }

    /// The document.
    var id: DocumentID {
        switch self.action {
        case .insert(let content, _), .insertInitial(let content), .update(let content, _): content.id
        case .delete(let id), .evict(let id), .evictIfCovered(let id, _): id
        }
    }
}

/// What became of edits that were handed over together.
package struct WriteResult: Hashable, Sendable {
    /// One outcome for each edit.
    package let outcomes: [LocalEdit.Outcome]
    /// The USN of the last change that is known to be durable with them.
    package let usn: UInt64
}
