import FoundationEssentials
import HTTP
import Testing

@testable import KubernetesClient

@Suite("KubeconfigLocation")
struct KubeconfigTests {
    private static let standalone = """
        apiVersion: v1
        kind: Config
        current-context: peerage
        clusters: [{name: peerage, cluster: {server: "https://127.0.0.1:7410/", certificate-authority-data: Q0E=}}]
        users: [{name: peerage, user: {token: secret}}]
        contexts: [{name: peerage, context: {cluster: peerage, user: peerage, namespace: default}}]
        """

    private func location(
        _ files: [String: String],
        explicit: String? = nil,
        environment: [String: String] = [:]
    ) -> KubeconfigLocation {
        KubeconfigLocation(explicitPath: explicit, environment: environment) { path throws(KubeconfigError) in
            files[path].map { Array($0.utf8) }
        }
    }

    @Test("the file that peerage run writes is found without being named")
    func fileOfPeerageRun() throws {
        let cluster = try self.location([".peerage/kubeconfig": Self.standalone]).cluster()
        #expect(cluster.server == "https://127.0.0.1:7410")
        #expect(cluster.tls.caPEM == Array("CA".utf8))
        #expect(cluster.namespace == "default")
        guard case .token(let token) = cluster.credentials else {
            Issue.record("no token")
            return
        }
        #expect(token.value == "secret")
        #expect(!"\(cluster)".contains("secret"))
    }

    @Test("the command line wins over the environment, and the environment over the folder")
    func order() throws {
        let files = [
            ".peerage/kubeconfig": Self.standalone,
            "/a": Self.standalone.replacing("7410", with: "1"), "/b": Self.standalone.replacing("7410", with: "2"),
        ]
        let environment = ["KUBECONFIG": "/b"]
        #expect(try self.location(files, explicit: "/a", environment: environment).cluster().server.hasSuffix(":1"))
        #expect(try self.location(files, environment: environment).cluster().server.hasSuffix(":2"))
        #expect(try self.location(files).cluster().server.hasSuffix(":7410"))
    }

    @Test("several files are merged; of two entries with one name the first stays")
    func merging() throws {
        let first = """
            clusters: [{name: c, cluster: {server: "https://one"}}]
            contexts: [{name: x, context: {cluster: c, user: u, namespace: fleet}}]
            """
        let second = """
            current-context: x
            clusters: [{name: c, cluster: {server: "https://two"}}]
            users: [{name: u, user: {tokenFile: tokens/t}}]
            """
        let environment = ["KUBECONFIG": "/one:/missing:/dir/two"]
        let cluster = try self.location(["/one": first, "/dir/two": second], environment: environment).cluster()
        #expect(cluster.server == "https://one")
        #expect(cluster.namespace == "fleet")
        guard case .tokenFile(let path, fallback: nil) = cluster.credentials else {
            Issue.record("no token file")
            return
        }
        #expect(path == "/dir/tokens/t")
    }

    @Test("certificates are read from their data or from files beside the kubeconfig")
    func certificates() throws {
        let config = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://one", certificate-authority: ca.crt, tls-server-name: api}}]
            users: [{name: u, user: {client-certificate-data: Y2VydA==, client-key: /keys/k}}]
            """
        let files = ["/dir/config": config, "/dir/ca.crt": "CA", "/keys/k": "KEY"]
        let cluster = try self.location(files, explicit: "/dir/config").cluster()
        #expect(cluster.tls.caPEM == Array("CA".utf8))
        #expect(cluster.tls.clientCertificatePEM == Array("cert".utf8))
        #expect(cluster.tls.clientKeyPEM == Array("KEY".utf8))
        #expect(cluster.tls.serverName == "api")
        #expect(cluster.namespace == "default")
    }

    @Test(
        "what is missing or not offered is told with what to do",
        arguments: [
            ("{}", KubeconfigError.Reason.missingEntry, "no current-context"),
            ("current-context: x", .missingEntry, "no context \"x\""),
            ("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", .missingEntry, "no cluster \"c\""),
            (
                "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]",
                .malformed, "no server"
            ),
            ("a: [", .malformed, "/k:"), ("kind: Pod", .malformed, "no kubeconfig"),
            (standalone.replacing("token: secret", with: "exec: {command: x}"), .unsupported, "apiVersion none"),
            (standalone.replacing("token: secret", with: "exec: {args: [x]}"), .malformed, "no command"),
            (
                standalone.replacing(
                    "token: secret",
                    with: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}"
                ), .unsupported, "ask a person"
            ),
            (standalone.replacing("token: secret", with: "auth-provider: {name: gcp}"), .unsupported, "removed"),
            (standalone.replacing("token: secret", with: "as-groups: [x]"), .malformed, "without `as`"),
            (
                standalone.replacing(
                    "certificate-authority-data",
                    with: "insecure-skip-tls-verify: true, certificate-authority-data"
                ),
                .malformed, "both"
            ),
            (standalone.replacing("Q0E=", with: "nop"), .malformed, "base64"),
        ]
    )
    func problems(text: String, reason: KubeconfigError.Reason, words: String) {
        let error = #expect(throws: KubeconfigError.self) {
            try self.location(["/k": text], explicit: "/k").cluster()
        }
        #expect(error?.reason == reason)
        #expect(error?.message.contains(words) == true)
    }

    @Test("no kubeconfig anywhere is told with the places that were looked at")
    func nothing() {
        let error = #expect(throws: KubeconfigError.self) { try self.location([:]).cluster() }
        #expect(error?.reason == .notFound)
        #expect(error?.message.contains(".peerage/kubeconfig") == true)
        #expect(error?.message.contains("peerage run") == true)
    }

    @Test("in a pod the pod's account is used")
    func pod() throws {
        let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        let files = ["\(folder)/token": "t", "\(folder)/ca.crt": "CA", "\(folder)/namespace": "fleet\n"]
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let cluster = try self.location(files, environment: environment).cluster()
        #expect(cluster.server == "https://[fd00::1]:443")
        #expect(cluster.namespace == "fleet")
        #expect(cluster.tls.caPEM == Array("CA".utf8))
        #expect(cluster.proxy == .none)
        guard case .tokenFile("\(folder)/token", fallback: nil) = cluster.credentials else {
            Issue.record("no token file")
            return
        }
        let error = #expect(throws: KubeconfigError.self) { try self.location([:], environment: environment).cluster() }
        #expect(error?.message.contains("automountServiceAccountToken") == true)
    }

    @Test("a user name and a password, and as whom to act, become fields that nothing prints")
    func basic() async throws {
        let user =
            "{username: ada, password: hunter2, as: bob, as-uid: u1, as-groups: [g, h], as-user-extra: {a/b: [x]}}"
        let text = Self.standalone.replacing("{token: secret}", with: user)
        let cluster = try self.location(["/k": text], explicit: "/k").cluster()
        let signed = try await CredentialSource(cluster).sign(HTTPRequest(.get, "https://h/"))
        let headers = signed.request.headers
        // RFC 7617's scheme: base64 of "ada:hunter2".
        #expect(headers["Authorization"] == "Basic YWRhOmh1bnRlcjI=")
        #expect(headers["Impersonate-User"] == "bob")
        #expect(headers["Impersonate-Uid"] == "u1")
        #expect(headers.values(of: "Impersonate-Group") == ["g", "h"])
        #expect(headers["Impersonate-Extra-a%2Fb"] == "x")
        var dumped = ""
        dump(cluster, to: &dumped)
        for text in ["\(cluster)", dumped, "\(headers)"] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("YWRh"))
        }
    }
}
