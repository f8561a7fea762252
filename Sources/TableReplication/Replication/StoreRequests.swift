/// One of the sessions that a node runs; answers of the store carry it back.
package struct SessionID: Hashable, Sendable {
    /// The link that the session runs over.
    package let link: LinkID
    /// Its number on that link, never used twice.
    package let number: UInt64

    /// Creates an id.
    package init(link: LinkID, number: UInt64) {
        self.link = link
        self.number = number
    }
}

/// Asks for changes of a collection in the order of their numbers.
///
/// The store looks at the log from `after` (exclusive) to `through` (inclusive) and gives, for each document there:
/// - deleted: a `deleted` row, if `tombstones`;
/// - evicted because it had left the queries of this peer: a `gone` row, unless `unselected` is `leaveOut`;
/// - alive and selected (`queries` is empty of conditions, or one of them is true): an `alive` row;
/// - alive and not selected: a `left` row (its stamps must name every field: `explicitStamps`) or nothing, as
///   `unselected` says;
/// - of those, nothing that was taken over unchanged from the store `excludingOrigin`.
package struct ReadRequest: Hashable, Sendable {
    /// What becomes of documents that the queries do not select.
    package enum Unselected: Hashable, Sendable {
        /// They are left out.
        case leaveOut
        /// They are given as `left` when the subscriber may hold them: when `firstUSN ≤ after`, or the stamps have a
        /// deletion (`!`), or a stamp of this peer; a foreign client's key is empty, and no stamp is its.
        case whenKnown(subscriber: String)
        /// They are all given as `left`.
        case all
    }

    /// Whose request it is; goes into the answer.
    package let session: SessionID
    /// The app.
    package let app: String
    /// The collection.
    package let collection: String
    /// The number behind which to start.
    package let after: UInt64
    /// The number up to which to look.
    package let through: UInt64
    /// Stop when the texts read are this long; one row may go beyond.
    package let maximumBytes: Int
    /// Stop after so many rows.
    package let maximumRows: Int
    /// The conditions, of which one must be true.
    package let filter: SessionFilter
    /// The GUID of the subscriber's store, if what came from it is to be left out.
    package let excludingOrigin: String?
    /// Whether deleted documents are wanted.
    package let tombstones: Bool
    /// What becomes of documents that the queries do not select.
    package let unselected: Unselected
}

/// What a read found.
package struct ReadResult: Hashable, Sendable {
    /// The rows.
    package var batch: RowBatch
    /// How far the log has been looked through: the request's `through`, or the last number before a limit was hit.
    package var through: UInt64

    /// Creates a result.
    package init(batch: RowBatch, through: UInt64) {
        self.batch = batch
        self.through = through
    }
}

/// Asks for the present state of documents, durable or not, by their ids, whatever queries say.
///
/// The answer's rows are `alive` or `deleted`, with the number of their last change; ids that are not held are left out.
package struct FetchRequest: Hashable, Sendable {
    /// Whose request it is; goes into the answer.
    package let session: SessionID
    /// The app.
    package let app: String
    /// The collection.
    package let collection: String
    /// The canonical ids.
    package let ids: [[UInt8]]
    /// Stop when the texts read are this long; one row may go beyond.
    package let maximumBytes: Int
}

/// What a fetch found.
package struct FetchResult: Hashable, Sendable {
    /// The documents that are held, in the order of the ids.
    package var batch: RowBatch
    /// How many of the ids have been looked up, from the first.
    package var looked: Int

    /// Creates a result.
    package init(batch: RowBatch, looked: Int) {
        self.batch = batch
        self.looked = looked
    }
}

/// What becomes of a subscriber's copy when a document is not selected by its queries any more.
package enum LeavePolicy: String, Hashable, Sendable {
    /// It stays, in its final state and later ones.
    case keep = "Keep"
    /// It goes, unless it has changes that the publisher does not know.
    case evict = "Evict"
}

