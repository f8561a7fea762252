import Synchronization

/// A place for one answer, which several may give and one task waits for; the first answer counts.
final class OneAnswer<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case given(Value)
        case taken
    }

    private let state = Mutex(State.open)

    /// Gives an answer; later ones are dropped.
    func give(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = self.state.withLock { state in
            switch state {
            case .open:
                state = .given(value)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .given, .taken: return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// Waits for the answer; one task, once.
    func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let given: Value? = self.state.withLock { state in
                guard case .given(let value) = state else {
                    state = .awaited(continuation)
                    return nil
                }
                state = .taken
                return value
            }
            if let given { continuation.resume(returning: given) }
        }
    }
}
