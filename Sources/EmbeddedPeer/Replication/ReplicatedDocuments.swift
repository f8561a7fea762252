import TableReplication

/// What replication asks of one app's documents.
///
/// *Guarantees of who implements it:* questions of one session are answered in their order; nothing blocks the caller,
/// which is an event loop: what is in memory is answered there and then.
protocol ReplicatedDocuments: Sendable {
    /// The GUID of the store, how far it is durable, and how far tombstones have been purged.
    var position: StorePosition { get }

    /// Finds a checkpoint, and counts the documents of its collection.
    func loadCheckpoint(_ key: CheckpointKey) async throws(StoreFailure) -> ResumeResult

    /// Reads the log.
    func read(_ request: ReadRequest) async throws(StoreFailure) -> ReadResult

    /// Reads documents.
    func fetch(_ request: FetchRequest) async throws(StoreFailure) -> FetchResult

    /// Applies rows, with their checkpoint.
    func apply(_ request: ApplyRequest) async throws(StoreFailure) -> ApplyResult

    /// Writes what a foreign client has changed.
    func edit(_ request: EditRequest, _ answer: @escaping @Sendable (EditResult) -> Void)
}
