import Synchronization

/// A bounded box between many writers that must not wait and one reader that takes everything at once.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Puts an element in; `false` when the box is full or closed.
    func put(_ element: Element) -> Bool {
        let (isIn, reader): (Bool, CheckedContinuation<Void, Never>?) = self.state.withLock { state in
            guard !state.isClosed, state.elements.count < self.capacity else { return (false, nil) }
            state.elements.append(element)
            defer { state.reader = nil }
            return (true, state.reader)
        }
        reader?.resume()
        return isIn
    }

    /// Takes all elements, waiting for the first; `nil` when the box is closed and empty.
    ///
    /// One task reads at a time. A waiting reader is woken by `close`, not by cancellation.
    func takeAll() async -> [Element]? {
        while true {
            let (elements, isClosed) = self.state.withLock { state in
                let elements = state.elements
                state.elements = []
                return (elements, state.isClosed)
            }
            if !elements.isEmpty { return elements }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let mustWait = self.state.withLock { state in
                    guard state.elements.isEmpty, !state.isClosed else { return false }
                    state.reader = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    /// Refuses further elements; what is in the box can still be taken.
    func close() {
        let reader = self.state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }
}
