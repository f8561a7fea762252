import Glibc
import JSON
import Testing

@Suite("Commands that need no server")
struct OfflineTests {
    private static let sound = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: berlin}
        spec: {embedded: {}}
        """
    private static let broken = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: Berlin}
        spec: {embeded: {}}
        """

    @Test("a selector that is empty, as when a variable was not set, selects nothing", arguments: ["", " "])
    func emptySelector(_ selector: String) throws {
        for command in ["delete", "orphan", "suspend", "reconcile"] {
            let result = try Program.run(command, "bpr", "-l", selector)
            #expect(result.code != 0)
            #expect(result.messages.contains("say --all if that is meant"), "\(command)")
        }
    }

    // MARK: - validate

    @Test("sound files are valid, with a closing line on the standard error")
    func valid() throws {
        let folder = try Folder()
        try folder.write("a.yaml", Self.sound)
        try folder.write("readme.md", "not a manifest")
        let result = try Program.run("validate", "-f", folder.path)
        #expect(result.code == 0)
        #expect(result.output.isEmpty)
        #expect(result.messages == "1 file, 1 document: valid\n")
    }

    @Test("broken files are told with their places, and the exit code is 1")
    func invalid() throws {
        let folder = try Folder()
        let path = try folder.write("a.yaml", Self.broken)
        let result = try Program.run("validate", "-f", path)
        #expect(result.code == 1)
        #expect(result.output.contains("\(path):3:"))
        #expect(result.output.contains("did you mean \"embedded\"?"))
        #expect(result.messages.hasPrefix("1 file, 1 document: "))
    }

    @Test("a file that cannot be read makes it 2, and the others are checked all the same")
    func unreadable() throws {
        let folder = try Folder()
        let path = try folder.write("a.yaml", Self.broken)
        let result = try Program.run("validate", "-f", "\(folder.path)/none.yaml", "-f", path)
        #expect(result.code == 2)
        #expect(result.output.contains("none.yaml:1:1: error: cannot be read: No such file or directory"))
        #expect(result.output.contains("\(path):3:"))
    }

    @Test("the standard input is read for -")
    func input() throws {
        #expect(try Program.run("validate", "-f", "-", input: Self.sound).code == 0)
        let result = try Program.run("validate", "-f", "-", input: Self.broken)
        #expect(result.code == 1)
        #expect(result.output.hasPrefix("<stdin>:3:"))
    }

    @Test("folders below are read only with -R")
    func recursive() throws {
        let folder = try Folder()
        try folder.write("below/a.yaml", Self.sound)
        let flat = try Program.run("validate", "-f", folder.path)
        #expect(flat.code == 2)
        #expect(flat.output.contains("-R also looks into the folders below"))
        #expect(try Program.run("validate", "-R", "-f", folder.path).code == 0)
        // It may have been a folder full of manifests, which a prune would take for removed.
        #expect(symlink("\(folder.path)/lost", "\(folder.path)/mounted") == 0)
        let result = try Program.run("validate", "-R", "-f", folder.path)
        #expect(result.code == 2)
        #expect(result.output.contains("mounted:1:1: error: is a link to what is not there"))
    }

    @Test(
        "a tab and an unfinished value are errors with a place, not crashes",
        arguments: ["\t", "a: [", "- x\n", "\0"]
    )
    func garbage(text: String) throws {
        let result = try Program.run("validate", "-f", "-", input: text)
        #expect(result.code == 1)
        #expect(result.output.hasPrefix("<stdin>:"))
    }

    @Test("JSON and SARIF are JSON, GitHub's commands are lines")
    func formats() throws {
        let json = try Program.run("validate", "-o", "json", "-f", "-", input: Self.broken)
        #expect(try JSONValue(parsing: json.output)["errors"]?.integer ?? 0 > 0)
        let sarif = try Program.run("validate", "-o", "sarif", "-f", "-", input: Self.broken)
        #expect(try JSONValue(parsing: sarif.output)["version"] == "2.1.0")
        let github = try Program.run("validate", "-o", "github", "-f", "-", input: Self.broken)
        #expect(github.output.hasPrefix("::error file=<stdin>,line=3,"))
    }

    // MARK: - schema

    @Test("the CRDs are those of our kinds")
    func crd() throws {
        let result = try Program.run("schema", "crd")
        #expect(result.code == 0)
        #expect(result.output.components(of: "kind: CustomResourceDefinition") == 4)
    }

    @Test("one kind's JSON Schema goes by any name of the kind", arguments: ["BigPeer", "bp", "bigpeers"])
    func jsonSchema(name: String) throws {
        let result = try Program.run("schema", "json", name)
        #expect(try JSONValue(parsing: result.output)["title"] == "BigPeer")
    }

    @Test("a schema of a kind that is not ours is refused with what there is")
    func foreignSchema() throws {
        let result = try Program.run("schema", "crd", "secret")
        #expect(result.code == 1)
        #expect(result.messages.contains("schemas are for BigPeer, BigPeerApp, BigPeerReplication"))
    }

    // MARK: - help

    @Test(
        "every command has help with examples",
        arguments: [
            "apply", "check", "completion", "delete", "describe", "diff", "events", "export", "get", "orphan",
            "reconcile",
            "resume", "schema", "status", "suspend", "tree", "validate", "version", "wait",
        ]
    )
    func help(command: String) throws {
        let result = try Program.run(command, "--help")
        #expect(result.code == 0)
        #expect(result.output.contains("Example"))
        #expect(result.output.contains("peerage \(command)"))
    }

    @Test("the program says what it is for and what its exit codes mean")
    func overview() throws {
        let result = try Program.run("--help")
        #expect(result.code == 0)
        #expect(result.output.contains("Exit codes: 0"))
        #expect(try Program.run("--version").output == Program.run("version").output.replacing("peerage ", with: ""))
    }

    @Test("each shell has its script", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let result = try Program.run("completion", shell)
        #expect(result.code == 0)
        #expect(result.output.contains("peerage"))
    }

    // MARK: - exit codes

    @Test("wrong usage is 2 or above, and on the standard error")
    func usage() throws {
        for arguments in [["validate"], ["get", "bigpere"], ["wait", "bp/a", "--for", "x"], ["frobnicate"]] {
            let result = try Program.run(arguments)
            #expect(result.code >= 2)
            #expect(result.output.isEmpty)
            #expect(!result.messages.isEmpty)
        }
    }

    @Test("without a kubeconfig a command says where it looked and what to do")
    func noServer() throws {
        let result = try Program.run("get", "bp")
        #expect(result.code == 2)
        #expect(result.messages.hasPrefix("peerage: no kubeconfig: looked for "))
        #expect(result.messages.split(separator: "\n").count == 1)
    }

    @Test("a server that is not there is told in one sentence that says what to do")
    func unreachable() throws {
        let folder = try Folder()
        let kubeconfig = try folder.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            users: [{name: u, user: {token: t}}]
            current-context: c
            """
        )
        let result = try Program.run("status", "--kubeconfig", kubeconfig)
        #expect(result.code == 2)
        let silence = "peerage: nothing listens at http://127.0.0.1:9, which \(kubeconfig) names"
        #expect(result.messages == "\(silence): is that API server running?\n")
    }

    @Test("a credential plug-in that fails is told as that: the server was never asked")
    func plugin() throws {
        let folder = try Folder()
        let kubeconfig = try folder.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, "echo 'log in first' >&2; exit 3"]}}}]
            current-context: c
            """
        )
        let result = try Program.run("get", "bp", "--kubeconfig", kubeconfig)
        #expect(result.code == 2)
        #expect(
            result.messages
                == "peerage: the kubeconfig's credential plug-in sh failed (exit code 3); it said: log in first\n"
        )
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { self.ranges(of: text).count }
}
