import DQL

/// One app's documents, as the rest of the peer sees them.
protocol AppDocuments: ReplicatedDocuments {
    /// Executes a DQL statement; what it changes is durable when this returns.
    func execute(_ statement: String, arguments: DQLArguments) async throws(StatementError) -> StatementAnswer

    /// Names who is told whenever more changes are durable: on any thread, with the newest number.
    func whenDurable(_ listener: @escaping @Sendable (UInt64) -> Void)

    /// Forgets tombstones of a certain age.
    ///
    /// - Parameters:
    ///   - age: How old they must be.
    ///   - limit: The highest number that one of them may have.
    ///   - willPurge: Told the highest number that one of them has, before the first of them goes.
    func purgeTombstones(
        olderThan age: Duration,
        upTo limit: UInt64,
        _ willPurge: @Sendable (UInt64) async -> Void
    ) async

    /// Writes everything back and closes the file.
    func close() async
}

/// What a statement came to.
struct StatementAnswer: Sendable {
    /// `select`, `insert` and so on.
    var queryType: String
    /// The rows, each compact JSON.
    var items: [[UInt8]] = []
    /// The canonical ids of the documents that were changed.
    var mutated: [[UInt8]] = []
    /// What is doubtful about the statement.
    var warnings: [String] = []
    /// The number of the last change that is known to be there.
    var transaction: UInt64
}

/// Why a statement came to nothing.
enum StatementError: Error, Sendable, Hashable {
    /// It is not one, or may not be executed: what is wrong, and where in the text, from 1.
    case refused(String, line: Int?, column: Int?)
    /// The store failed.
    case failed(String)
}
