import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes commits durable: one `fdatasync` of SQLite's log for all that have gathered, while the writer goes on; a writer
/// that has nothing else to do syncs it itself.
///
/// With `synchronous = NORMAL` SQLite itself syncs the log before a checkpoint and the file after it, so at any time the
/// log's bytes are all that can be lost (https://www.sqlite.org/pragma.html#pragma_synchronous).
///
/// Commits for which nobody waits, those of rows from other peers, share a flush that comes `pause` after the last one:
/// under load it would otherwise take the disk from those who wait.
///
/// *Guarantees:* an answer is given, and followers are told, only after the commit is on disk. *Errors:* after a failed
/// sync nobody knows what is on disk, so nothing is ever acknowledged again.
final class StoreFlusher: Sendable {
    /// Whom to tell: the durable USN, or why there is none.
    typealias Answer = @Sendable (Result<UInt64, StoreError>) -> Void

    private struct State {
        var target: UInt64
        var answers: [Answer] = []
        var isRunning = false
        /// Whether a flush for which nobody waits is yet to come.
        var isTimed = false
        /// When the last flush began.
        var last = DispatchTime(uptimeNanoseconds: 1)
        var failure: StoreError?
        var followers: [UInt64: @Sendable (UInt64) -> Void] = [:]
        var nextFollower: UInt64 = 0
    }

    /// How long a flush for which nobody waits stays away from the one before.
    private static let pause = DispatchTimeInterval.milliseconds(10)

    private let state: Mutex<State>
    private let published: StorePublished
    /// The log's descriptor; `nil`: nothing is on disk at all.
    ///
    /// A second descriptor is harmless, because SQLite keeps its locks on other files.
    private let log: Int32?
    private let path: String
    /// Syncs what a descriptor stands for; says whether it has.
    private let sync: @Sendable (Int32) -> Bool
    private let queue = DispatchQueue(label: "peerage.document-store.flush")

    /// Creates a flusher.
    ///
    /// - Parameters:
    ///   - path: The path of the log; `nil`: nothing is on disk.
    ///   - published: Where the durable USN is published.
    ///   - sync: Syncs what a descriptor stands for, and says whether it has.
    /// - Throws: When the log cannot be opened.
    init(
        log path: String?,
        published: StorePublished,
        sync: @escaping @Sendable (Int32) -> Bool = { fdatasync($0) == 0 }
    ) throws(StoreError) {
        self.sync = sync
        self.published = published
        self.state = Mutex(State(target: published.durable.load(ordering: .acquiring)))
        self.path = path ?? ""
        guard let path else {
            self.log = nil
            return
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(path: path, detail: String(cString: strerror(errno))) }
        self.log = descriptor
    }

    deinit {
        if let log = self.log { close(log) }
    }

    /// Sees to it that everything up to a USN becomes durable: at once when there are answers to give, else soon.
    ///
    /// - Parameters:
    ///   - usn: The USN.
    ///   - answers: Whom to tell.
    ///   - isAlone: Whether the caller has nothing else to do, and can flush itself.
    func flush(upTo usn: UInt64, _ answers: [Answer], isAlone: Bool = false) {
        let start = self.state.withLock { state in
            state.target = max(state.target, usn)
            state.answers.append(contentsOf: answers)
            return self.start(&state)
        }
        switch start {
        case .now where self.log == nil || isAlone && !answers.isEmpty: self.run()
        case .now: self.queue.async { self.run() }
        case .at(let time): self.queue.asyncAfter(deadline: time) { self.runLate() }
        case .not: break
        }
    }

    /// When a flush is to begin.
    private enum Start {
        case now
        case at(DispatchTime)
        /// One is under way or will come, and sees to it, or there is nothing to flush.
        case not
    }

    private func start(_ state: inout State) -> Start {
        guard !state.isRunning else { return .not }
        let time = state.last + Self.pause
        if state.answers.isEmpty, self.log != nil, time > .now() {
            defer { state.isTimed = true }
            return state.isTimed ? .not : .at(time)
        }
        state.isRunning = true
        return .now
    }

    private func runLate() {
        let mustStart = self.state.withLock { state in
            state.isTimed = false
            let isNew = state.target > self.published.durable.load(ordering: .acquiring)
            guard !state.isRunning, isNew, state.failure == nil else { return false }
            state.isRunning = true
            return true
        }
        if mustStart { self.run() }
    }

    /// Calls a function with each new durable USN, on the flusher's queue or the writer's; several commits may be one call.
    ///
    /// - Returns: What `unfollow` takes.
    func follow(_ follower: @escaping @Sendable (UInt64) -> Void) -> UInt64 {
        self.state.withLock { state in
            state.nextFollower += 1
            state.followers[state.nextFollower] = follower
            return state.nextFollower
        }
    }

    /// Calls a follower no more, but for a call that is under way.
    func unfollow(_ follower: UInt64) {
        _ = self.state.withLock { $0.followers.removeValue(forKey: follower) }
    }

    private func run() {
        while true {
            let (target, answers, failure) = self.state.withLock { state in
                defer { state.answers = [] }
                state.last = .now()
                return (state.target, state.answers, state.failure)
            }
            let durable = self.published.durable.load(ordering: .acquiring)
            var result = failure.map { Result<UInt64, StoreError>.failure($0) } ?? .success(target)
            if failure == nil, target > durable || !answers.isEmpty, let log = self.log, !self.sync(log) {
                let detail = "what was written could not be made durable: \(String(cString: strerror(errno)))"
                result = .failure(.failed(path: self.path, detail: detail))
                self.state.withLock { $0.failure = .failed(path: self.path, detail: detail) }
            }
            if case .success = result, target > durable {
                self.published.durable.store(target, ordering: .releasing)
                for follower in self.state.withLock({ Array($0.followers.values) }) { follower(target) }
            }
            for answer in answers { answer(result) }
            let next: Start? = self.state.withLock { state in
                state.isRunning = false
                guard !state.answers.isEmpty || state.target > target && state.failure == nil else { return nil }
                return self.start(&state)
            }
            switch next {
            case .now: continue
            case .at(let time): return self.queue.asyncAfter(deadline: time) { self.runLate() }
            case .not, nil: return
            }
        }
    }
}
