import Logging
import NIOCore
import PeerModel
import Synchronization

/// What the peer holds: read from memory, changed one transaction for many commands at a time.
///
/// *Guarantees:* commands take effect one after another; each is answered only after its effect is durable, and is
/// visible to reads only then. When a transaction fails, none of its commands has an effect, and all are told.
final class PeerStorage: Sendable {
    /// The peer's own mark, 128 bits in hexadecimal, made when the storage is.
    let peerKey: String

    private let published: Mutex<PeerState>
    /// The state that the drain decides in: ahead of `published` by the transaction that is under way.
    private let working: Mutex<PeerState>
    private let inbox = Mutex(PeerInbox())
    private let journal: Journal
    private let counters: LiveCounters
    private let logger: Logger
    /// Deleted apps whose documents may still be there.
    private let deleted: Mutex<Set<String>>
    /// Whoever wants to know that the state has changed.
    private let watchers = Mutex<[AsyncStream<Void>.Continuation]>([])

    /// What makes changes durable.
    enum Journal: Sendable {
        /// Nothing does.
        case none
        /// An SQLite file in a directory that this peer has to itself.
        case sqlite(PeerDatabase, DirectoryLock)
        /// A stand-in that a test supplies.
        case custom(@Sendable ([PeerChange]) throws -> Void)
    }

    /// Opens the storage, or makes it.
    convenience init(
        _ storage: EmbeddedPeerConfiguration.Storage,
        counters: LiveCounters,
        logger: Logger
    ) throws(EmbeddedPeerError) {
        let newKey = (0..<2).map { _ in UInt64.random(in: .min ... .max).sixteenHexDigits }.joined()
        switch storage {
        case .ephemeral:
            self.init(PeerState(), journal: .none, peerKey: newKey, counters: counters, logger: logger)
        case .directory(let directory):
            let lock = try DirectoryLock(directory)
            let database = try PeerDatabase(path: "\(directory)/peer.sqlite")
            let oldKey = try database.meta("peerKey")
            if oldKey == nil { try database.setMeta("peerKey", newKey) }
            self.init(
                try database.load(),
                deleted: Set(try database.deletedApps()),
                journal: .sqlite(database, lock),
                peerKey: oldKey ?? newKey,
                counters: counters,
                logger: logger
            )
        }
    }

    /// Creates a storage that holds a state already.
    init(
        _ state: PeerState,
        deleted: Set<String> = [],
        journal: Journal,
        peerKey: String,
        counters: LiveCounters,
        logger: Logger
    ) {
        self.deleted = Mutex(deleted)
        self.published = Mutex(state)
        self.working = Mutex(state)
        self.journal = journal
        self.peerKey = peerKey
        self.counters = counters
        self.logger = logger
    }

    /// The body of `GET …/app`.
    func appList() -> ByteBuffer {
        self.published.withLock { state in state.appList() }
    }

    /// The body of `GET …/app/{name}`.
    func app(_ name: String) throws(PeerAPIError) -> ByteBuffer {
        try self.published.withLock { (state) throws(PeerAPIError) in try state.app(name).body }
    }

    /// The body of `GET …/bigPeerReplication/{name}`.
    func replication(_ name: String, of app: String) throws(PeerAPIError) -> ByteBuffer {
        try self.published.withLock { (state) throws(PeerAPIError) in try state.replication(name, of: app).body }
    }

    /// Carries a command out and returns its answer once that is durable.
    func perform(_ command: PeerCommand) async throws(PeerAPIError) -> ByteBuffer {
        let result = await withCheckedContinuation { answer in
            let mustDrain = self.inbox.withLock { $0.add(PeerInbox.Submission(command: command, answer: answer)) }
            guard mustDrain else { return }
            switch self.journal {
            case .none: self.drain { _ in }
            case .custom(let commit): self.drain(commit: commit)
            case .sqlite(let database, _):
                database.schedule { transaction in self.drain { changes in try transaction.commit(changes) } }
            }
        }
        return try result.get()
    }

