import TableReplication

/// What replication asks of one app's documents.
///
/// *Guarantees of who implements it:* every question is answered exactly once, on any thread, in the order of the
/// questions of one session; nothing blocks the caller.
protocol ReplicatedDocuments: Sendable {
    /// The GUID of the store, how far it is durable, and how far tombstones have been purged.
    var position: StorePosition { get }

    /// Finds a checkpoint, and counts the documents of its collection.
    func loadCheckpoint(
        _ key: CheckpointKey,
        _ answer: @escaping @Sendable (Result<ResumeResult, StoreFailure>) -> Void
    )

    /// Reads the log.
    func read(_ request: ReadRequest, _ answer: @escaping @Sendable (Result<ReadResult, StoreFailure>) -> Void)

    /// Reads documents.
    func fetch(_ request: FetchRequest, _ answer: @escaping @Sendable (Result<FetchResult, StoreFailure>) -> Void)

    /// Applies rows, with their checkpoint.
    func apply(_ request: ApplyRequest, _ answer: @escaping @Sendable (Result<ApplyResult, StoreFailure>) -> Void)

    /// Writes what a foreign client has changed.
    func edit(_ request: EditRequest, _ answer: @escaping @Sendable (EditResult) -> Void)
}
