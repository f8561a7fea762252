import Documents

/// Rows from another peer for one collection: one buffer of bytes, and where each row's parts stand in it.
///
/// The buffer may be the very message that they came in.
package struct RemoteBatch: Sendable {
    /// What a row says.
    package enum Kind: Hashable, Sendable {
        /// It is a version of a document, to be merged.
        case version
        /// The document is not wanted here any more: `id`, and explicit stamps of what the other peer knows.
        case left
        /// The other peer has evicted the document itself: `id`, and explicit stamps of the state that left its queries.
        case gone
    }

    /// What becomes of a document that is not wanted any more.
    package enum LeavePolicy: Hashable, Sendable {
        /// It stays; if the other peer knows more of it, that is to be fetched.
        case keep
        /// It goes, unless more is known of it here than there, and a mark stays. What is gone there goes only when the
        /// copy is also behind: a state that is not may be what another peer shows.
        case evict
    }

    /// One row.
    package struct Row: Sendable {
        /// What it says.
        package let kind: Kind
        /// The JSON text of `_id`; needed when there is no body.
        package let id: Range<Int>?
        /// The document's compact JSON; `nil` for a tombstone.
        package let body: Range<Int>?
        /// The text of the stamps.
        package let stamps: Range<Int>

        /// Creates a row.
        ///
        /// - Parameters:
        ///   - kind: What it says.
        ///   - id: Where the JSON text of `_id` is; needed when there is no body.
        ///   - body: Where the document's compact JSON is; `nil` for a tombstone.
        ///   - stamps: Where the text of the stamps is.
        package init(_ kind: Kind = .version, id: Range<Int>? = nil, body: Range<Int>?, stamps: Range<Int>) {
            self.kind = kind
            self.id = id
            self.body = body
            self.stamps = stamps
        }
    }

    /// The collection's name.
    package let collection: String
    /// The guid of the store that the rows come from.
    package let origin: String
    /// What becomes of documents that are not wanted any more.
    package let onLeave: LeavePolicy
    /// The bytes.
    package var bytes: [UInt8]
    /// The rows.
    package var rows: [Row]

    /// Creates a batch.
    ///
    /// - Parameters:
    ///   - collection: The collection's name.
    ///   - origin: The guid of the store that the rows come from.
    ///   - onLeave: What becomes of documents that are not wanted any more.
    ///   - bytes: The bytes.
    ///   - rows: Where the rows are in them.
    package init(
        collection: String,
        origin: String,
        onLeave: LeavePolicy = .keep,
        bytes: [UInt8] = [],
        rows: [Row] = []
    ) {
        self.onLeave = onLeave
        self.collection = collection
        self.origin = origin
        self.bytes = bytes
        self.rows = rows
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - kind: What it says.
    ///   - id: The JSON text of `_id`; needed when there is no body.
    ///   - body: The document's compact JSON; `nil` for a tombstone.
    ///   - stamps: The text of the stamps.
    package mutating func append(_ kind: Kind = .version, id: [UInt8]? = nil, body: [UInt8]?, stamps: [UInt8]) {
        self.rows.append(
            Row(kind, id: id.map { self.add($0) }, body: body.map { self.add($0) }, stamps: self.add(stamps))
        )
    }

    private mutating func add(_ part: [UInt8]) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: part)
        return start..<self.bytes.count
    }
}

/// What became of rows from another peer.
package struct AppliedRows: Hashable, Sendable {
    /// How many brought something new.
    package internal(set) var changed = 0
    /// How many said what is known already.
    package internal(set) var unchanged = 0
    /// How many documents have gone because they are not wanted any more.
    package internal(set) var evicted = 0
    /// How many could not be taken: too long, not what a document must be, or stamped in the far future.
    package internal(set) var skipped = 0
    /// Why the last of those could not.
    package internal(set) var skipReason: DocumentError?
    /// Documents that are not wanted any more and stay, and of which the other peer knows more.
    ///
    /// When there are some, the checkpoint has not been written.
    package internal(set) var wanted: [DocumentID] = []
    /// The store's last USN with them: visible, and durable soon.
    package internal(set) var usn: UInt64 = 0

    /// Counts a row that cannot be taken.
    mutating func skip(_ reason: DocumentError) {
        self.skipped += 1
        self.skipReason = reason
    }
}
