import DQL
import DocumentStore
import JSON
import Logging
import Synchronization
import TableReplication

/// One app's documents in an `AppStore`, asked in the words of replication and of the data API.
///
/// *Guarantees:* edits of foreign clients take effect in the order in which they came.
final class StoredDocuments: AppDocuments {
    let store: AppStore
    private let wall: @Sendable () -> UInt64
    private let logger: Logger
    /// Queries that are in use, ready to be evaluated.
    private let filters = Mutex<[SessionFilter: DQLFilter]>([:])
    private let edits = Mutex(EditQueue())
    /// Whether the last statement met a store that fails.
    private let isFailing = Mutex(false)

    /// As many filters are kept ready; more are made anew each time.
    private static let maximumFilters = 1_024

    init(_ store: AppStore, wall: @escaping @Sendable () -> UInt64 = AppStoreOptions.systemWall, logger: Logger) {
        self.store = store
        self.wall = wall
        self.logger = logger
    }

    var position: StorePosition {
        StorePosition(guid: self.store.guid, durableUSN: self.store.durableUSN, purgedUSN: self.store.purgedUSN)
    }

    func whenDurable(_ listener: @escaping @Sendable (UInt64) -> Void) {
        _ = self.store.follow(listener)
    }

    func purgeTombstones(
        olderThan age: Duration,
        upTo limit: UInt64,
        _ willPurge: @Sendable (UInt64) async -> Void
    ) async {
        let (milliseconds, isTooLong) = UInt64(clamping: age.components.seconds).multipliedReportingOverflow(by: 1_000)
        let now = self.wall()
        guard !isTooLong, now > milliseconds else { return }
        do throws(StoreError) {
            guard let last = try await self.store.lastTombstone(before: now - milliseconds, upTo: limit) else { return }
            await willPurge(last)
            _ = try await self.store.purge(before: now - milliseconds, upTo: last)
        } catch {
            self.logger.error("tombstones could not be purged", metadata: ["error": "\(error)"])
        }
    }

    func close() async {
        do throws(StoreError) {
            try await self.store.close()
        } catch {
            self.logger.error("an app's store did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// Tells that the store has begun to fail, or works again: once each, however many statements come.
    func noteFailure(_ error: String?) {
        let wasFailing = self.isFailing.withLock { state in
            defer { state = error != nil }
            return state
        }
        switch error {
        case let error? where !wasFailing:
            self.logger.error("an app's store fails; statements are answered 500", metadata: ["error": "\(error)"])
        case nil where wasFailing: self.logger.notice("an app's store works again")
        default: break
        }
    }

    /// The queries of a session, ready to be evaluated.
    func filter(_ queries: SessionFilter) throws(StoreFailure) -> DQLFilter {
        if let filter = self.filters.withLock({ $0[queries] }) { return filter }
        do throws(DQLFilterError) {
            let filter = try DQLFilter(parsing: queries.queries.isEmpty ? ["true"] : queries.queries)
            self.filters.withLock { if $0.count < Self.maximumFilters { $0[queries] = filter } }
            return filter
        } catch {
            throw StoreFailure(error.description)
        }
    }

    func edit(_ request: EditRequest, _ answer: @escaping @Sendable (EditResult) -> Void) {
        guard self.edits.withLock({ $0.add(request, answer) }) else { return }
        Task {
            while let waiting = self.edits.withLock({ $0.takeAll() }) { await self.write(waiting) }
        }
    }
}

extension StoreFailure {
    init(_ error: StoreError) { self.init(error.description) }
}
