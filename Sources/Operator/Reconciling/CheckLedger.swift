import Clocks
import KubernetesModel
import Planning
import Synchronization

/// When each resource was last compared with its other half, and on what grounds.
///
/// Kept in memory: a new process checks everything once, and writing a time after every check would make a quiet
/// system write for ever.
final class CheckLedger: Sendable {
    private struct Entry {
        let fingerprint: Int
        let moment: Duration
        /// When the two agreed, or were first looked at if they never have; `nil` while they need not agree.
        let agreedAt: Duration?
        /// Whether they have ever agreed.
        let hasAgreed: Bool
    }

    /// How long ago resources and their other halves agreed.
    struct Agreement {
        /// For the resource for which it is longest ago; `nil` when there is none.
        let oldestAge: Duration?
        /// For the resource for which it is shortest ago; `nil` when none ever has.
        let newestAge: Duration?
    }

    private let time: any Time
    private let entries = Mutex<[ObjectKey: Entry]>([:])

    init(time: any Time) {
        self.time = time
    }

    /// How long the next check has time; `nil` when it is due or something has changed.
    func remaining(of key: ObjectKey, _ fingerprint: Int, _ interval: Duration) -> Duration? {
        let now = self.time.monotonicNow
        guard let entry = self.entries.withLock({ $0[key] }), entry.fingerprint == fingerprint else { return nil }
        // The queue spreads checks by a tenth to either side; what comes a little early is not sent back.
        let early = interval * 0.85 - (now - entry.moment)
        return early > .zero ? interval - (now - entry.moment) : nil
    }

    /// Notes a check that was just made, and what it found.
    func note(_ key: ObjectKey, _ fingerprint: Int, _ standing: Outcome.Standing) {
        let now = self.time.monotonicNow
        self.entries.withLock { entries in
            let before = entries[key]
            let agreedAt: Duration? =
                switch standing {
                case .synced, .observed: now
                case .progressing, .waiting, .stalled: before?.agreedAt ?? now
                case .suspended, .released: nil
                }
            entries[key] = Entry(
                fingerprint: fingerprint,
                moment: now,
                agreedAt: agreedAt,
                hasAgreed: standing.isAgreement || before?.hasAgreed == true
            )
        }
    }

    /// How long ago resources and their other halves agreed.
    var agreement: Agreement {
        let now = self.time.monotonicNow
        return self.entries.withLock { entries in
            var oldest: Duration?
            var newest: Duration?
            for entry in entries.values {
                guard let agreedAt = entry.agreedAt else { continue }
                oldest = min(oldest ?? agreedAt, agreedAt)
                if entry.hasAgreed { newest = max(newest ?? agreedAt, agreedAt) }
            }
            return Agreement(oldestAge: oldest.map { now - $0 }, newestAge: newest.map { now - $0 })
        }
    }

    /// Forgets a resource that is gone.
    func forget(_ key: ObjectKey) {
        _ = self.entries.withLock { $0.removeValue(forKey: key) }
    }
}

extension Outcome.Standing {
    /// Whether the check saw what it was looking for.
    fileprivate var isAgreement: Bool {
        switch self {
        case .synced, .observed: true
        case .progressing, .waiting, .stalled, .suspended, .released: false
        }
    }
}
