/// Rows of one collection, all in one buffer: what a store reads for a publisher and applies for a replicator.
///
/// A row costs no allocation of its own. Texts are those of the store (`Documents`): `body` is the alive document as one
/// compact JSON object, `stamps` its stamps, `id` the canonical text of its `_id`.
package struct RowBatch: Sendable, Hashable {
    /// What a row says about its document.
    package enum Kind: UInt8, Sendable {
        /// It is alive, and selected by the session's queries.
        case alive
        /// It is deleted; there is no body.
        case deleted
        /// It is alive but not selected by the session's queries (any more); there is no body.
        case left
        /// It has left the publisher's own queries and was evicted; there is no body. The stamps are explicit, and those
        /// of the state that left.
        case gone
    }

    /// One row; the ranges point into `bytes`.
    package struct Row: Sendable, Hashable {
        /// The change's number in the publisher's log.
        package let usn: UInt64
        /// The number at which the document last became alive; 0 when that is not known.
        package let firstUSN: UInt64
        /// What the row says.
        package let kind: Kind
        /// The `_id`; empty in an alive row that came from another peer, whose body has it.
        package let id: TextRange
        /// The document; empty unless alive.
        package let body: TextRange
        /// The stamps; empty in rows of foreign publishers, which have none.
        package let stamps: TextRange
    }

    /// What the ranges point into.
    package private(set) var bytes: [UInt8] = []
    /// The rows in the order of their numbers.
    package private(set) var rows: [Row] = []

    /// Creates an empty batch.
    ///
    /// - Parameters:
    ///   - bytes: Bytes to make room for.
    ///   - rows: Rows to make room for.
    package init(reservingBytes bytes: Int = 0, rows: Int = 0) {
        self.bytes.reserveCapacity(bytes)
        self.rows.reserveCapacity(rows)
    }

    /// Creates a batch over a message that has been looked through.
    init(bytes: [UInt8], rows: [Row]) {
        self.bytes = bytes
        self.rows = rows
    }

    /// Whether there are no rows.
    package var isEmpty: Bool { self.rows.isEmpty }

    /// How many rows there are.
    package var count: Int { self.rows.count }

    /// Appends a row, copying its texts.
    ///
    /// - Parameters:
    ///   - kind: What the row says.
    ///   - usn: The change's number.
    ///   - firstUSN: The number at which the document last became alive.
    ///   - id: The canonical `_id`.
    ///   - body: The document; empty unless alive.
    ///   - stamps: The stamps.
    package mutating func append(
        _ kind: Kind,
        usn: UInt64,
        firstUSN: UInt64,
        id: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        stamps: UnsafeRawBufferPointer
    ) {
        let start = self.bytes.count
        self.bytes.append(contentsOf: id)
        self.bytes.append(contentsOf: body)
        self.bytes.append(contentsOf: stamps)
        let row = Row(
            usn: usn,
            firstUSN: firstUSN,
            kind: kind,
            id: TextRange(start, start + id.count),
            body: TextRange(start + id.count, start + id.count + body.count),
            stamps: TextRange(start + id.count + body.count, self.bytes.count)
        )
        self.rows.append(row)
    }

    /// Appends a row from arrays.
    package mutating func append(
        _ kind: Kind,
        usn: UInt64,
        firstUSN: UInt64,
        id: [UInt8],
        body: [UInt8],
        stamps: [UInt8]
    ) {
        id.withUnsafeBytes { id in
            body.withUnsafeBytes { body in
                stamps.withUnsafeBytes { stamps in
                    self.append(kind, usn: usn, firstUSN: firstUSN, id: id, body: body, stamps: stamps)
                }
            }
        }
    }

    /// A row's text as a slice of the buffer.
    package subscript(text: TextRange) -> ArraySlice<UInt8> { self.bytes[text.indices] }
}
