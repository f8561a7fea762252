import GRDB
import KubernetesModel
import ResourceStore
import Synchronization

/// Resources in one SQLite file, for a machine that runs Peerage without a cluster.
///
/// *Guarantees:* those of `ResourceStore`. A write is answered when it is on the disk (`synchronous = FULL`), so that
/// `kill -9` or a power cut loses nothing that was answered; writes that come together share one commit. Versions
/// are integers from one counter that never goes back. Watchers see changes after they are durable, in commit order.
/// *Memory:* objects are not held; per kind, only the latest changes are, within `Configuration`.
/// *Errors:* `StoreError` when the store cannot be opened; `InternalError` when the disk fails later, after which the
/// store can still be used.
package final class SQLiteStore: ResourceStore {
    /// What can be chosen about a store.
    package struct Configuration: Sendable, Hashable {
        /// At most so many changes of a kind are remembered for watchers.
        package var historyChanges = 16_384
        /// At most about so many bytes of changes of a kind are remembered for watchers.
        package var historyBytes = 4 << 20
        /// Events not written for so long are removed.
        package var eventSeconds: Int64 = 3_600
        /// No more Events than this are kept.
        package var eventCount = 10_000
        /// The store file grows no further than this; `nil` lets it fill the disk.
        package var maximumFileBytes: Int?

        /// Creates the configuration that suits one machine.
        package init() {}
    }

    /// The file's name inside the data folder.
    package static let fileName = "peerage.sqlite"

    /// The store's file.
    package let path: String

    let pool: DatabasePool
    let commits: GroupCommit
    let hub: WatchHub
    private let lock: Mutex<StoreLock?>

    /// Opens the store of a data folder, and makes it when it is not there.
    ///
    /// - Parameters:
    ///   - folder: The data folder, which must exist.
    ///   - configuration: Limits.
    ///   - now: Tells the time as RFC 3339, in UTC and whole seconds as Kubernetes writes it.
    /// - Throws: What is wrong with the folder or file and what to do about it.
    package init(
        folder: String,
        configuration: Configuration = Configuration(),
        now: @escaping @Sendable () -> String
    ) throws(StoreError) {
        let path = "\(folder)/\(Self.fileName)"
        let lock = try StoreLock(folder: folder)
        let limits = ChangeLog.Limits(changes: configuration.historyChanges, bytes: configuration.historyBytes)
        let retention = EventRetention(
            EventRetention.Limits(seconds: configuration.eventSeconds, count: configuration.eventCount)
        )
        do {
            let pool = try Self.openPool(path)
            let versions = try pool.writeWithoutTransaction { database in
                try Self.setUp(database, path: path, configuration, retention: retention, now: now)
            }
            let hub = WatchHub(lastChanges: versions.filter { !$0.key.isEmpty }, limits: limits)
            self.hub = hub
            self.commits = GroupCommit(pool, version: versions[""] ?? 0, retention: retention, now: now) {
                hub.announce($0)
            }
            self.pool = pool
        } catch {
            throw StoreError(error, path: path)
        }
        self.path = path
        self.lock = Mutex(consume lock)
    }

    /// The version of the latest write that is durable.
    package var currentResourceVersion: String { String(self.commits.lastDurableVersion) }

    /// Finishes the writes that wait, ends all watches, and gives the file back.
    ///
    /// Whatever is asked of the store afterwards fails with `ServiceUnavailable`. Closing twice is harmless.
    package func close() async {
        guard self.commits.close() else { return }
        self.hub.close()
        await withCheckedContinuation { caller in
            // Behind all accepted writes, and on a thread that may block: moves the write-ahead log into the file, so
            // that closing the connections is quick. All answered writes are durable already; an error changes nothing.
            self.pool.asyncWriteWithoutTransaction { database in
                _ = try? database.checkpoint(.truncate)
                caller.resume()
            }
        }
        try? self.pool.close()
        self.lock.withLock { $0 = nil }
    }
}
