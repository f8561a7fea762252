/// Where an app's store is.
package struct StorePosition: Hashable, Sendable {
    /// The store's GUID: 32 lower-case hexadecimal digits, new when it is made, restored or copied.
    package var guid: String
    /// Every change up to this number survives a crash; only such changes are sent.
    package var durableUSN: UInt64
    /// The highest number that a purged tombstone had: who resumes before it gets a full run.
    package var purgedUSN: UInt64

    /// Creates a position.
    package init(guid: String, durableUSN: UInt64, purgedUSN: UInt64) {
        self.guid = guid
        self.durableUSN = durableUSN
        self.purgedUSN = purgedUSN
    }
}

/// How far a replicator has followed a publisher: stored with the rows, in their transaction.
package struct ResumePoint: Hashable, Sendable {
    /// The GUID of the publisher's store.
    package var guid: String
    /// Everything up to this number has been applied.
    package var usn: UInt64
    /// The digest of the queries that were asked for, with a mark while the initial run is not complete.
    package var queries: String

    /// Creates a checkpoint.
    package init(guid: String, usn: UInt64, queries: String) {
        self.guid = guid
        self.usn = usn
        self.queries = queries
    }
}

/// Under which name a checkpoint is stored: one per remote peer and collection of an app.
package struct CheckpointKey: Hashable, Sendable {
    /// The app.
    package let app: String
    /// The remote peer's key; for a foreign publisher its address.
    package let peer: String
    /// The collection.
    package let collection: String

    /// Creates a key.
    package init(app: String, peer: String, collection: String) {
        self.app = app
        self.peer = peer
        self.collection = collection
    }
}

/// What a store knows about a subscription before it starts.
package struct ResumeResult: Hashable, Sendable {
    /// The checkpoint, if there is one.
    package var checkpoint: ResumePoint?
    /// How many documents the collection holds.
    package var documents: Int

    /// Creates a result.
    package init(checkpoint: ResumePoint?, documents: Int) {
        self.checkpoint = checkpoint
        self.documents = documents
    }
}
