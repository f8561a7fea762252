import Clocks
import KubernetesModel
import Synchronization

/// When each resource was last compared with its other half, and on what grounds.
///
/// Kept in memory: a new process checks everything once, and writing a time after every check would make a quiet
/// system write for ever.
final class CheckLedger: Sendable {
    private struct Entry {
        let fingerprint: Int
        let moment: Duration
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

    /// Notes a check that was just made.
    func note(_ key: ObjectKey, _ fingerprint: Int) {
        let entry = Entry(fingerprint: fingerprint, moment: self.time.monotonicNow)
        self.entries.withLock { $0[key] = entry }
    }

    /// Forgets a resource that is gone.
    func forget(_ key: ObjectKey) {
        _ = self.entries.withLock { $0.removeValue(forKey: key) }
    }
}
