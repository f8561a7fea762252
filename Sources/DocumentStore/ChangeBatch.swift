import Documents

/// Changes in one buffer, to be filled again and again without allocating.
package struct ChangeBatch: Sendable {
    /// One change: a document as it is at its newest USN.
    package struct Entry: Hashable, Sendable {
        /// The change's number.
        package let usn: UInt64
        /// The USN at which the document last became alive; a return after an eviction does not count.
        package let firstUSN: UInt64
        /// Which store the version was taken over from unchanged; zero: it was made or merged here.
        package let origin: Int32
        /// The document's collection.
        package let collection: CollectionID
        /// Where its canonical `_id` is.
        package let id: Range<Int>
        /// Where its compact JSON is; `nil` for a tombstone.
        package let body: Range<Int>?
        /// Where its stamps are.
        package let stamps: Range<Int>
    }

    /// The bytes that the entries point into.
    package internal(set) var bytes: [UInt8] = []
    /// The changes in the order of their USNs (or of their keys, when asked so).
    package internal(set) var entries: [Entry] = []
    /// How far the log has been looked through: go on behind it, also when no entry was found.
    package internal(set) var lookedThrough: UInt64 = 0
    /// Whether there is nothing more up to the end that was asked for.
    package internal(set) var isComplete = false

    /// Creates an empty batch.
    package init() {}

    /// The bytes of one part of an entry.
    package subscript(part: Range<Int>) -> [UInt8] { Array(self.bytes[part]) }

    /// Calls a function with one part of an entry, without copying it.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - body: The function; the pointer is good only while it runs.
    /// - Returns: What the function returns.
    /// - Throws: What the function throws.
    package func with<Value, Failure: Error>(
        _ part: Range<Int>,
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = self.bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(Failure) in try body(UnsafeBufferPointer(rebasing: bytes[part])) }
        }
        return try result.get()
    }

    /// The entries as documents of their own.
    package var documents: [StoredDocument] {
        self.entries.map { entry in
            StoredDocument(
                id: DocumentID(canonical: self[entry.id]),
                usn: entry.usn,
                firstUSN: entry.firstUSN,
                body: entry.body.map { self[$0] },
                stamps: self[entry.stamps]
            )
        }
    }

    /// Empties the batch and keeps its memory.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
        self.entries.removeAll(keepingCapacity: true)
        self.lookedThrough = 0
        self.isComplete = false
    }
}

/// Which changes are wanted, and how many at once.
package struct ChangeQuery: Hashable, Sendable {
    /// The collection; `nil`: all.
    package var collection: CollectionID?
    /// Leave tombstones out.
    package var onlyAlive = false
    /// Leave out what was taken over unchanged from this store.
    package var exceptOrigin: Int32?
    /// At most so many entries.
    package var maximumRows = 1_000
    /// Stop when so many bytes are there; one document may go beyond.
    package var maximumBytes = 64 * 1_024
    /// At most so many rows of the file are looked at, wanted or not, so that no reader stays long.
    var maximumLooks = 100_000

    /// Creates a query.
    ///
    /// - Parameters:
    ///   - collection: The collection; `nil`: all.
    ///   - onlyAlive: Leave tombstones out.
    ///   - exceptOrigin: Leave out what was taken over unchanged from this store.
    ///   - maximumRows: At most so many entries.
    ///   - maximumBytes: Stop when so many bytes are there.
    package init(
        collection: CollectionID? = nil,
        onlyAlive: Bool = false,
        exceptOrigin: Int32? = nil,
        maximumRows: Int = 1_000,
        maximumBytes: Int = 64 * 1_024
    ) {
        self.collection = collection
        self.onlyAlive = onlyAlive
        self.exceptOrigin = exceptOrigin
        self.maximumRows = max(1, maximumRows)
        self.maximumBytes = max(1, maximumBytes)
    }
}
