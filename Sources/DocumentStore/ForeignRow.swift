import Documents

/// A row of a publisher that knows no stamps.
package enum ForeignRow: Sendable {
    /// The document is like this.
    case document(DocumentContent)
    /// The document is deleted.
    case deleted(DocumentID)

    /// The document.
    var id: DocumentID {
        switch self {
        case .document(let content): content.id
        case .deleted(let id): id
        }
    }
}

/// Where the full run of a publisher that knows no stamps is: what it did not show is deleted at its end.
package enum ForeignRun: Hashable, Sendable {
    /// There is none.
    case incremental
    /// The ids that the rows name are noted; older notes are forgotten first if this is the first part.
    case marking(isFirst: Bool)
    /// It is complete: what has not been noted is deleted.
    case sweep
}
