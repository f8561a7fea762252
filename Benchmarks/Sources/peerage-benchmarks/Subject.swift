import Foundation

/// One process under measurement.
///
/// Not Foundation's `Process`: what waits for that hears of the end up to fifty milliseconds late.
final class Subject {
    private let pid: pid_t
    private var code: Int32?

    init(_ arguments: [String], output: URL? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let sink = output?.path() ?? "/dev/null"
        posix_spawn_file_actions_addopen(&actions, 1, sink, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in words + environment { free(word) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, arguments[0], &actions, nil, &words, &environment)
        guard code == 0 else {
            throw LoopbackConnection.Broken(description: "\(arguments[0]): \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    /// Runs a command to its end.
    ///
    /// - Returns: Seconds, and the exit code.
    static func time(_ arguments: [String]) throws -> (seconds: Double, code: Int32) {
        let start = ContinuousClock.now
        let code = try Subject(arguments).wait()
        return (start.duration(to: .now).seconds, code)
    }

    /// A field of `/proc/PID/status` in megabytes, such as `VmRSS` or `VmHWM`.
    func memory(_ field: String) -> Double {
        let path = "/proc/\(self.pid)/status"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? .nan) / 1_024
    }

    /// User and system time so far.
    var processorSeconds: Double {
        let text = (try? String(contentsOfFile: "/proc/\(self.pid)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        // Fields 14 and 15 of proc(5), counted behind the name, in hundredths of a second.
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / 100
    }

    /// Waits for the end.
    ///
    /// - Returns: The exit code; of a process that a signal ended, the signal's number.
    @discardableResult
    func wait() -> Int32 {
        if let code = self.code { return code }
        var status: Int32 = 0
        while waitpid(self.pid, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
        self.code = code
        return code
    }

    func stop(_ signal: Int32 = SIGTERM) {
        if self.code == nil { kill(self.pid, signal) }
        self.wait()
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
