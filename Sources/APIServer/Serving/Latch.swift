import Synchronization

/// A result that comes once and that any number of tasks may wait for.
final class Latch<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private enum State {
        /// Exits to `done`.
        case waiting([Int: Waiter], next: Int)
        /// Final.
        case done(Result<Value, any Error>)
    }

    private let state = Mutex<State>(.waiting([:], next: 0))

    /// Gives the result; later ones are ignored.
    func finish(_ result: Result<Value, any Error>) {
        let waiters = self.state.withLock { state -> [Waiter] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .done(result)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    /// The result, when there is one.
    var value: Value? {
        self.state.withLock { if case .done(.success(let value)) = $0 { value } else { nil } }
    }

    /// Waits for the result; a cancelled task gets `CancellationError`.
    func wait() async throws -> Value {
        let id = self.state.withLock { state -> Int in
            guard case .waiting(let waiters, let next) = state else { return -1 }
            state = .waiting(waiters, next: next + 1)
            return next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let result = self.state.withLock { state -> Result<Value, any Error>? in
                    switch state {
                    case .done(let result): return result
                    case .waiting(var waiters, let next):
                        if Task.isCancelled { return .failure(CancellationError()) }
                        waiters[id] = waiter
                        state = .waiting(waiters, next: next)
                        return nil
                    }
                }
                if let result { waiter.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> Waiter? in
                guard case .waiting(var waiters, let next) = state else { return nil }
                let waiter = waiters.removeValue(forKey: id)
                state = .waiting(waiters, next: next)
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
