import Synchronization

/// A task that may or may not have been started, whose end rings.
final class Work: Sendable {
    private enum State: Sendable {
        case waiting
        case running(Task<Void, Never>)
        case ended(Result<Void, any Error>)
    }

    private let body: @Sendable () async throws -> Void
    private let onEnd: @Sendable () -> Void
    private let state = Mutex(State.waiting)

    init(_ body: @escaping @Sendable () async throws -> Void, onEnd: @escaping @Sendable () -> Void) {
        self.body = body
        self.onEnd = onEnd
    }

    var hasStarted: Bool {
        self.state.withLock { if case .waiting = $0 { false } else { true } }
    }

    var hasEnded: Bool {
        self.state.withLock { if case .ended = $0 { true } else { false } }
    }

    /// How the task ended.
    var result: Result<Void, any Error> {
        self.state.withLock { if case .ended(let result) = $0 { result } else { .success(()) } }
    }

    /// Starts the task; false when that has happened before.
    func start() -> Bool {
        self.state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(Task { await self.run() })
            return true
        }
    }

    func cancel() {
        let task: Task<Void, Never>? = self.state.withLock { if case .running(let task) = $0 { task } else { nil } }
        task?.cancel()
    }

    private func run() async {
        let result: Result<Void, any Error>
        do {
            try await self.body()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        self.state.withLock { $0 = .ended(result) }
        self.onEnd()
    }
}