/// Applies rows and moves the checkpoint, in one transaction.
package struct ApplyRequest: Hashable, Sendable {
    /// What the rows are.
    package enum Mode: Hashable, Sendable {
        /// Versions of our own peers, to be merged. `left` rows: with `evict` drop the copy unless its own version is newer
        /// in any field (no tombstone, but a mark with a number, for those who have it from here); with `keep` report it as
        /// wanted if it is held and behind in any field. `gone` rows: with `evict` the same, if the copy is also behind in
        /// some field: what is not behind may be what another publisher shows; with `keep` nothing. Behind a mark, an
        /// `alive` or `deleted` row counts as known when it is behind the mark in some field and newer in none.
        case merge(LeavePolicy)
        /// Rows of a foreign publisher: `alive` replaces the document's fields by the row's with new stamps where they
        /// differ; `deleted` deletes.
        case replace(Run)
    }

    /// Where a foreign publisher's full run is: what it once showed (`key.peer`) and does not show any more is deleted at
    /// its end.
    package enum Run: Hashable, Sendable {
        /// No full run. The ids that these rows name count as shown.
        case incremental
        /// The ids that these rows name count as shown; those of earlier runs do not any more if this is the first part.
        case marking(isFirst: Bool)
        /// The run is complete: delete what this publisher has shown in earlier runs only, unless another one has it too.
        case sweep
    }

    /// Whose request it is; goes into the answer.
    package let session: SessionID
    /// Under which name the checkpoint is stored; the app and collection of the rows too.
    package let key: CheckpointKey
    /// The rows, oldest batch first.
    package let batches: [RowBatch]
    /// What the rows are.
    package let mode: Mode
    /// The GUID of the publisher's store: the origin of what is taken over unchanged; `nil` when foreign.
    package let origin: String?
    /// The checkpoint, to be written unless documents are wanted; `nil` leaves it as it is.
    package let checkpoint: ResumePoint?
}

/// What became of an apply.
package struct ApplyResult: Hashable, Sendable {
    /// Ids of `left` rows whose copy is held and behind; then the checkpoint has not moved.
    package var wanted: [[UInt8]]
    /// How many documents the collection holds now, if that is known.
    package var documents: Int?
    /// How many rows could not be taken; the others were, and the checkpoint has moved all the same.
    package var skipped: Int
    /// Why the last of those could not be taken.
    package var skipReason: String?

    /// Creates a result.
    package init(
        wanted: [[UInt8]] = [],
        documents: Int? = nil,
        skipped: Int = 0,
        skipReason: String? = nil
    ) {
        self.wanted = wanted
        self.documents = documents
        self.skipped = skipped
        self.skipReason = skipReason
    }
}

/// A foreign client's change of one document, with the stamps of a local write.
package struct EditRequest: Hashable, Sendable {
    /// What to do.
    package enum Change: Hashable, Sendable {
        /// Set the fields; make the document if it does not exist.
        case set
        /// Set the fields of a document that exists.
        case update
        /// Delete the document.
        case delete
    }

    /// Whose request it is; goes into the answer.
    package let session: SessionID
    /// The edit's number in its session; goes into the answer.
    package let number: UInt64
    /// The app.
    package let app: String
    /// The collection.
    package let collection: String
    /// What to do.
    package let change: Change
    /// The canonical `_id`; `nil` lets the store make one for a new document.
    package let id: [UInt8]?
    /// The fields to set, as one compact JSON object; `_id` is not among them.
    package let fields: [UInt8]
}

/// What became of an edit.
package enum EditResult: Hashable, Sendable {
    /// It is written.
    case done
    /// The document does not exist.
    case missing
    /// It was refused; the sentence says why.
    case refused(String)
}

/// The store could not do what it was asked for.
package struct StoreFailure: Error, Hashable, Sendable {
    /// One sentence, for the log.
    package let reason: String

    /// Creates a failure.
    package init(_ reason: String) {
        self.reason = reason
    }
}
