import Clocks
import Synchronization

/// A wake-up call for one waiting task: at a time, or when somebody rings before it.
///
/// *Guarantees:* a ring while nobody waits is kept for the next `wait`, and rings do not add up. The wait does not end
/// with the cancellation of its task, so that an orderly shutdown can still wait; whoever cancels must `ring`.
final class Alarm: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(CheckedContinuation<Void, Never>)
    }

    private let time: any Time
    private let state = Mutex(State.quiet)

    init(time: any Time) {
        self.time = time
    }

    /// Wakes the waiting task, or the next one.
    func ring() {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard case .awaited(let continuation) = state else {
                state = .rung
                return nil
            }
            state = .quiet
            return continuation
        }
        waiting?.resume()
    }

    /// Waits for a ring, or until a deadline if there is one.
    func wait(until deadline: Duration?) async {
        let timer = deadline.map { deadline in
            Task {
                guard (try? await self.time.sleep(until: deadline)) != nil else { return }
                self.ring()
            }
        }
        await withCheckedContinuation { continuation in
            let isRung = self.state.withLock { state in
                if case .rung = state {
                    state = .quiet
                    return true
                }
                state = .awaited(continuation)
                return false
            }
            if isRung { continuation.resume() }
        }
        timer?.cancel()
    }
}
