import Synchronization

/// One value that is made known once, to whoever waits for it and whoever asks later.
final class Announcement<Value: Sendable>: Sendable {
    private enum State {
        /// Can transition to `made`.
        case waiting([Int: CheckedContinuation<Value, any Error>], next: Int)
        /// Final.
        case made(Result<Value, any Error>)
    }

    private let state = Mutex(State.waiting([:], next: 0))

    /// The value, if it has been made known.
    var value: Value? {
        self.state.withLock { state in
            if case .made(.success(let value)) = state { value } else { nil }
        }
    }

    /// Makes the result known; only the first counts.
    func make(_ result: Result<Value, any Error>) {
        let waiters = self.state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard case .waiting(let waiters, next: _) = state else { return [] }
            state = .made(result)
            return Array(waiters.values)
        }
        for waiter in waiters {
            waiter.resume(with: result)
        }
    }

    /// Waits for the result; cancelling the task ends the wait with `CancellationError`.
    func wait() async throws -> Value {
        let id = self.state.withLock { state -> Int in
            guard case .waiting(let waiters, let next) = state else { return 0 }
            state = .waiting(waiters, next: next + 1)
            return next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Value, any Error>? in
                    switch state {
                    case .made(let result): return result
                    case .waiting(var waiters, let next):
                        // The handler below may have run before there was anything for it to find.
                        if Task.isCancelled { return .failure(CancellationError()) }
                        waiters[id] = continuation
                        state = .waiting(waiters, next: next)
                        return nil
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> CheckedContinuation<Value, any Error>? in
                guard case .waiting(var waiters, let next) = state else { return nil }
                let waiter = waiters.removeValue(forKey: id)
                state = .waiting(waiters, next: next)
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
