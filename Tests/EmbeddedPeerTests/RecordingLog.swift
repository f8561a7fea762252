import Logging

/// Hands every log message over, with its metadata.
struct RecordingLog: LogHandler {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
    }

    var logLevel = Logger.Level.debug
    var metadata: Logger.Metadata = [:]
    private let lines: AsyncStream<Line>.Continuation

    /// A logger, and what it is told.
    static func make() -> (Logger, AsyncStream<Line>) {
        let (stream, continuation) = AsyncStream.makeStream(of: Line.self)
        return (Logger(label: "test") { _ in RecordingLog(lines: continuation) }, stream)
    }

    private init(lines: AsyncStream<Line>.Continuation) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
        self.lines.yield(Line(level: event.level, message: event.message.description, metadata: metadata))
    }
}
