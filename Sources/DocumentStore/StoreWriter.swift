import Documents
import GRDB
import Synchronization

/// The one way to write: callers leave jobs in an inbox, and whoever runs on the writer's queue takes all that wait, puts
/// them into one transaction, commits, publishes, and hands those that want it to the flusher.
///
/// The flush of one transaction runs beside the next one, or at once when no job waits. So the busier the store, the more
/// jobs share a flush, and one caller alone waits for nobody.
///
/// *Guarantees:* jobs take effect in the order in which they came, each wholly or not at all. *Errors:* a refused job
/// fails alone; when SQLite fails, all jobs of the transaction fail, and nothing of it has happened.
final class StoreWriter: Sendable {
    /// What lives on the writer's queue.
    final class Confined {
        let tables = Tables()
        var clock: HybridClock
        var usn: UInt64
        var reader = DocumentReader()
        var saveState: RawStatement?

        init(clock: HybridClock, usn: UInt64) {
            self.clock = clock
            self.usn = usn
        }
    }

    /// The statements on the tables that have been written so far.
    final class Tables {
        private var byID: [CollectionID: CollectionTable] = [:]

        /// The statements on a collection's table; `nil` when there is no such collection.
        func table(_ name: String, _ transaction: WriteTransaction) throws -> CollectionTable? {
            guard let id = transaction.published.directory.withLock({ $0[name]?.id }) else { return nil }
            if let table = self.byID[id] { return table }
            let table = try CollectionTable(id, transaction.db)
            self.byID[id] = table
            return table
        }

        func removeAll() {
            self.byID = [:]
        }
    }

    private struct Inbox {
        var waiting: [StoreJob] = []
        var isDraining = false
        var isClosed = false
    }

    /// A transaction takes no more jobs when it has so many rows.
    private static let maximumWeight = 8_192

    private let database: any DatabaseWriter
    private let path: String
    private let peer: PeerID
    private let wall: @Sendable () -> UInt64
    private let recentBytes: Int
    private let published: StorePublished
    private let flusher: StoreFlusher
    private let inbox = Mutex(Inbox())
    private let confined: Handle

    /// Carries what lives on the writer's queue to it.
    ///
    /// `@unchecked` because nothing but `StoreWriter` reads it, and that only on the database's serial queue.
    private struct Handle: @unchecked Sendable {
        let value: Confined
    }

    /// Creates the way to write to a store.
    init(
        _ database: any DatabaseWriter,
        path: String,
        peer: PeerID,
        clock: HybridClock,
        wall: @escaping @Sendable () -> UInt64,
        recentBytes: Int,
        published: StorePublished,
        flusher: StoreFlusher
    ) {
        self.database = database
        self.path = path
        self.peer = peer
        self.wall = wall
        self.recentBytes = recentBytes
        self.published = published
        self.flusher = flusher
        self.confined = Handle(
            value: Confined(clock: clock, usn: published.visible.load(ordering: .acquiring))
        )
    }

