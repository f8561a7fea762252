import ChildProcess
import FoundationEssentials
import Glibc
import Testing

/// The built program, run as a shell would run it.
struct Program {
    /// What a run left behind.
    struct Result {
        /// The exit code.
        let code: Int32
        /// What it answered.
        let output: String
        /// What it said about it.
        let messages: String
    }

    /// Runs the program in a folder of its own, without any kubeconfig.
    ///
    /// - Parameters:
    ///   - arguments: The arguments behind the program's name.
    ///   - input: The standard input.
    /// - Returns: What it left behind.
    /// - Throws: When it cannot be run.
    static func run(_ arguments: String..., input: String = "") throws -> Result {
        try self.run(arguments, input: input)
    }

    /// Runs the program with a list of arguments.
    static func run(_ arguments: [String], input: String = "") throws -> Result {
        let folder = try Folder()
        try folder.write("in", input)
        let pid = try self.spawn(try self.path, arguments, in: folder)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // The layout of wait statuses: the low seven bits are the signal, the next eight the code.
        #expect(status & 0x7F == 0, "ended by a signal")
        return Result(code: status >> 8 & 0xFF, output: try folder.read("out"), messages: try folder.read("err"))
    }

    /// Starts a program with its input and outputs in files.
    static func spawn(
        _ path: String,
        _ arguments: [String],
        in folder: Folder,
        withEnvironment: Bool = false
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "\(folder.path)/in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/out", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/err", O_WRONLY | O_CREAT, 0o600)
        try ChildProcess.closeInherited(&actions)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        let inherited = withEnvironment ? ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" } : []
        var variables: [UnsafeMutablePointer<CChar>?] =
            (inherited.filter { !$0.hasPrefix("KUBECONFIG=") } + ["KUBECONFIG=\(folder.path)/none"]).map { strdup($0) }
            + [nil]
        defer { for word in words + variables { free(word) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, path, &actions, nil, &words, &variables)
        try #require(code == 0, "\(path): \(String(cString: strerror(code)))")
        return pid
    }

    /// The program beside the test bundle.
    static var path: String {
        get throws {
            var folder = try #require(CommandLine.arguments.first)
            while let slash = folder.lastIndex(of: "/") {
                folder = String(folder[..<slash])
                if access("\(folder)/peerage", X_OK) == 0, !Folder.isFolder("\(folder)/peerage") {
                    return "\(folder)/peerage"
                }
            }
            return try #require(nil as String?, "no built program beside the tests")
        }
    }
}

/// A temporary folder that goes with its value.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/peerage-tests-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        self.path = try #require(made)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = "\(self.path)/\(name)"
        if let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]),
                withIntermediateDirectories: true
            )
        }
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    func read(_ name: String) throws -> String { String(decoding: try self.bytes(name), as: UTF8.self) }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(self.path)/\(name)")))
    }

    static func isFolder(_ path: String) -> Bool {
        guard let folder = opendir(path) else { return false }
        closedir(folder)
        return true
    }
}
