import ChildProcess
import Foundation
import Synchronization
import Testing

/// A program that runs beside a test, of which a test can wait for what it says.
final class Daemon: Sendable {
    /// What a program did not do in time.
    struct TooLate: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Waiting = CheckedContinuation<Bool, Never>

    private struct Waiter {
        let text: String
        let isFound: Waiting
    }

    private struct State {
        var output = ""
        var waiters: [UUID: Waiter] = [:]
        /// Nothing more will be said; the program may have ended a little before its last words are read.
        var isSilent = false
        var code: Int32?
        var exitCode: Int32? { self.isSilent ? self.code : nil }
        var ends: [UUID: Waiting] = [:]
        /// Those whose time was up before they waited.
        var givenUp: Set<UUID> = []
    }

    private let name: String
    private let process: ChildProcess
    private let state = Mutex(State())

    /// Starts a program; what it writes to standard output and standard error is one text.
    init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        self.name = "\(URL(filePath: path).lastPathComponent) \(arguments.prefix(2).joined(separator: " "))"
        self.process = try ChildProcess(path, arguments, environment: environment)
        self.process.closeInput()
        Thread.detachNewThread { [process, weak self] in
            while case let bytes = process.next(), !bytes.isEmpty {
                self?.take(String(decoding: bytes, as: UTF8.self))
            }
            self?.ended { $0.isSilent = true }
            let code = process.wait()
            self?.ended { $0.code = code }
        }
    }

    deinit { self.process.send(SIGKILL) }

    /// All that it has said.
    var output: String { self.state.withLock(\.output) }

    /// Whether it still runs.
    var isRunning: Bool { self.state.withLock { $0.exitCode == nil } }

    /// Sends a signal.
    func signal(_ signal: Int32) { self.process.send(signal) }

    /// Waits until it has said something, now or earlier, as long as the test has time.
    func until(_ text: String) async throws {
        let id = UUID()
        let isFound = await self.wait(id) { state, continuation in
            if state.output.contains(text) { return true }
            if state.exitCode != nil { return false }
            state.waiters[id] = Waiter(text: text, isFound: continuation)
            return nil
        }
        guard isFound else { throw self.tooLate("did not say \"\(text)\", but:\n\(self.output)") }
    }

    /// Waits until it has ended, as long as the test has time.
    ///
    /// - Returns: The exit code, or the number of the signal that ended it.
    @discardableResult
    func untilEnd() async throws -> Int32 {
        let id = UUID()
        let hasEnded = await self.wait(id) { state, continuation in
            if state.exitCode != nil { return true }
            state.ends[id] = continuation
            return nil
        }
        guard hasEnded, let code = self.state.withLock(\.exitCode) else {
            throw self.tooLate("did not end; it said:\n\(self.output)")
        }
        return code
    }

    /// Ends it as kubelet does.
    @discardableResult
    func stop() async throws -> Int32 {
        self.signal(SIGTERM)
        return try await self.untilEnd()
    }

    // MARK: - Waiting

    /// Waits until somebody resumes, or the test's time is up, which is `false`.
    private func wait(_ id: UUID, _ register: (inout State, Waiting) -> Bool?) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = self.state.withLock { state in
                    state.givenUp.remove(id) == nil ? register(&state, continuation) : false
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            self.give(up: id)
        }
    }

    private func give(up id: UUID) {
        let continuation = self.state.withLock { state in
            let waiting = state.waiters.removeValue(forKey: id)?.isFound ?? state.ends.removeValue(forKey: id)
            if waiting == nil { state.givenUp.insert(id) }
            return waiting
        }
        continuation?.resume(returning: false)
    }

    /// What to throw; it is told here as well when the test's time is up, since then nobody looks at what is thrown.
    private func tooLate(_ what: String) -> TooLate {
        let error = TooLate(description: "\(self.name) \(what)")
        if Task.isCancelled { Issue.record(error) }
        return error
    }

    private func take(_ text: String) {
        let found = self.state.withLock { state in
            state.output += text
            let found = state.waiters.filter { state.output.contains($0.value.text) }
            for id in found.keys { state.waiters[id] = nil }
            return found.values.map(\.isFound)
        }
        for continuation in found { continuation.resume(returning: true) }
    }

    private func ended(_ change: (inout State) -> Void) {
        let (ends, waiters) = self.state.withLock { state in
            change(&state)
            guard state.exitCode != nil else { return ([Waiting](), [Waiting]()) }
            defer { (state.ends, state.waiters) = ([:], [:]) }
            return (Array(state.ends.values), state.waiters.values.map(\.isFound))
        }
        for continuation in ends { continuation.resume(returning: true) }
        for continuation in waiters { continuation.resume(returning: false) }
    }
}
