import Foundation
import Synchronization
import Testing

/// A real Kubernetes API server: etcd and kube-apiserver on loopback, one for the whole run of the tests.
///
/// `scripts/api-server.sh` finds the programs: in `$KUBEBUILDER_ASSETS`, on `PATH`, or beside the repository. The server
/// goes with the process that runs the tests, however that ends.
final class KubeServer: Sendable {
    /// The one server; `nil` when none can be had on this machine.
    static var shared: KubeServer? {
        get async throws { try await KubeServer.start.value }
    }

    private static let start = Task<KubeServer?, any Error> {
        guard Tool.path("kubectl") != nil else {
            KubeServer.tellLoudly("there is no kubectl on PATH")
            return nil
        }
        return try await KubeServer()
    }

    /// The repository's folder.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path()

    /// The kubeconfig of somebody who may do everything.
    let kubeconfig: String
    private let folder: String

    private init?() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "peerage-kube-\(UUID())").path()
        let script = "\(Self.repository)/scripts/api-server.sh"
        try Self.bury(folder, with: script)
        let result = try await Tool.run(script, ["up", folder])
        switch result.code {
        case 0: break
        case 3:
            Self.tellLoudly("neither etcd and kube-apiserver nor ../shared/kubernetes are on this machine")
            return nil
        default:
            throw Daemon.TooLate(description: "the API server did not start: \(result.messages)\(result.output)")
        }
        self.folder = folder
        self.kubeconfig = try #require(result.output.split(separator: "\n").last.map(String.init))
        // 1.20 does not know the rules in CEL, and its schema is what kubectl would hold them against.
        try await self.kubectl("apply", "--validate=false", "-f", "\(Self.repository)/manifests/crds")
        try await self.kubectl("wait", "--for=condition=Established", "--timeout=300s", "crd", "--all")
    }

    /// Takes the server down when this process has ended, also when it was killed.
    private static func bury(_ folder: String, with script: String) throws {
        let scratch = try Folder()
        try scratch.write("in", "")
        let vigil = "while kill -0 \"$2\" 2>/dev/null; do sleep 1; done; exec \"$0\" down \"$1\""
        let words = ["--fork", "sh", "-c", vigil, script, folder, "\(getpid())"]
        let pid = try Program.spawn("/usr/bin/setsid", words, in: scratch, withEnvironment: true)
        // A child that nobody waits for keeps Swift Testing's exit tests from seeing their own children end.
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    private static func tellLoudly(_ why: String) {
        let text = """

            ****** NOT TESTED against a real Kubernetes API server: \(why). \
            Run `scripts/setup.sh test` and set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver. ******


            """
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Runs kubectl as somebody who may do everything, and wants it to succeed.
    @discardableResult
    func kubectl(_ arguments: String..., input: String? = nil) async throws -> String {
        let result = try await Tool.run("kubectl", ["--kubeconfig", self.kubeconfig] + arguments, input: input)
        guard result.code == 0 else {
            throw Daemon.TooLate(description: "kubectl \(arguments.joined(separator: " ")): \(result.messages)")
        }
        return result.output
    }

    /// Runs kubectl as a program that goes on, such as `get -w`.
    func kubectlDaemon(_ arguments: String...) throws -> Daemon {
        try Daemon(try #require(Tool.path("kubectl")), ["--kubeconfig", self.kubeconfig] + arguments)
    }

    /// Waits until a field of an object has a value, by watching it.
    func until(_ namespace: String, _ resource: String, _ name: String, _ path: String, is value: String) async throws {
        let watch = try self.kubectlDaemon(
            "get",
            "-n",
            namespace,
            resource,
            name,
            "-w",
            "-o",
            "jsonpath=<\(path)>{\"\\n\"}"
        )
        try await watch.until("<\(value)>")
        watch.signal(SIGKILL)
    }

    /// Waits until the server has taken notice of a change of an account's rights.
    func until(_ account: String, may verb: String, _ resource: String, is answer: String) async throws {
        let name = "system:serviceaccount:peerage-system:\(account)"
        for _ in 0..<200 {
            let arguments = [
                "--kubeconfig", self.kubeconfig, "auth", "can-i", verb, resource, "--as", name,
                "--namespace", "peerage-system",
            ]
            if try await Tool.run("kubectl", arguments).output.hasPrefix(answer) { return }
        }
        throw Daemon.TooLate(description: "\(account) may \(verb) \(resource): this is not \"\(answer)\" yet")
    }

    /// Kills kube-apiserver as a power cut would; etcd stays.
    func kill() async throws {
        let text = try String(contentsOfFile: "\(self.folder)/apiserver.pid", encoding: .utf8)
        let pid = try #require(text.split(whereSeparator: \.isWhitespace).first.flatMap { Int32($0) })
        Glibc.kill(pid, SIGKILL)
        try await Tool.run("tail", ["--pid=\(pid)", "-f", "/dev/null"])
    }

    /// Starts kube-apiserver again, with the data that it had, on the port that it had.
    func startAgain() async throws {
        let result = try await Tool.run("\(Self.repository)/scripts/api-server.sh", ["up", self.folder])
        try #require(result.code == 0, "\(result.messages)")
    }

    /// Makes a kubeconfig for a service account, as a pod has its rights.
    func kubeconfig(of account: String, in namespace: String) async throws -> String {
        let token = try await self.kubectl(
            "create",
            "--raw",
            "/api/v1/namespaces/\(namespace)/serviceaccounts/\(account)/token",
            "-f",
            "-",
            input: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#
        )
        let answer = try JSONSerialization.jsonObject(with: Data(token.utf8)) as? [String: Any]
        let status = try #require(answer?["status"] as? [String: Any])
        let path = "\(self.folder)/\(namespace)-\(account).kubeconfig"
        try FileManager.default.copyItem(atPath: self.kubeconfig, toPath: path)
        for arguments in [
            ["set-credentials", account, "--token=\(try #require(status["token"] as? String))"],
            ["set-context", "--current", "--user=\(account)", "--namespace=\(namespace)"],
        ] {
            let result = try await Tool.run("kubectl", ["--kubeconfig", path, "config"] + arguments)
            try #require(result.code == 0, "\(result.messages)")
        }
        return path
    }
}

/// Programs that are run to their end.
enum Tool {
    /// What a run left behind.
    struct Result: Sendable {
        let code: Int32
        let output: String
        let messages: String
    }

    /// Runs a program off the pool of tasks.
    @discardableResult
    static func run(
        _ program: String,
        _ arguments: [String],
        input: String? = nil
    ) async throws -> Result {
        let folder = try Folder()
        try folder.write("in", input ?? "")
        // Foundation takes a program for running as long as a descendant of it does, and servers stay.
        let pid = try Program.spawn("/usr/bin/env", [program] + arguments, in: folder, withEnvironment: true)
        let code = await withCheckedContinuation { done in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                done.resume(returning: status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F)
            }
        }
        return Result(code: code, output: try folder.read("out"), messages: try folder.read("err"))
    }

    /// Where a program is on `PATH`.
    static func path(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
