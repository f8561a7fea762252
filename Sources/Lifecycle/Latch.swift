import Synchronization

/// A value that comes once and stays, and that any number of tasks may wait for.
///
/// What may fail comes as a `Result`. Without a value (`Latch<Void>`) it is a door that opens for good.
package final class Latch<Value: Sendable>: Sendable {
    /// Resumed with `nil` when its task is cancelled.
    private typealias Waiter = CheckedContinuation<Value?, Never>

    private enum State {
        /// Exits to `done`.
        case waiting([Int: Waiter], next: Int)
        /// Final.
        case done(Value)
    }

    private let state = Mutex<State>(.waiting([:], next: 0))

    /// Creates a latch without a value.
    package init() {}

    /// The value, when there is one.
    package var value: Value? {
        self.state.withLock { if case .done(let value) = $0 { value } else { nil } }
    }

    /// Gives the value; only the first counts.
    package func finish(_ value: Value) {
        let waiters = self.state.withLock { state -> [Waiter] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .done(value)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Waits for the value.
    ///
    /// - Returns: The value; one that is there already comes to a cancelled task, too.
    /// - Throws: `CancellationError` when the waiting task is cancelled first.
    package func wait() async throws(CancellationError) -> Value {
        let id = self.state.withLock { state -> Int in
            guard case .waiting(let waiters, let next) = state else { return 0 }
            state = .waiting(waiters, next: next + 1)
            return next
        }
        let value = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let answer = self.state.withLock { state -> Value?? in
                    switch state {
                    case .done(let value): return .some(value)
                    case .waiting(var waiters, let next):
                        // The handler below may have run before there was anything for it to find.
                        if Task.isCancelled { return .some(nil) }
                        waiters[id] = waiter
                        state = .waiting(waiters, next: next)
                        return nil
                    }
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> Waiter? in
                guard case .waiting(var waiters, let next) = state else { return nil }
                let waiter = waiters.removeValue(forKey: id)
                state = .waiting(waiters, next: next)
                return waiter
            }
            waiter?.resume(returning: nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }
}

extension Latch where Value == Void {
    /// Whether the door is open.
    package var isOpen: Bool { self.value != nil }

    /// Opens the door for good.
    package func open() { self.finish(()) }
}
