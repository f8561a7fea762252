import Synchronization

/// A mailbox for the body of a streamed response: one thread fills it, a task takes everything at once.
///
/// Guarantees: holds at most `capacity` bytes plus the one piece that reached it; a piece offered beyond that is not
/// taken, and `onSpace` is called once after the consumer has made room.
final class StreamBody: Sendable {
    typealias Waiter = CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>

    private struct State {
        var bytes: [UInt8] = []
        var isFull = false
        var end: Result<Void, HTTPError>?
        var waiters: [Waiter] = []

        /// What a consumer gets now; `nil` means that it has to wait.
        mutating func take() -> Result<[UInt8]?, HTTPError>? {
            if !self.bytes.isEmpty {
                defer { self.bytes = [] }
                return .success(self.bytes)
            }
            return self.end.map { end in end.map { nil } }
        }
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let onSpace: @Sendable () -> Void

    init(capacity: Int, onSpace: @escaping @Sendable () -> Void) {
        self.capacity = max(1, capacity)
        self.onSpace = onSpace
    }

    /// Adds a piece.
    ///
    /// - Parameter piece: the next bytes of the body.
    /// - Returns: false if the mailbox is full, in which case nothing was taken; true too once the stream has ended.
    func offer(_ piece: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, waiter) = self.state.withLock { state -> (Bool, Waiter?) in
            guard state.end == nil, !piece.isEmpty else { return (true, nil) }
            guard state.bytes.count < self.capacity else {
                state.isFull = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: piece)
            return (true, state.waiters.isEmpty ? nil : state.waiters.removeFirst())
        }
        if let waiter { self.hand(to: waiter) }
        return isTaken
    }

    /// Ends the stream; the first end counts.
    ///
    /// - Parameters:
    ///   - end: success lets the consumer read what is there; failure is thrown after that.
    ///   - discarding: whether what is there is dropped.
    func finish(_ end: Result<Void, HTTPError>, discarding: Bool = false) {
        let waiters = self.state.withLock { state -> [Waiter] in
            guard state.end == nil else { return [] }
            state.end = end
            if discarding { state.bytes = [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        // Whoever waits has found the mailbox empty, so the end is all there is for them.
        for waiter in waiters { waiter.resume(returning: end.map { nil }) }
    }

    /// Everything that has arrived, once there is something; `nil` at the end.
    func next() async -> Result<[UInt8]?, HTTPError> {
        if let now = self.take() { return now }
        return await withCheckedContinuation { waiter in
            let now = self.take(orWaitWith: waiter)
            if let now { waiter.resume(returning: now) }
        }
    }

    private func hand(to waiter: Waiter) {
        if let now = self.take(orWaitWith: waiter) { waiter.resume(returning: now) }
    }

    private func take(orWaitWith waiter: Waiter? = nil) -> Result<[UInt8]?, HTTPError>? {
        let (now, hasSpace) = self.state.withLock { state -> (Result<[UInt8]?, HTTPError>?, Bool) in
            let now = state.take()
            if now == nil, let waiter { state.waiters.append(waiter) }
            defer { if now != nil { state.isFull = false } }
            return (now, now != nil && state.isFull)
        }
        if hasSpace { self.onSpace() }
        return now
    }
}
