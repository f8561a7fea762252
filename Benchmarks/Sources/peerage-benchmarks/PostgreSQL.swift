import Foundation

/// Two PostgreSQL servers of a benchmark's own, on the loopback, with logical replication between them.
final class PostgreSQL {
    /// Where Debian puts the programs, the newest first.
    private static var programs: String? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.compactMap { Int($0) }.max().map { "/usr/lib/postgresql/\($0)/bin" }
    }

    private let folder: String
    private let programs: String
    /// PostgreSQL does not run as root.
    private let asUser: [String]
    private var servers: [Subject] = []

    /// - Returns: `nil` when PostgreSQL is not installed.
    init?(in scratch: URL) throws {
        guard let programs = Self.programs else { return nil }
        self.programs = programs
        self.folder = scratch.appending(path: "postgresql").path()
        self.asUser = geteuid() == 0 ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] : []
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        if geteuid() == 0 { _ = try Subject.time(["chown", "-R", "postgres", self.folder]) }
        // The scratch folder itself must let another user through.
        chmod(scratch.path(), 0o755)
    }

    /// Starts both.
    func start() throws {
        for (name, port) in [("a", 54_810), ("b", 54_811)] {
            let data = "\(self.folder)/\(name)"
            try self.run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8")
            let settings = [
                "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=", "wal_level=logical",
                "max_wal_size=4GB", "shared_buffers=256MB", "logging_collector=off",
            ]
            let command = self.asUser + ["\(self.programs)/postgres", "-D", data] + settings.flatMap { ["-c", $0] }
            // Not by pg_ctl: what that leaves behind keeps Foundation waiting for its end.
            self.servers.append(try Subject(command))
            while try Subject.time(["\(self.programs)/pg_isready", "-q", "-h", "127.0.0.1", "-p", "\(port)"]).code != 0
            {
                usleep(20_000)
            }
        }
    }

    func stop() {
        for server in self.servers { server.stop(SIGQUIT) }
        self.servers = []
    }

    private func run(_ program: String, _ arguments: String...) throws {
        let result = try Subject.time(self.asUser + ["\(self.programs)/\(program)"] + arguments)
        guard result.code == 0 else {
            throw LoopbackConnection.Broken(description: "\(program) ended with \(result.code)")
        }
    }

    /// A session with one of the two, through psql.
    func session(_ port: Int) throws -> Session { try Session(program: "\(self.programs)/psql", port: port) }

    /// Statements in, lines out.
    final class Session {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var buffer: [UInt8] = []

        init(program: String, port: Int) throws {
            self.process.executableURL = URL(filePath: program)
            self.process.arguments = ["-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-qAtX", "postgres"]
            self.process.standardInput = self.input
            self.process.standardOutput = self.output
            try self.process.run()
        }

        /// Runs statements of which the last has one line as its answer.
        @discardableResult
        func ask(_ statements: String) throws -> String {
            try self.input.fileHandleForWriting.write(contentsOf: Data("\(statements)\n\\echo =\n".utf8))
            var lines: [String] = []
            while true {
                while let end = self.buffer.firstIndex(of: 10) {
                    let line = String(decoding: self.buffer[..<end], as: UTF8.self)
                    self.buffer.removeFirst(end + 1)
                    if line == "=" { return lines.last ?? "" }
                    lines.append(line)
                }
                let data = self.output.fileHandleForReading.availableData
                guard !data.isEmpty else { throw LoopbackConnection.Broken(description: "psql has ended") }
                self.buffer += data
            }
        }

        deinit {
            try? self.input.fileHandleForWriting.close()
            self.process.waitUntilExit()
        }
    }
}
