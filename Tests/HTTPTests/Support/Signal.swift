import Dispatch
import Synchronization

/// Something that happens once, and that tasks and threads can wait for.
final class Signal: Sendable {
    private struct State {
        var hasFired = false
        var tasks: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let turnstile = DispatchSemaphore(value: 0)

    /// Lets everyone through, now and later.
    func fire() {
        let tasks = self.state.withLock { state in
            state.hasFired = true
            defer { state.tasks = [] }
            return state.tasks
        }
        for task in tasks { task.resume() }
        self.turnstile.signal()
    }

    /// Waits in a task.
    func wait() async {
        await withCheckedContinuation { task in
            let hasFired = self.state.withLock { state in
                if !state.hasFired { state.tasks.append(task) }
                return state.hasFired
            }
            if hasFired { task.resume() }
        }
    }

    /// Waits on a thread.
    func block() {
        self.turnstile.wait()
        self.turnstile.signal()
    }
}