    private func drain(commit: ([PeerChange]) throws -> Void) {
        while let batch = self.inbox.withLock({ $0.takeAll() }) {
            var results: [Result<ByteBuffer, PeerAPIError>] = []
            var changes: [PeerChange] = []
            self.working.withLock { state in
                for submission in batch {
                    results.append(
                        Result { () throws(PeerAPIError) in
                            let decision = try state.decide(submission.command)
                            if let change = decision.change {
                                state.perform(change)
                                changes.append(change)
                            }
                            return decision.reply
                        }
                    )
                }
            }
            if !changes.isEmpty {
                do {
                    try commit(changes)
                    self.publish(changes)
                } catch {
                    self.logger.error("changes were not stored", metadata: ["error": "\(error)"])
                    self.working.withLock { $0 = self.published.withLock { $0 } }
                    // Even a refusal may rest on a change that has not happened.
                    results = batch.map { _ in .failure(.notStored) }
                }
            }
            for (submission, result) in zip(batch, results) {
                submission.answer.resume(returning: result)
            }
        }
    }

    private func publish(_ changes: [PeerChange]) {
        self.published.withLock { state in
            for change in changes {
                if case .deleteApp(let name) = change, let app = state.apps[name] {
                    self.deleted.withLock { _ = $0.insert(app.id) }
                }
                state.perform(change)
            }
        }
        self.counters.count(writes: changes.count, commits: 1)
        self.remind()
    }

    /// Tells of changes, many at once when nobody looks; the first word comes at once.
    func changes() -> AsyncStream<Void> {
        let (stream, watcher) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        watcher.yield()
        self.watchers.withLock { $0.append(watcher) }
        return stream
    }

    /// Lets whoever follows the changes look again.
    func remind() {
        for watcher in self.watchers.withLock({ $0 }) { watcher.yield() }
    }

    /// The ids of deleted apps whose documents may still be there; an app that was made anew may be among them.
    var deletedApps: Set<String> { self.deleted.withLock { $0 } }

    /// Says why the documents of an app must not be used, if so.
    func requireApp(_ app: String) throws(ShelfError) {
        // In this order: `publish` notes a deletion before it takes the app away.
        guard self.published.withLock({ $0.appNames[app] != nil }) else { throw .unknownApp }
        guard !self.deleted.withLock({ $0.contains(app) }) else { throw .leaving }
    }

    /// Forgets a deleted app, because its documents are gone.
    func forgetDeletedApp(_ app: String) throws(EmbeddedPeerError) {
        if case .sqlite(let database, _) = self.journal {
            try database.removeMeta(PeerDatabase.deletedApp + app)
        }
        self.deleted.withLock { _ = $0.remove(app) }
    }

    /// What the peer holds now.
    var state: PeerState { self.published.withLock { $0 } }

    /// The port that a listener was found at last time, if it may choose.
    func kept(_ port: KeptPort) throws(EmbeddedPeerError) -> Int? {
        guard case .sqlite(let database, _) = self.journal else { return nil }
        return try database.meta(port.rawValue).flatMap { Int($0) }
    }

    /// Records a port for the next start; failing to is not worth stopping for.
    func keep(_ port: KeptPort, _ number: Int) {
        guard case .sqlite(let database, _) = self.journal else { return }
        do throws(EmbeddedPeerError) {
            guard try self.kept(port) != number else { return }
            try database.setMeta(port.rawValue, "\(number)")
        } catch {
            self.logger.error("the port was not recorded for the next start", metadata: ["error": "\(error)"])
        }
    }

    /// Closes the file and gives the directory up; only the memory is left.
    func close() {
        guard case .sqlite(let database, let lock) = self.journal else { return }
        do {
            try database.close()
        } catch {
            self.logger.warning("the peer's file was not closed cleanly", metadata: ["error": "\(error)"])
        }
        lock.unlock()
    }
}

extension PeerStorage {
    /// The apps in the order of their names.
    var apps: [PeerApp] {
        self.published.withLock { state in
            state.apps.sorted { $0.key < $1.key }.map { PeerApp(name: $0.key, appID: $0.value.id) }
        }
    }
}
