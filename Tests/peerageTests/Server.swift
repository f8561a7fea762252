import ChildProcess
import Glibc
import Testing

/// `peerage run` with an empty folder of manifests, for as long as the value lives.
final class Server {
    private let process: ChildProcess
    private let folder: Folder
    private let kubeconfig: String

    /// Starts the server in a folder, and waits until its API is there.
    init(in folder: Folder? = nil) throws {
        self.folder = try folder ?? Folder()
        try self.folder.write("manifests/readme.md", "no manifest")
        let data = "\(self.folder.path)/data"
        self.kubeconfig = "\(data)/kubeconfig"
        self.process = try ChildProcess(
            Program.path,
            ["run", "--manifests", "\(self.folder.path)/manifests", "--data", data, "--listen", "127.0.0.1:0"],
            messages: .dropped
        )
        // Its first line says that the API is there.
        var seen: [UInt8] = []
        while !seen.contains(UInt8(ascii: "\n")) {
            let more = self.process.next()
            try #require(!more.isEmpty, "the server ended")
            seen += more
        }
    }

    deinit { self.stop() }

    /// Ends the server, and waits until it is gone; a second call does nothing.
    func stop() {
        guard !self.isStopped else { return }
        self.isStopped = true
        self.process.send(SIGTERM)
        self.process.wait()
    }

    private var isStopped = false

    func run(_ arguments: [String], input: String = "") throws -> Program.Result {
        try Program.run(arguments + ["--kubeconfig", self.kubeconfig], input: input)
    }
}
