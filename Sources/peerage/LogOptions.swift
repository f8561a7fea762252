import ArgumentParser
import Logging
import Operator

/// How a process that stays tells what it does.
struct LogOptions: ParsableArguments {
    @Option(help: "How log lines look: \(LineLogHandler.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var logFormat: LineLogHandler.Format = .text

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error.", valueName: "level"))
    var logLevel = "info"

    func validate() throws {
        guard Logger.Level(rawValue: self.logLevel) != nil else {
            throw ValidationError("--log-level \(self.logLevel) is none of trace, debug, info, notice, warning, error")
        }
    }

    var logger: Logger {
        let (format, level) = (self.logFormat, Logger.Level(rawValue: self.logLevel) ?? .info)
        return Logger(label: "peerage") { _ in LineLogHandler(format: format, level: level) }
    }
}
