import DequeModule

/// The latest changes of one kind, oldest first, bounded in number and bytes.
struct ChangeLog: Sendable {
    /// How much is remembered.
    struct Limits: Sendable, Hashable {
        /// At most so many changes of a kind.
        var changes: Int
        /// At most about so many bytes of a kind.
        var bytes: Int
    }

    /// What a reader finds behind its position.
    enum Reading: Sendable {
        /// These changes, perhaps none; the reader has now seen everything through this version.
        case changes([Change], through: Int64)
        /// Changes behind the position are already forgotten; this is the oldest position that would do.
        case forgotten(oldest: Int64)
    }

    /// So many of the latest changes hold their object decoded.
    static let decodedChanges = 256

    private var changes: Deque<Change> = []
    private var byteCount = 0
    private let limits: Limits
    /// No change after this version is missing.
    private(set) var forgottenThrough: Int64

    /// Creates an empty log of a kind that last changed at a version.
    init(lastChange: Int64, limits: Limits) {
        self.forgottenThrough = lastChange
        self.limits = limits
    }

    /// The version of the kind's last change.
    var lastVersion: Int64 { self.changes.last?.version ?? self.forgottenThrough }

    /// Adds the newest change and forgets the oldest ones that are too much.
    mutating func append(_ change: Change) {
        self.changes.append(change)
        self.byteCount += change.byteCount
        let aged = self.changes.count - 1 - Self.decodedChanges
        if aged >= 0 { self.changes[aged].decoded = nil }
        while self.changes.count > self.limits.changes || self.byteCount > self.limits.bytes {
            guard let oldest = self.changes.popFirst() else { return }
            self.byteCount -= oldest.byteCount
            self.forgottenThrough = oldest.version
        }
    }

    /// Reads what happened after a version.
    ///
    /// - Parameters:
    ///   - version: The reader's position.
    ///   - namespace: The only namespace of interest, or all.
    ///   - limit: At most so many changes.
    /// - Returns: What there is.
    func read(after version: Int64, namespace: String?, limit: Int) -> Reading {
        guard version >= self.forgottenThrough else { return .forgotten(oldest: self.forgottenThrough) }
        var index = self.firstIndex(after: version)
        var found: [Change] = []
        var through = version
        while index < self.changes.count, found.count < limit {
            let change = self.changes[index]
            through = change.version
            if namespace == nil || namespace == change.namespace { found.append(change) }
            index += 1
        }
        return .changes(found, through: through)
    }

    private func firstIndex(after version: Int64) -> Int {
        var low = 0
        var high = self.changes.count
        while low < high {
            let middle = (low + high) / 2
            if self.changes[middle].version <= version { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
