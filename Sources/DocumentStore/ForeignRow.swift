import Documents

/// A row of a publisher that knows no stamps.
package enum ForeignRow: Sendable {
    /// The document is like this.
    case document(DocumentContent)
    /// The document is there, like something that cannot be taken.
    case unusable(DocumentID, because: DocumentError)
    /// The document is deleted.
    case deleted(DocumentID)

    /// The document.
    var id: DocumentID {
        switch self {
        case .document(let content): content.id
        case .unusable(let id, _), .deleted(let id): id
        }
    }
}

/// Whose rows are taken over, and where the full run of that publisher, which knows no stamps, is.
///
/// What it once showed and does not show any more is deleted at the run's end, unless another publisher has it too.
package struct ForeignRun: Hashable, Sendable {
    /// Where a full run is.
    package enum Stage: Hashable, Sendable {
        /// There is none. The ids that the rows name count as shown.
        case incremental
        /// The ids that the rows name count as shown; earlier ones do not any more if this is the first part.
        case marking(isFirst: Bool)
        /// It is complete: what was shown in earlier runs only is deleted.
        case sweep
    }

    /// The publisher's key.
    package let publisher: String
    /// Where its full run is.
    package let stage: Stage

    /// Creates a run.
    package init(of publisher: String, _ stage: Stage) {
        self.publisher = publisher
        self.stage = stage
    }
}
