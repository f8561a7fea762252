import ChildProcess
import Foundation
import JSON
import Synchronization
import Testing

/// `Foreign/appwebsocket_client.py`: a client written from the published pages alone, without a line of ours.
final class ForeignClient: Sendable {
    /// Whether Python and its `websockets` package are installed.
    static let isThere =
        (try? ChildProcess("python3", ["-c", "import websockets"], messages: .dropped))?.wait() == 0

    private let process: ChildProcess
    private let unread = Mutex<[UInt8]>([])
    /// Waiting here holds up nobody: the server under test has its own threads.
    private let queue = DispatchQueue(label: "foreign client")

    /// Starts a client that logs in and replicates a table.
    init(_ url: String, app: String, password: String, table: String, columns: [String]) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Foreign")
            .appending(path: "appwebsocket_client.py").path()
        self.process = try ChildProcess(
            "python3",
            [script, url, app, password, table, "_id"] + columns,
            messages: .ours
        )
    }

    /// Gives one command and waits for its answer.
    func callAsFunction(_ command: String) async throws -> JSONValue {
        self.process.write("\(command)\n")
        return try await self.line()
    }

    /// Waits for the next line that it says.
    func line() async throws -> JSONValue {
        let line = await withCheckedContinuation { continuation in
            self.queue.async { continuation.resume(returning: self.nextLine()) }
        }
        try #require(!line.isEmpty, "the client has ended")
        return try JSONValue(parsing: line)
    }

    private func nextLine() -> String {
        self.unread.withLock { unread in
            while true {
                if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { unread.removeSubrange(...end) }
                    return String(decoding: unread[..<end], as: UTF8.self)
                }
                let more = self.process.next()
                if more.isEmpty { return "" }
                unread += more
            }
        }
    }
}