    /// Puts a job into the inbox.
    func submit(_ job: StoreJob) {
        let isAccepted = self.inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.waiting.append(job)
            // Queued under the lock, so that what `close` queues runs behind every accepted job.
            if !inbox.isDraining { self.database.asyncWriteWithoutTransaction { self.drain($0) } }
            inbox.isDraining = true
            return true
        }
        if !isAccepted { job.refuse(.closed) }
    }

    /// Whether no new jobs are let in.
    var isClosed: Bool { self.inbox.withLock { $0.isClosed } }

    /// Lets no new jobs in; those that wait are still done.
    ///
    /// - Returns: Whether this was the first time.
    func close() -> Bool {
        self.inbox.withLock { inbox in
            defer { inbox.isClosed = true }
            return !inbox.isClosed
        }
    }

    /// Gives the statements back and says what the last clock and USN were; on the writer's queue, after `close`.
    func finish(_ db: Database) -> (clock: HybridTime, usn: UInt64) {
        self.confined.value.tables.removeAll()
        self.confined.value.saveState = nil
        return (self.confined.value.clock.latest, self.confined.value.usn)
    }

    private func take() -> [StoreJob]? {
        self.inbox.withLock { inbox in
            guard !inbox.waiting.isEmpty else {
                inbox.isDraining = false
                return nil
            }
            var weight = 0
            var count = 0
            while count < inbox.waiting.count, weight < Self.maximumWeight {
                weight += inbox.waiting[count].weight
                count += 1
            }
            guard count < inbox.waiting.count else {
                defer { inbox.waiting = [] }
                return inbox.waiting
            }
            defer { inbox.waiting.removeFirst(count) }
            return Array(inbox.waiting.prefix(count))
        }
    }

    private func drain(_ db: Database) {
        while let jobs = self.take() {
            do {
                try self.makeCollections(jobs, db)
                self.run(jobs, db)
            } catch {
                let error = StoreError(error, path: self.path)
                for job in jobs { job.refuse(error) }
            }
        }
    }

    /// What one attempt at a transaction has come to.
    private enum Attempt {
        /// It is committed.
        case done
        /// These jobs remain to be done once more without one that was refused when it had written already.
        case again([StoreJob])
    }

    /// Runs jobs in one transaction, and tells each what became of it.
    private func run(_ jobs: [StoreJob], _ db: Database) {
        var jobs = jobs
        while !jobs.isEmpty {
            do {
                switch try self.attempt(jobs, db) {
                case .done: return
                case .again(let others): jobs = others
                }
            } catch {
                if db.isInsideTransaction { try? db.rollback() }
                let error = StoreError(error, path: self.path)
                for job in jobs { job.refuse(error) }
                return
            }
        }
    }

    private func attempt(_ jobs: [StoreJob], _ db: Database) throws -> Attempt {
        let transaction = WriteTransaction(
            db,
            weight: min(jobs.reduce(0) { $0 + $1.weight }, Self.maximumWeight),
            published: self.published,
            usn: self.confined.value.usn,
            clock: self.confined.value.clock,
            peer: self.peer,
            wall: self.wall(),
            reader: self.confined.value.reader,
            recentBytes: self.recentBytes
        )
        var answers: [(job: StoreJob, answer: @Sendable (UInt64) -> Void)] = []
        var refusals: [(job: StoreJob, error: StoreError)] = []
        try db.beginTransaction(.immediate)
        for (index, job) in jobs.enumerated() {
            let writes = transaction.writes
            do {
                answers.append((job, try job.perform(transaction, self.confined.value.tables)))
            } catch let error as StoreError {
                guard transaction.writes == writes else {
                    try db.rollback()
                    job.refuse(error)
                    return .again(Array(jobs[..<index] + jobs[(index + 1)...]))
                }
                refusals.append((job, error))
            }
        }
        if transaction.writes > 0 {
            try self.save(transaction)
            try db.commit()
        } else {
            try db.rollback()
        }
        self.confined.value.clock = transaction.clock
        self.confined.value.usn = transaction.usn
        self.confined.value.reader = transaction.reader
        if transaction.writes > 0 { transaction.publish() }
        for (job, error) in refusals { job.refuse(error) }
        self.answer(answers, transaction.usn)
        return .done
    }

    private func answer(_ answers: [(job: StoreJob, answer: @Sendable (UInt64) -> Void)], _ usn: UInt64) {
        var durable: [StoreFlusher.Answer] = []
        for (job, answer) in answers where job.mustBeDurable {
            durable.append { result in
                switch result {
                case .success(let usn): answer(usn)
                case .failure(let error): job.refuse(error)
                }
            }
        }
        if !durable.isEmpty || usn > self.published.durable.load(ordering: .acquiring) {
            self.flusher.flush(upTo: usn, durable, isAlone: self.inbox.withLock { $0.waiting.isEmpty })
        }
        for (job, answer) in answers where !job.mustBeDurable { answer(usn) }
    }

    private func save(_ transaction: WriteTransaction) throws {
        let statement: RawStatement
        if let prepared = self.confined.value.saveState {
            statement = prepared
        } else {
            statement = try RawStatement(
                transaction.db,
                "UPDATE state SET last_usn = ?, clock = ?, purged_usn = ? WHERE id = 1"
            )
            self.confined.value.saveState = statement
        }
        statement.bind(1, transaction.usn)
        statement.bind(2, transaction.clock.latest.rawValue)
        statement.bind(3, transaction.purged)
        try statement.run()
    }

    /// Makes the collections that jobs need, in a transaction of their own, so that no rollback takes them away again.
    private func makeCollections(_ jobs: [StoreJob], _ db: Database) throws {
        var missing: [String] = []
        self.published.directory.withLock { directory in
            for job in jobs {
                for name in job.collections where directory[name] == nil && !missing.contains(name) {
                    missing.append(name)
                }
            }
            missing.removeLast(max(0, directory.collections.count + missing.count - StoreSchema.maximumCollections))
        }
        missing.removeAll { $0.isEmpty || $0.utf8.count > 255 }
        guard !missing.isEmpty else { return }
        var made: [CollectionInfo] = []
        try db.inTransaction(.immediate) {
            for name in missing {
                try db.execute(sql: "INSERT INTO collection (name) VALUES (?)", arguments: [name])
                let id = CollectionID(rawValue: Int32(truncatingIfNeeded: db.lastInsertedRowID))
                try StoreSchema.makeTable(id, db)
                made.append(CollectionInfo(id: id, name: name))
            }
            return .commit
        }
        self.published.directory.withLock { directory in
            for collection in made { directory.add(collection) }
        }
    }
}

extension StoreError {
    /// Says in our words what SQLite has against something.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let detail = error.message ?? error.resultCode.description
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, detail: detail)
            case .SQLITE_FULL: self = .failed(path: path, detail: "the disk is full (\(detail)); make room")
            default: self = .failed(path: path, detail: detail)
            }
        case let error as RowDecodingError:
            // What follows is the whole row.
            let detail = "\(error)".split(separator: ", column index", maxSplits: 1).first ?? "a value of another type"
            self = .damaged(path: path, detail: String(detail))
        default: self = .failed(path: path, detail: "\(error)")
        }
    }
}
