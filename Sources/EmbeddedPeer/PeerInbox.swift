import NIOCore

/// The commands that wait for the next transaction.
///
/// Whoever puts the first one in must start a drain; the drain takes all that has gathered, again and again, until
/// nothing is left. So the busier the peer, the more commands share one flush to disk.
struct PeerInbox: ~Copyable {
    /// A command and whom to tell.
    struct Submission: Sendable {
        let command: PeerCommand
        let answer: CheckedContinuation<Result<ByteBuffer, PeerAPIError>, Never>
    }

    private var waiting: [Submission] = []
    private var isDraining = false

    /// Adds a command and says whether the caller must start a drain.
    mutating func add(_ submission: Submission) -> Bool {
        self.waiting.append(submission)
        defer { self.isDraining = true }
        return !self.isDraining
    }

    /// Takes everything; `nil` ends the drain.
    mutating func takeAll() -> [Submission]? {
        guard !self.waiting.isEmpty else {
            self.isDraining = false
            return nil
        }
        defer { self.waiting = [] }
        return self.waiting
    }
}
