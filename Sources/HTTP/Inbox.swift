import CCurl
import Glibc
import Synchronization

/// What tasks ask of the loop's thread.
enum LoopCommand: Sendable {
    /// Begin a transfer.
    case start(Submission)
    /// End a transfer, if it still runs.
    case cancel(TransferID)
    /// Go on with a stream whose consumer has made room.
    case resume(TransferID)
}

/// Names a transfer for the lifetime of its client.
typealias TransferID = UInt64

/// The way from tasks to the loop's thread: a mailbox and an eventfd that is written only when the loop sleeps.
final class Inbox: Sendable {
    private struct State {
        var commands: [LoopCommand] = []
        var isAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Readable after a wake-up; -1 if the system had none left.
    ///
    /// The loop watches it edge-triggered, so nobody needs to read it.
    let descriptor = ccurl_eventfd()

    deinit {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
    }

    /// Hands a command over.
    ///
    /// - Parameter command: what the loop is to do.
    /// - Returns: false if the loop no longer takes commands.
    @discardableResult
    func post(_ command: LoopCommand) -> Bool {
        let (isAccepted, needsWake) = self.state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if needsWake { self.wake() }
        return isAccepted
    }

    /// Takes no more commands and lets the loop end.
    func close() {
        self.state.withLock { state in
            state.isClosed = true
            state.isAsleep = false
        }
        self.wake()
    }

    /// Swaps the waiting commands for an emptied array, so that both buffers are used again.
    ///
    /// - Parameter commands: emptied, then filled with what was waiting.
    /// - Returns: whether the inbox is closed.
    func take(into commands: inout [LoopCommand]) -> Bool {
        commands.removeAll(keepingCapacity: true)
        return self.state.withLock { state in
            swap(&commands, &state.commands)
            return state.isClosed
        }
    }

    /// Declares that the loop is about to sleep.
    ///
    /// - Returns: false if something waits, in which case it must not.
    func fallAsleep() -> Bool {
        self.state.withLock { state in
            state.isAsleep = state.commands.isEmpty && !state.isClosed
            return state.isAsleep
        }
    }

    /// Declares that the loop is awake, so that nobody pays for waking it.
    func awaken() {
        self.state.withLock { $0.isAsleep = false }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(self.descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
