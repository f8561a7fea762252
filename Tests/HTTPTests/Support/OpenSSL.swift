import Glibc
import Synchronization
import Testing

/// Runs the `openssl` program, for certificates and for a TLS server on 127.0.0.1.
struct OpenSSL {
    /// The PEM files of one authority, one server and one client.
    struct Credentials: Sendable {
        let directory: String
        let ca: [UInt8]
        let clientCertificate: [UInt8]
        let clientKey: [UInt8]
    }

    /// Whether the program is there.
    static let isAvailable = (try? Self.run(["version"])) == 0

    /// A running `openssl s_server`.
    final class Server {
        let port: Int
        private let process: pid_t

        init(port: Int, process: pid_t) {
            self.port = port
            self.process = process
        }

        deinit {
            kill(self.process, SIGKILL)
            waitpid(self.process, nil, 0)
        }
    }

    /// Makes an authority, a certificate for `subjects` and one for a client.
    ///
    /// The directory is new, and `remove` deletes it.
    static func makeCredentials(subjects: String) throws -> Credentials {
        var template = Array("/tmp/http-tests-XXXXXX".utf8CString)
        let isMade = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        try #require(isMade)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        let path = { (name: String) in "\(directory)/\(name)" }
        try Self.require(
            ["req", "-x509", "-subj", "/CN=tests-ca", "-keyout", path("ca.key"), "-out", path("ca.crt")] + key
        )
        for (name, subjects) in [("server", subjects), ("client", "DNS:client")] {
            try Self.require(
                [
                    "req", "-x509", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(subjects)", "-CA",
                    path("ca.crt"), "-CAkey", path("ca.key"), "-keyout", path("\(name).key"), "-out",
                    path("\(name).crt"), "-addext", "basicConstraints=critical,CA:FALSE",
                ] + key
            )
        }
        return Credentials(
            directory: directory,
            ca: try Self.contents(of: path("ca.crt")),
            clientCertificate: try Self.contents(of: path("client.crt")),
            clientKey: try Self.contents(of: path("client.key"))
        )
    }

    /// Deletes what `makeCredentials` wrote.
    static func remove(_ credentials: Credentials) {
        for name in ["ca", "server", "client"] {
            for end in ["key", "crt"] { unlink("\(credentials.directory)/\(name).\(end)") }
        }
        rmdir(credentials.directory)
    }

    /// Starts a server that answers every GET with a page of its own.
    static func serve(_ credentials: Credentials, arguments: [String] = []) throws -> Server {
        let directory = credentials.directory
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let process = try Self.spawn(
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "\(directory)/server.crt", "-key",
                "\(directory)/server.key",
            ] + arguments,
            output: ends[1]
        )
        close(ends[1])
        // Its words are "ACCEPT 127.0.0.1:port" once it listens.
        var text = ""
        var byte: UInt8 = 0
        while Glibc.read(ends[0], &byte, 1) == 1 {
            text.unicodeScalars.append(Unicode.Scalar(byte))
            if byte == UInt8(ascii: "\n"), let line = text.split(separator: "\n").last, line.hasPrefix("ACCEPT ") {
                let port = try #require(Int(line.drop { $0 != ":" }.dropFirst()))
                return Server(port: port, process: process)
            }
        }
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        throw HTTPTestError("openssl s_server did not start: \(text)")
    }

    private static func require(_ arguments: [String]) throws {
        let status = try Self.run(arguments)
        try #require(status == 0, "openssl \(arguments.joined(separator: " "))")
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        let silent = open("/dev/null", O_WRONLY)
        defer { close(silent) }
        let process = try Self.spawn(arguments, output: silent)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status
    }

    private static func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = (["openssl"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, "openssl", &actions, nil, &words, environ) == 0 else {
            throw HTTPTestError("openssl cannot be run")
        }
        return process
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        try #require(file >= 0, "\(path)")
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(file, &bytes, bytes.count)
        return Array(bytes[..<max(0, count)])
    }
}

/// Why a test could not be set up.
struct HTTPTestError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
