public import Foundation
import Glibc
import Synchronization

/// A program that a test runs beside itself.
///
/// Foundation's own traps here: reading a pipe when a signal arrives (a test process gets one for every child that
/// ends), and starting while other tests start programs as well. *Guarantees:* the child has our standard error or
/// none, and no descriptor of ours besides; a child whose value has gone is killed. *Errors:* a program that cannot be
/// started throws.
public final class ChildProcess: Sendable {
    /// Why a program does not run.
    public struct NotStarted: Error, CustomStringConvertible {
        /// The program and the system's reason.
        public let description: String
    }

    /// Where what a program says on standard error goes.
    public enum Messages: Sendable {
        /// Into the same text as its output.
        case amongOutput
        /// Nowhere.
        case dropped
        /// Where ours go.
        case ours
    }

    private enum State {
        case running
        case ended(Int32)
    }

    /// The number of the process.
    public let pid: pid_t
    /// Where its standard input is written to; -1 when that is closed.
    private let input: Mutex<Int32>
    private let output: Int32
    /// Only one thread waits for a child; its number may belong to another process afterwards.
    private let state = Mutex(State.running)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path, or a name that is looked for on the `PATH`.
    ///   - arguments: What follows its name.
    ///   - environment: What its environment has besides ours.
    ///   - messages: What becomes of its standard error.
    /// - Throws: ``NotStarted``.
    public init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        messages: Messages = .amongOutput
    ) throws {
        // Writing to a program that has ended is an error, not our end.
        signal(SIGPIPE, SIG_IGN)
        let (childInput, ownInput) = try Self.pipe(for: program)
        let (ownOutput, childOutput) = try Self.pipe(for: program)
        defer { for descriptor in [childInput, childOutput] { close(descriptor) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, childInput, 0)
        posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
        switch messages {
        case .amongOutput: posix_spawn_file_actions_adddup2(&actions, childOutput, 2)
        case .dropped: posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        case .ours: break
        }
        try Self.closeInherited(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var ignored = sigset_t()
        sigemptyset(&ignored)
        sigaddset(&ignored, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = Self.environment(with: environment).map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, program, &actions, &attributes, &words, &variables)
        guard code == 0 else {
            for descriptor in [ownInput, ownOutput] { close(descriptor) }
            throw NotStarted(description: "\(program): \(String(cString: strerror(code)))")
        }
        self.pid = pid
        self.input = Mutex(ownInput)
        self.output = ownOutput
    }

    deinit {
        self.state.withLock { state in
            guard case .running = state else { return }
            kill(self.pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(self.pid, &status, 0) < 0, errno == EINTR {}
        }
        self.closeInput()
        close(self.output)
    }

    private static func pipe(for program: String) throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw NotStarted(description: "\(program): \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Closes all but the standard descriptors in a child.
    ///
    /// Other tests wait for the ends of their pipes; a child that held one would keep them waiting for ever.
    public static func closeInherited(_ actions: inout posix_spawn_file_actions_t) throws {
        // glibc lets descriptors be closed that are not open: some that others open meanwhile.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        for descriptor in 3...((open.max() ?? 3) + 256) { posix_spawn_file_actions_addclose(&actions, descriptor) }
    }

    private static func environment(with more: [String: String]) -> [String] {
        ProcessInfo.processInfo.environment.merging(more) { $1 }.map { "\($0.key)=\($0.value)" }
    }
}

extension ChildProcess {
    /// Writes to its standard input; what a program does not read any more is dropped.
    public func write(_ text: String) {
        self.input.withLock { input in
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
                if count < 0, errno != EINTR { return }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }

    /// Tells it that its input has ended.
    public func closeInput() {
        self.input.withLock { input in
            if input >= 0 { close(input) }
            input = -1
        }
    }

    /// Waits for the next that it says.
    ///
    /// - Returns: The bytes; none at the end.
    public func next() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(self.output, &buffer, buffer.count)
            if count >= 0 { return Array(buffer[..<count]) }
            if errno != EINTR { return [] }
        }
    }

    /// Waits until it says nothing more.
    ///
    /// - Returns: All that it said and that was not read yet.
    public func rest() -> String {
        var all: [UInt8] = []
        while case let more = self.next(), !more.isEmpty { all += more }
        return String(decoding: all, as: UTF8.self)
    }

    /// Sends a signal; a program that has ended gets none.
    public func send(_ signal: Int32) {
        self.state.withLock { state in
            if case .running = state { kill(self.pid, signal) }
        }
    }

    /// Waits until it has ended, on this thread.
    ///
    /// - Returns: Its exit code, or the number of the signal that ended it.
    @discardableResult
    public func wait() -> Int32 {
        // Looked at without taking it away first, so that a signal can be sent meanwhile.
        var seen = siginfo_t()
        while waitid(P_PID, id_t(self.pid), &seen, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return self.state.withLock { state in
            if case .ended(let code) = state { return code }
            var status: Int32 = 0
            while waitpid(self.pid, &status, 0) < 0, errno == EINTR {}
            // The layout of wait statuses: the low seven bits are the signal, the next eight the code.
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
            state = .ended(code)
            return code
        }
    }

    /// Lets it run to its end, on a thread of its own: waiting in a task would hold up the server under test.
    ///
    /// - Returns: Its exit code, and what it said and was not read yet.
    public func end() async -> (code: Int32, text: String) {
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                let text = self.rest()
                done.resume(returning: (self.wait(), text))
            }
        }
    }
}
