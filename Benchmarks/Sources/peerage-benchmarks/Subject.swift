import Foundation

/// One process under measurement.
final class Subject {
    private let process = Process()

    init(_ arguments: [String], output: URL? = nil) throws {
        self.process.executableURL = URL(filePath: "/usr/bin/env")
        self.process.arguments = arguments
        let sink = output.map { FileManager.default.createFile(atPath: $0.path(), contents: nil) ? $0 : $0 }
        let handle = try sink.map { try FileHandle(forWritingTo: $0) } ?? FileHandle.nullDevice
        self.process.standardOutput = handle
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
    }

    /// Runs a command to its end.
    ///
    /// - Returns: Seconds, and the exit code.
    static func time(_ arguments: [String]) throws -> (seconds: Double, code: Int32) {
        let start = ContinuousClock.now
        let subject = try Subject(arguments)
        subject.process.waitUntilExit()
        return (start.duration(to: .now).seconds, subject.process.terminationStatus)
    }

    /// A field of `/proc/PID/status` in megabytes, such as `VmRSS` or `VmHWM`.
    func memory(_ field: String) -> Double {
        let path = "/proc/\(self.process.processIdentifier)/status"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? .nan) / 1_024
    }

    /// User and system time so far.
    var processorSeconds: Double {
        let text = (try? String(contentsOfFile: "/proc/\(self.process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        // Fields 14 and 15 of proc(5), counted behind the name, in hundredths of a second.
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / 100
    }

    /// Waits for the end.
    ///
    /// - Returns: The exit code.
    func wait() -> Int32 {
        self.process.waitUntilExit()
        return self.process.terminationStatus
    }

    func stop(_ signal: Int32 = SIGTERM) {
        kill(self.process.processIdentifier, signal)
        self.process.waitUntilExit()
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
