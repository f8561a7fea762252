import DequeModule
import GRDB
import KubernetesModel
import Synchronization

/// The one way to write: callers leave their writes in an inbox, and whoever runs on the writer's queue takes all that
/// wait, puts them into one transaction, commits once, tells the watchers, and then answers every caller.
///
/// A commit costs an `fsync`, about a millisecond; while one runs the next transaction fills up. So throughput grows
/// with the number of writers, and one writer alone never waits for others.
///
/// *Guarantees:* an answer comes after the write is durable and announced; announcements are in the order of commits.
/// *Errors:* a write that is refused fails alone; when SQLite fails, all of its transaction fail with `InternalError`
/// and nothing of it has happened.
final class GroupCommit: Sendable {
    /// One caller's write.
    private struct Write: Sendable {
        /// Does the write; returns what gives the caller its answer after the commit.
        let perform: @Sendable (inout WriteTransaction) throws -> @Sendable () -> Void
        /// Answers the caller with an error instead.
        let refuse: @Sendable (APIStatus) -> Void
    }

    private struct Inbox: Sendable {
        var waiting: Deque<Write> = []
        var isDraining = false
        var isClosed = false
        var retention: EventRetention
        /// What was written last, while no transaction runs.
        var recent = RecentObjects()
    }

    /// At most so many writes share a transaction, which bounds its memory.
    private static let maximumBatch = 1_024

    private let pool: DatabasePool
    private let now: @Sendable () -> String
    private let announce: @Sendable ([Change]) -> Void
    private let inbox: Mutex<Inbox>
    private let version: Atomic<Int64>
    private let durable: Atomic<Int64>

    /// Creates the way to write to a database.
    ///
    /// - Parameters:
    ///   - pool: The database.
    ///   - version: The last version that was ever given away.
    ///   - retention: When to look for old Events.
    ///   - now: RFC 3339.
    ///   - announce: Tells the watchers what is now durable; called on the writer's queue.
    init(
        _ pool: DatabasePool,
        version: Int64,
        retention: EventRetention,
        now: @escaping @Sendable () -> String,
        announce: @escaping @Sendable ([Change]) -> Void
    ) {
        self.pool = pool
        self.version = Atomic(version)
        self.durable = Atomic(version)
        self.inbox = Mutex(Inbox(retention: retention))
        self.now = now
        self.announce = announce
    }

    /// The last version that was given away; perhaps to a write that is not yet durable, or that failed.
    var lastVersion: Int64 { self.version.load(ordering: .acquiring) }

    /// The version of the last change that is durable.
    var lastDurableVersion: Int64 { self.durable.load(ordering: .acquiring) }

    /// Waits for a write to be durable.
    ///
    /// - Parameter body: The write. When it throws an `APIStatus` it must not have written anything.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws, or why nothing can be written.
    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (inout WriteTransaction) throws -> Answer
    ) async throws(APIStatus) -> Answer {
        let result: Result<Answer, APIStatus> = await withCheckedContinuation { caller in
            self.submit(
                Write { transaction in
                    let changes = transaction.changes.count
                    do {
                        let answer = try body(&transaction)
                        return { caller.resume(returning: .success(answer)) }
                    } catch let refusal as APIStatus where transaction.changes.count == changes {
                        return { caller.resume(returning: .failure(refusal)) }
                    }
                } refuse: {
                    caller.resume(returning: .failure($0))
                }
            )
        }
        return try result.get()
    }

    /// Lets no new writes in; those that wait are still done.
    ///
    /// - Returns: Whether this was the first time.
    func close() -> Bool {
        self.inbox.withLock { inbox in
            defer { inbox.isClosed = true }
            return !inbox.isClosed
        }
    }

    private func submit(_ write: Write) {
        let isAccepted = self.inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.waiting.append(write)
            // Queued under the lock, so that what is queued after `close` runs behind every accepted write.
            if !inbox.isDraining { self.pool.asyncWriteWithoutTransaction { self.drain($0) } }
            inbox.isDraining = true
            return true
        }
        if !isAccepted { write.refuse(.storeIsClosed) }
    }

    private func drain(_ database: Database) {
        while let writes = self.nextBatch() {
            self.commit(writes, database)
        }
    }

    private func nextBatch() -> [Write]? {
        self.inbox.withLock { inbox in
            let batch = Array(inbox.waiting.prefix(Self.maximumBatch))
            inbox.waiting.removeFirst(batch.count)
            inbox.isDraining = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    private func commit(_ writes: [Write], _ database: Database) {
        // Taken away, so that a transaction that fails leaves nothing behind of what it believed to have written.
        let (retention, recent) = self.inbox.withLock { inbox in
            defer { inbox.recent = RecentObjects() }
            return (inbox.retention, inbox.recent)
        }
        var transaction = WriteTransaction(
            database,
            now: self.now(),
            version: self.lastVersion,
            retention: retention,
            recent: recent
        )
        var answers: [@Sendable () -> Void] = []
        answers.reserveCapacity(writes.count)
        do {
            try database.inTransaction(.immediate) {
                for write in writes { answers.append(try write.perform(&transaction)) }
                try transaction.finish()
                // Before the commit: a reader may see the new version at once, and may then watch from it. A version
                // of a failed commit is not given away again.
                self.version.store(transaction.version, ordering: .releasing)
                return .commit
            }
        } catch {
            self.version.store(transaction.version, ordering: .releasing)
            let status = APIStatus(error, doing: "write to")
            for write in writes { write.refuse(status) }
            return
        }
        let kept = (transaction.retention, transaction.recent)
        self.inbox.withLock { ($0.retention, $0.recent) = kept }
        if let last = transaction.changes.last { self.durable.store(last.version, ordering: .releasing) }
        self.announce(transaction.changes)
        for answer in answers { answer() }
    }
}
