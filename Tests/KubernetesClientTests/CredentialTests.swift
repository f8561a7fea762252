import Clocks
import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import Testing

@testable import KubernetesClient

@Suite("CredentialSource", .timeLimit(.minutes(10)))
struct CredentialTests {
    private let time = ManualTime()
    private let request = HTTPRequest(.get, "https://127.0.0.1/", tls: .system)

    /// Runs a test with a folder of its own.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/kube-credentials-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func write(_ text: String, to path: String, isProgram: Bool = false) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        if isProgram { try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path) }
    }

    /// A cluster whose user is asked for by a program in the folder.
    private func cluster(_ folder: String, _ script: String, more: String = "") throws -> Cluster {
        try self.write("#!/bin/sh\n\(script)\n", to: "\(folder)/login", isProgram: true)
        let config = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://one
                certificate-authority-data: Q0E=
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: peers}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./login
                  args: [first, second]
                  env: [{name: FLAVOUR, value: sweet}]
                  interactiveMode: Never
                  installHint: install it with care
                  provideClusterInfo: true
            \(more)
            """
        try self.write(config, to: "\(folder)/config")
        return try KubeconfigLocation(explicitPath: "\(folder)/config", environment: [:]).cluster()
    }

    private func credential(_ status: String) -> String {
        #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{\#(status)}}'"#
    }

    @Test("a token file is read again twice a minute and at once after a refusal; a bad moment of it does no harm")
    func tokenFile() async throws {
        try await self.withFolder { folder in
            let path = "\(folder)/token"
            try self.write("one\n", to: path)
            let cluster = Cluster(server: "https://h", credentials: .tokenFile(path, fallback: nil))
            let source = CredentialSource(cluster, time: self.time)
            let first = try await source.sign(self.request)
            #expect(first.request.bearerToken?.value == "one")
            try self.write("two", to: path)
            #expect(try await source.sign(self.request).request.bearerToken?.value == "one")
            source.renew(after: first)
            let second = try await source.sign(self.request)
            #expect(second.request.bearerToken?.value == "two")
            try self.write("three", to: path)
            // Somebody else's old refusal says nothing about the new token.
            source.renew(after: first)
            #expect(try await source.sign(self.request).request.bearerToken?.value == "two")
            self.time.advance(by: .seconds(30))
            #expect(try await source.sign(self.request).request.bearerToken?.value == "three")
            try FileManager.default.removeItem(atPath: path)
            self.time.advance(by: .seconds(30))
            #expect(try await source.sign(self.request).request.bearerToken?.value == "three")
        }
    }

    @Test("a token file that cannot be read is told with its path, unless there is another token")
    func noTokenFile() async throws {
        let missing = Cluster(server: "https://h", credentials: .tokenFile("/nowhere/token", fallback: nil))
        let error = await #expect(throws: KubernetesError.self) {
            try await CredentialSource(missing, time: self.time).sign(self.request)
        }
        #expect("\(try #require(error))".contains("/nowhere/token"))
        let token = BearerToken("spare")
        let spare = Cluster(server: "https://h", credentials: .tokenFile("/nowhere/token", fallback: token))
        #expect(try await CredentialSource(spare, time: self.time).sign(self.request).request.bearerToken == token)
    }

    @Test("a request refused with 401 is sent once more with the renewed token, and only once")
    func refused() async throws {
        try await self.withFolder { folder in
            try self.write("one", to: "\(folder)/token")
            let cluster = Cluster(server: "https://h", credentials: .tokenFile("\(folder)/token", fallback: nil))
            let exchange = ScriptedExchange(
                .json("{}"),
                .json("no", status: 401),
                .json("{}"),
                .json("no", status: 401),
                .json("no", status: 401)
            )
            let client = KubernetesClient(cluster, http: exchange)
            _ = try await client.version()
            try self.write("two", to: "\(folder)/token")
            _ = try await client.version()
            #expect(exchange.requests.map { $0.bearerToken?.value } == ["one", "one", "two"])
            let error = await #expect(throws: KubernetesError.self) { try await client.version() }
            #expect(error?.status.reason == .unauthorized)
            #expect(exchange.requests.count == 5)
        }
    }

    @Test("a plug-in gets its arguments, its environment and the cluster, and runs once until its credential ends")
    func plugin() async throws {
        try await self.withFolder { folder in
            let script = """
                echo "$@ $FLAVOUR" >> \(folder)/calls
                printf '%s' "$KUBERNETES_EXEC_INFO" > \(folder)/info
                \(self.credential(#""token":"secret","expirationTimestamp":"2026-11-21T00:01:00Z""#))
                """
            let source = CredentialSource(try self.cluster(folder, script), time: self.time)
            async let first = source.sign(self.request)
            async let second = source.sign(self.request)
            #expect(try await [first, second].map { $0.request.bearerToken?.value } == ["secret", "secret"])
            let calls = { String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/calls")), as: UTF8.self) }
            #expect(try calls() == "first second sweet\n")
            let info = try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: "\(folder)/info"))))
            #expect(info["apiVersion"] == "client.authentication.k8s.io/v1")
            #expect(info["spec"]?["interactive"] == false)
            #expect(info["spec"]?["cluster"]?["server"] == "https://one")
            #expect(info["spec"]?["cluster"]?["certificate-authority-data"] == "Q0E=")
            #expect(info["spec"]?["cluster"]?["config"] == ["audience": "peers"])
            self.time.advance(by: .seconds(49))
            _ = try await source.sign(self.request)
            #expect(try calls().split(separator: "\n").count == 1)
            // Ten seconds before its end a credential is old.
            self.time.advance(by: .seconds(1))
            let third = try await source.sign(self.request)
            #expect(try calls().split(separator: "\n").count == 2)
            source.renew(after: third)
            _ = try await source.sign(self.request)
            #expect(try calls().split(separator: "\n").count == 3)
        }
    }

    @Test("a plug-in may give a client certificate")
    func certificate() async throws {
        try await self.withFolder { folder in
            let status = #""clientCertificateData":"CERT","clientKeyData":"KEY""#
            let source = CredentialSource(try self.cluster(folder, self.credential(status)), time: self.time)
            let signed = try await source.sign(self.request)
            #expect(signed.request.bearerToken == nil)
            #expect(signed.request.tls?.clientCertificatePEM == Array("CERT".utf8))
            #expect(signed.request.tls?.clientKeyPEM == Array("KEY".utf8))
        }
    }

    @Test(
        "a plug-in that fails is told with what it said to standard error, never with what it printed",
        arguments: [
            ("echo secret; echo 'log in first' >&2; exit 3", "login failed (exit code 3); it said: log in first"),
            ("echo secret; echo 'log in first' >&2", "something other than an ExecCredential"),
            (#"echo '{"kind":"ExecCredential","apiVersion":"v0","status":{"token":"secret"}}'"#, "apiVersion v0"),
            (
                #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'"#,
                "neither a token"
            ),
            ("rm -- \"$0\"; kill -9 $$", "(signal 9), and said nothing"),
        ]
    )
    func failure(script: String, words: String) async throws {
        try await self.withFolder { folder in
            let source = CredentialSource(try self.cluster(folder, script), time: self.time)
            let error = await #expect(throws: KubernetesError.self) { try await source.sign(self.request) }
            let text = "\(try #require(error))"
            #expect(text.contains(words))
            #expect(text.contains("login"))
            #expect(!text.contains("secret"))
            // The next request tries again.
            try self.write("#!/bin/sh\n\(self.credential(#""token":"later""#))", to: "\(folder)/login", isProgram: true)
            #expect(try await source.sign(self.request).request.bearerToken?.value == "later")
        }
    }

    @Test("a plug-in that hangs is given up, also when a program that it started keeps its output open")
    func hanging() async throws {
        try await self.withFolder { folder in
            guard case .plugin(var plugin) = try self.cluster(folder, "sleep 70 & sleep 70").credentials else {
                Issue.record("no plug-in")
                return
            }
            plugin.patience = .milliseconds(200)
            let error = await #expect(throws: KubernetesError.self) { try await plugin.run() }
            #expect("\(try #require(error))".contains("did not end within 0.2 seconds"))
        }
    }

    @Test("a plug-in that is not there is told with how to get it")
    func missing() async throws {
        try await self.withFolder { folder in
            let cluster = try self.cluster(folder, "")
            try FileManager.default.removeItem(atPath: "\(folder)/login")
            let error = await #expect(throws: KubernetesError.self) {
                try await CredentialSource(cluster, time: self.time).sign(self.request)
            }
            let text = "\(try #require(error))"
            #expect(text.contains("login"))
        }
    }
}
