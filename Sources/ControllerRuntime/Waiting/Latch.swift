import Synchronization

/// A door that opens once and stays open; tasks wait in front of it.
package final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var lastID: UInt64 = 0
        /// Resumed with whether the door opened; `false` means cancelled.
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// Creates a closed door.
    package init() {}

    /// Whether the door is open.
    package var isOpen: Bool { self.state.withLock(\.isOpen) }

    /// Opens the door for good.
    package func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: true) }
    }

    /// Waits until the door is open; throws when the waiting task is cancelled first.
    package func wait() async throws(CancellationError) {
        let id: UInt64? = self.state.withLock { state in
            if state.isOpen { return nil }
            state.lastID += 1
            return state.lastID
        }
        guard let id else { return }
        let didOpen = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result: Bool? = self.state.withLock { state in
                    if state.isOpen { return true }
                    if state.cancelled.contains(id) { return false }
                    state.waiting[id] = continuation
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            let continuation = self.state.withLock { state in
                state.cancelled.insert(id)
                return state.waiting.removeValue(forKey: id)
            }
            continuation?.resume(returning: false)
        }
        _ = self.state.withLock { $0.cancelled.remove(id) }
        guard didOpen else { throw CancellationError() }
    }
}
