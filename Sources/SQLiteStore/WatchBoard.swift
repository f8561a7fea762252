import KubernetesModel

/// Who watches what, how far each watcher has come, and what there is to read.
///
/// All watchers read one log per kind through a position of their own, so a slow or forgotten watcher costs a number
/// and no queue; who falls behind the log must list again. `Waiter` is what stands for a sleeping reader.
struct WatchBoard<Waiter: Sendable>: Sendable {
    /// Names one watch.
    typealias ID = UInt64

    /// What a reader does next.
    enum Step: Sendable {
        /// Hands these on.
        case deliver([Change])
        /// Sleeps until woken.
        case sleep
        /// Tells that the watch has ended.
        case end
        /// Gives up.
        case fail(APIStatus)
    }

    private enum Phase: Sendable {
        /// The reader is busy. Can go to `asleep`, `interrupted`.
        case awake
        /// The reader sleeps, having read everything. Can go to `awake`.
        case asleep(Waiter)
        /// The reader's task was cancelled before it could fall asleep. Can go to `awake`.
        case interrupted
    }

    private struct Watch: Sendable {
        let kind: String
        let namespace: String?
        var position: Int64
        var phase = Phase.awake
    }

    private let limits: ChangeLog.Limits
    private var logs: [String: ChangeLog]
    private var watches: [ID: Watch] = [:]
    private var lastID: ID = 0
    private var isClosed = false

    /// Creates a board for kinds that last changed at these versions.
    init(lastChanges: [String: Int64], limits: ChangeLog.Limits) {
        self.limits = limits
        self.logs = lastChanges.mapValues { ChangeLog(lastChange: $0, limits: limits) }
    }

    /// How many watches there are.
    var count: Int { self.watches.count }

    /// Starts a watch.
    ///
    /// - Parameters:
    ///   - kind: The kind, as the database names it.
    ///   - namespace: The only namespace of interest, or all.
    ///   - version: The last version that the reader knows.
    /// - Returns: The watch's name.
    /// - Throws: `Expired` when changes after the version are already forgotten, `ServiceUnavailable` at the end.
    mutating func open(_ kind: String, namespace: String?, after version: Int64) throws(APIStatus) -> ID {
        guard !self.isClosed else { throw APIStatus.storeIsClosed }
        let oldest = self.logs[kind]?.forgottenThrough ?? 0
        guard version >= oldest else { throw APIStatus.expired(version, oldest: oldest) }
        self.lastID += 1
        self.watches[self.lastID] = Watch(kind: kind, namespace: namespace, position: version)
        return self.lastID
    }

    /// Ends a watch.
    ///
    /// - Parameter id: The watch.
    /// - Returns: Its reader, to be woken, if it sleeps.
    mutating func close(_ id: ID) -> Waiter? {
        guard case .asleep(let waiter) = self.watches.removeValue(forKey: id)?.phase else { return nil }
        return waiter
    }

    /// Ends all watches and lets no new ones begin.
    ///
    /// - Returns: All sleeping readers, to be woken.
    mutating func closeAll() -> [Waiter] {
        self.isClosed = true
        let ids = Array(self.watches.keys)
        return ids.compactMap { self.close($0) }
    }

    /// Writes committed changes into the logs.
    ///
    /// - Parameter changes: The changes in the order of their versions.
    /// - Returns: The readers whom they concern, to be woken.
    mutating func announce(_ changes: [Change]) -> [Waiter] {
        guard let first = changes.first, let last = changes.last else { return [] }
        var touched: [String: Set<String>] = [:]
        for change in changes {
            self.logs[change.kind, default: ChangeLog(lastChange: 0, limits: self.limits)].append(change)
            touched[change.kind, default: []].insert(change.namespace)
        }
        var woken: [Waiter] = []
        for (id, watch) in self.watches {
            guard case .asleep(let waiter) = watch.phase else { continue }
            let namespaces = touched[watch.kind]
            let isConcerned = watch.namespace.map { namespaces?.contains($0) ?? false } ?? (namespaces != nil)
            // A sleeping reader has read everything, whatever its position says: what did not concern it cannot
            // leave it behind.
            let seen = isConcerned ? first.version - 1 : last.version
            self.watches[id]?.position = max(watch.position, seen)
            guard isConcerned else { continue }
            self.watches[id]?.phase = .awake
            woken.append(waiter)
        }
        return woken
    }

    /// What the reader of a watch does next.
    mutating func step(_ id: ID, limit: Int) -> Step {
        guard let watch = self.watches[id] else { return .end }
        if case .asleep = watch.phase {
            return .fail(APIStatus(.internalError, "two tasks read one watch: give each a watch of its own"))
        }
        guard let log = self.logs[watch.kind] else { return .sleep }
        switch log.read(after: watch.position, namespace: watch.namespace, limit: limit) {
        case .forgotten(let oldest): return .fail(APIStatus.expired(watch.position, oldest: oldest))
        case .changes(let changes, let through):
            self.watches[id]?.position = through
            return changes.isEmpty ? .sleep : .deliver(changes)
        }
    }

    /// Lets a reader sleep.
    ///
    /// - Parameters:
    ///   - id: The watch.
    ///   - waiter: The reader.
    /// - Returns: Whether it sleeps; otherwise there is something to do and it must be woken at once.
    mutating func sleep(_ id: ID, _ waiter: Waiter) -> Bool {
        guard let watch = self.watches[id], case .awake = watch.phase else { return false }
        guard self.logs[watch.kind]?.lastVersion ?? 0 <= watch.position else { return false }
        self.watches[id]?.phase = .asleep(waiter)
        return true
    }

    /// Notes that the reader's task was cancelled.
    ///
    /// - Parameter id: The watch.
    /// - Returns: The reader, to be woken, if it sleeps.
    mutating func interrupt(_ id: ID) -> Waiter? {
        guard let watch = self.watches[id] else { return nil }
        self.watches[id]?.phase = .interrupted
        guard case .asleep(let waiter) = watch.phase else { return nil }
        return waiter
    }

    /// Notes that a cancelled reader has returned.
    mutating func resume(_ id: ID) {
        if case .interrupted = self.watches[id]?.phase { self.watches[id]?.phase = .awake }
    }
}
