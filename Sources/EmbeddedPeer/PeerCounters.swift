import Synchronization

/// What an embedded Big Peer has done since it was created.
package struct PeerCounters: Sendable, Hashable {
    /// Requests answered, whatever the answer.
    package var requests = 0
    /// Objects created, changed or deleted; a `PUT` of what is already there counts nothing.
    package var writes = 0
    /// Transactions that carried these writes; many writes share one when the peer is busy.
    package var commits = 0
}

/// The counters while they count.
final class LiveCounters: Sendable {
    private let requests = Atomic(0)
    private let writes = Atomic(0)
    private let commits = Atomic(0)

    func countRequest() {
        self.requests.add(1, ordering: .relaxed)
    }

    func count(writes: Int, commits: Int) {
        self.writes.add(writes, ordering: .relaxed)
        self.commits.add(commits, ordering: .relaxed)
    }

    var snapshot: PeerCounters {
        PeerCounters(
            requests: self.requests.load(ordering: .relaxed),
            writes: self.writes.load(ordering: .relaxed),
            commits: self.commits.load(ordering: .relaxed)
        )
    }
}
