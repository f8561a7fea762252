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

    /// Waits until it has said something, now or earlier.
    func until(_ text: String, within limit: Duration = .seconds(300)) async throws {
        let id = UUID()
        let isFound = await self.wait(limit, id) { continuation in
            self.state.withLock { state in
                if state.output.contains(text) { return true }
                if state.exitCode != nil { return false }
                state.waiters[id] = Waiter(text: text, isFound: continuation)
                return nil
            }
        }
        guard isFound else { throw TooLate(description: "\(self.name) did not say \"\(text)\", but:\n\(self.output)") }
    }

    /// Waits until it has ended.
    ///
    /// - Returns: The exit code, or the number of the signal that ended it.
    @discardableResult
    func untilEnd(within limit: Duration = .seconds(300)) async throws -> Int32 {
        let id = UUID()
        let hasEnded = await self.wait(limit, id) { continuation in
            self.state.withLock { state in
                if state.exitCode != nil { return true }
                state.ends[id] = continuation
                return nil
            }
        }
        guard hasEnded, let code = self.state.withLock(\.exitCode) else {
            throw TooLate(description: "\(self.name) did not end; it said:\n\(self.output)")
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

    private func wait(
        _ limit: Duration,
        _ id: UUID,
        _ register: (CheckedContinuation<Bool, Never>) -> Bool?
    ) async -> Bool {
        let deadline = Task {
            try await Task.sleep(for: limit)
            self.give(up: id)
        }
        defer { deadline.cancel() }
        return await withCheckedContinuation { continuation in
            if let result = register(continuation) { continuation.resume(returning: result) }
        }
    }

    private func give(up id: UUID) {
        let continuation = self.state.withLock { state in
            state.waiters.removeValue(forKey: id)?.isFound ?? state.ends.removeValue(forKey: id)
        }
        continuation?.resume(returning: false)
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
