import Documents
import GRDB
import Synchronization

/// The documents of one app: collections, a log of changes by USN, and where replication stands.
///
/// ```
/// write ─┐                                  ┌─▶ visible: reads, applied rows are answered
///        ├─▶ inbox ─▶ one transaction ─▶ COMMIT ─▶ fdatasync ─▶ durable: writes are answered, followers told
/// apply ─┘        (StoreWriter)                  (StoreFlusher)
/// ```
/// *Guarantees:* what `write` has answered survives a kill and a loss of power. USNs only grow and mean one thing under
/// one `guid`. A checkpoint is never ahead of the rows that it speaks of. Readers have connections of their own.
/// *Assumptions:* one process uses the file; its owner holds the folder's lock. `StoreSchema` says what is in the file.
package final class AppStore: Sendable {
    /// The mark of this log, 32 hexadecimal digits; another one means that USNs mean something else.
    package let guid: String

    let published: StorePublished
    let writer: StoreWriter
    let flusher: StoreFlusher
    let database: any DatabaseWriter
    /// `nil`: in memory.
    let path: String?
    private let mark: FileMark
    /// The collections that have an index by `_id`.
    let indexed = Mutex<Set<CollectionID>>([])

    /// Opens a store's file, or makes it.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - peer: The peer's mark for the stamps of what is written here.
    ///   - options: How to run it.
    /// - Throws: What keeps the file from being used, and what to do about it.
    package convenience init(path: String, peer: PeerID, options: AppStoreOptions = AppStoreOptions())
        throws(StoreError)
    {
        try StoreFile.makePrivate(path)
        do {
            // Before the pool is there, which would make any file one with a log.
            let look = try DatabaseQueue(path: path, configuration: Configuration())
            try look.writeWithoutTransaction { db in try StoreFile.examine(db, path: path) }
            try look.close()
            let pool = try DatabasePool(path: path, configuration: StoreFile.configuration())
            try self.init(pool, path: path, peer: peer, options: options)
            StoreFile.syncFolder(of: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Makes a store in memory, which is gone with the process.
    ///
    /// - Parameters:
    ///   - peer: The peer's mark for the stamps of what is written here.
    ///   - options: How to run it.
    /// - Throws: When there is no memory.
    package convenience init(inMemoryFor peer: PeerID, options: AppStoreOptions = AppStoreOptions())
        throws(StoreError)
    {
        do {
            try self.init(
                try DatabaseQueue(configuration: StoreFile.configuration()),
                path: nil,
                peer: peer,
                options: options
            )
        } catch {
            throw StoreError(error, path: "the store in memory")
        }
    }

    private init(_ database: any DatabaseWriter, path: String?, peer: PeerID, options: AppStoreOptions) throws {
        let contents = try database.writeWithoutTransaction { db in
            try StoreFile.prepare(db, path: path, boot: options.boot)
        }
        if let path {
            // In this order, so that no loss of power makes the file look older than its note.
            try StoreFile.sync(path + "-wal")
            try contents.mark.write(path + ".mark")
        }
        self.guid = contents.guid
        self.mark = contents.mark
        self.path = path
        self.database = database
        self.published = StorePublished(
            keys: contents.keys,
            directory: contents.directory,
            usn: contents.usn,
            purged: contents.purged,
            recentBytes: options.recentBytes
        )
        self.flusher = try StoreFlusher(log: path.map { $0 + "-wal" }, published: self.published)
        self.writer = StoreWriter(
            database,
            path: path ?? "the store in memory",
            peer: peer,
            clock: HybridClock(latest: contents.clock, toleranceMilliseconds: options.clockTolerance),
            wall: options.wall,
            recentBytes: options.recentBytes,
            published: self.published,
            flusher: self.flusher
        )
        // What an earlier life has left in the log may not be on disk yet.
        self.flusher.flush(upTo: contents.usn, [{ _ in }])
    }

    /// The last USN that can be read.
    package var visibleUSN: UInt64 { self.published.visible.load(ordering: .acquiring) }

    /// The last USN that is on disk; what is behind it must not be told to other peers.
    package var durableUSN: UInt64 { self.published.durable.load(ordering: .acquiring) }

    /// The highest USN that a purged tombstone had: who resumes before it must start from the beginning.
    package var purgedUSN: UInt64 { self.published.purged.load(ordering: .acquiring) }

    /// The collections, in the order in which they were made.
    package var collections: [CollectionInfo] { self.published.directory.withLock { $0.collections } }

    /// A collection by its name.
    package func collection(_ name: String) -> CollectionInfo? { self.published.directory.withLock { $0[name] } }

    /// A collection by its number.
    package func collection(_ id: CollectionID) -> CollectionInfo? { self.published.directory.withLock { $0[id] } }

    /// The number of a store that rows were taken over from; `nil`: none were.
    package func origin(ofGUID guid: String) -> Int32? { self.published.directory.withLock { $0.origins[guid] } }

    /// Calls a function with each new durable USN, on a queue of the store's; it must return soon.
    ///
    /// - Parameter follower: The function; several commits may be one call.
    /// - Returns: What `unfollow` takes.
    package func follow(_ follower: @escaping @Sendable (UInt64) -> Void) -> UInt64 {
        self.flusher.follow(follower)
    }

    /// Calls a follower no more, but for a call that is under way.
    package func unfollow(_ follower: UInt64) {
        self.flusher.unfollow(follower)
    }

    /// Does what waits, and closes the file; a second call does nothing.
    package func close() async throws(StoreError) {
        guard self.writer.close() else { return }
        let mark = self.mark
        let last: Result<(clock: HybridTime, usn: UInt64), any Error> = await withCheckedContinuation { done in
            self.database.asyncWriteWithoutTransaction { [writer = self.writer] db in
                let last = writer.finish(db)
                done.resume(
                    returning: Result {
                        try db.execute(
                            sql: "UPDATE state SET clean = 1, last_usn = ?, clock = ?, generation = ?",
                            arguments: [
                                Int64(last.usn), Int64(bitPattern: last.clock.rawValue), mark.generation &+ 1,
                            ]
                        )
                        return last
                    }
                )
            }
        }
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            self.flusher.flush(upTo: self.visibleUSN, [{ _ in done.resume() }])
        }
        do {
            let usn = try last.get().usn
            if let path = self.path {
                try FileMark(digits: mark.digits, generation: mark.generation &+ 1, usn: usn).write(path + ".mark")
            }
            try self.database.close()
        } catch {
            throw StoreError(error, path: self.path ?? "the store in memory")
        }
    }
}
