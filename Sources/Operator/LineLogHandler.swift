import Clocks
import Glibc
import JSON
import Logging

/// Writes one line for each log message to standard error: text for people, JSON for machines.
///
/// The JSON members are those of controller-runtime and Flux: `level`, `ts`, `msg`, and the metadata beside them.
package struct LineLogHandler: LogHandler {
    /// How a line looks.
    package enum Format: String, Sendable, CaseIterable {
        /// `12:00:00 info  message key=value`
        case text
        /// `{"level":"info","ts":"…","msg":"…","key":"value"}`
        case json
    }

    /// Messages below it are left out.
    package var logLevel: Logger.Level
    /// Written with every message.
    package var metadata: Logger.Metadata = [:]

    private let format: Format
    private let clock: any WallClock

    /// Creates a handler.
    package init(format: Format, level: Logger.Level, clock: any WallClock = SystemWallClock()) {
        self.format = format
        self.logLevel = level
        self.clock = clock
    }

    /// One value of the metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes a message.
    package func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { _, new in new }
        let now = self.clock.now()
        var bytes: [UInt8] =
            switch self.format {
            case .text: Array(Self.text(event, metadata, now).utf8)
            case .json: Self.json(event, metadata, now).bytes
            }
        bytes.append(UInt8(ascii: "\n"))
        // One write a line, so that lines of several threads do not mix.
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func text(_ event: LogEvent, _ metadata: Logger.Metadata, _ now: Timestamp) -> String {
        let time = now.rfc3339.dropFirst(11).prefix(8)
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(0, 7 - level.utf8.count))
        let fields = metadata.sorted { $0.key < $1.key }.map { key, value in
            let text = "\(value)"
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
            return " \(key)=\(isPlain ? text : JSONValue.string(text).text)"
        }
        return "\(time) \(level)\(padding) \(event.message)\(fields.joined())"
    }

    private static func json(_ event: LogEvent, _ metadata: Logger.Metadata, _ now: Timestamp) -> JSONValue {
        var object = JSONObject(metadata.map { JSONObject.Member(key: $0.key, value: .string("\($0.value)")) })
        object["level"] = .string(event.level.rawValue)
        object["ts"] = .string(now.rfc3339Micro)
        object["msg"] = .string(event.message.description)
        return .object(object)
    }
}
