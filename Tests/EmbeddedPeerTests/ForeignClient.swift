import Foundation
import JSON
import ProcessOutput
import Synchronization
import Testing

/// `Foreign/appwebsocket_client.py`: a client written from the published pages alone, without a line of ours.
final class ForeignClient: Sendable {
    /// Whether Python and its `websockets` package are installed.
    static let isThere: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import websockets"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private let process: Process
    private let commands = Pipe()
    private let answers = Pipe()
    private let unread = Mutex(Data())
    /// Waiting here holds up nobody: the server under test has its own threads.
    private let queue = DispatchQueue(label: "foreign client")

    /// Starts a client that logs in and replicates a table.
    init(_ url: String, app: String, password: String, table: String, columns: [String]) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Foreign")
            .appending(path: "appwebsocket_client.py")
        self.process = Process()
        self.process.executableURL = URL(filePath: "/usr/bin/env")
        self.process.arguments = ["python3", script.path(), url, app, password, table, "_id"] + columns
        self.process.standardInput = self.commands
        self.process.standardOutput = self.answers
        try self.process.run()
        try self.answers.fileHandleForWriting.close()
    }

    deinit { self.process.terminate() }

    /// Gives one command and waits for its answer.
    func callAsFunction(_ command: String) async throws -> JSONValue {
        try self.commands.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
        return try await self.line()
    }

    /// Waits for the next line that it says.
    func line() async throws -> JSONValue {
        let line = await withCheckedContinuation { continuation in
            self.queue.async {
                continuation.resume(
                    returning: self.unread.withLock { unread in
                        while true {
                            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                                defer { unread.removeSubrange(...end) }
                                return String(decoding: unread[..<end], as: UTF8.self)
                            }
                            let more = self.answers.fileHandleForReading.next()
                            if more.isEmpty { return "" }
                            unread.append(more)
                        }
                    }
                )
            }
        }
        try #require(!line.isEmpty, "the client has ended")
        return try JSONValue(parsing: line)
    }
}
