import FoundationEssentials
import HTTP
import JSON

/// One API server, and how to prove to it who is asking.
package struct Cluster: Sendable {
    /// How a request proves who is asking.
    package enum Credentials: Sendable {
        /// By nothing, or by the client certificate in the TLS options.
        case none
        /// By a token.
        case token(BearerToken)
        /// By the token in a file, which is read again and again because somebody renews it; until it can be read, by
        /// the other one.
        case tokenFile(String, fallback: BearerToken?)
        /// By a user name and a password, which only other servers than Kubernetes' own still take.
        case basic(BasicCredentials)
        /// By what a program prints.
        case plugin(CredentialPlugin)
    }

    /// The server's URL without a slash at its end.
    package let server: String
    /// The kubeconfig that names the server; `nil` when a Pod's environment does.
    package let kubeconfig: String?
    /// Whom to trust and, with a client certificate, who to be.
    package let tls: TLSOptions
    /// Who is asking.
    package let credentials: Credentials
    /// As whom to act, when the server lets us.
    package let impersonation: Impersonation?
    /// The namespace to use when none is named.
    package let namespace: String
    /// The proxy on the way.
    package let proxy: HTTPProxy

    /// Creates a cluster; tests use it.
    package init(
        server: String,
        kubeconfig: String? = nil,
        tls: TLSOptions = .system,
        credentials: Credentials = .none,
        impersonation: Impersonation? = nil,
        namespace: String = "default",
        proxy: HTTPProxy = .environment
    ) {
        self.server = server.last == "/" ? String(server.dropLast()) : server
        self.kubeconfig = kubeconfig
        self.tls = tls
        self.credentials = credentials
        self.impersonation = impersonation
        self.namespace = namespace.isEmpty ? "default" : namespace
        self.proxy = proxy
    }

    /// Where the server is, and who says so.
    var address: ServerAddress { ServerAddress(self.server, kubeconfig: self.kubeconfig) }
}

extension Cluster {
    /// Makes a cluster of a kubeconfig's entries.
    init(
        cluster: Kubeconfig.Entry,
        user: Kubeconfig.Entry,
        userName: String,
        namespace: String,
        read: KubeconfigLocation.Reader
    ) throws(KubeconfigError) {
        guard let server = cluster.body["server"]?.string, server.hasPrefix("http://") || server.hasPrefix("https://")
        else {
            throw KubeconfigError(.malformed, "\(cluster.path): the cluster has no server with an http or https URL")
        }
        if user.body["auth-provider"].map({ !$0.isNull }) ?? false {
            throw KubeconfigError(
                .unsupported,
                "\(user.path): the user \"\(userName)\" has an auth-provider, which Kubernetes has removed; "
                    + "use a credential plug-in (exec), a token or a client certificate"
            )
        }
        let tls = TLSOptions(
            caPEM: try cluster.bytes("certificate-authority", read),
            clientCertificatePEM: try user.bytes("client-certificate", read),
            clientKeyPEM: try user.bytes("client-key", read),
            insecureSkipVerify: cluster.body["insecure-skip-tls-verify"]?.bool ?? false,
            serverName: cluster.text("tls-server-name")
        )
        guard !tls.insecureSkipVerify || tls.caPEM == nil else {
            throw KubeconfigError(
                .malformed,
                "\(cluster.path): the cluster has both a certificate-authority and insecure-skip-tls-verify; "
                    + "keep the certificate-authority"
            )
        }
        self.init(
            server: server,
            kubeconfig: cluster.path,
            tls: tls,
            credentials: try Self.credentials(cluster, user, userName, read),
            impersonation: try Impersonation(user, userName),
            namespace: namespace,
            proxy: cluster.text("proxy-url").map { .server(url: $0) } ?? .environment
        )
    }

    private static func credentials(
        _ cluster: Kubeconfig.Entry,
        _ user: Kubeconfig.Entry,
        _ userName: String,
        _ read: KubeconfigLocation.Reader
    ) throws(KubeconfigError) -> Credentials {
        let token = user.text("token").map { BearerToken($0) }
        if let file = user.file("tokenFile") { return .tokenFile(file, fallback: token) }
        if let token { return .token(token) }
        if let name = user.text("username") {
            return .basic(BasicCredentials(user: name, password: user.text("password") ?? ""))
        }
        if let plugin = user.body["exec"], !plugin.isNull {
            return .plugin(try CredentialPlugin(plugin, user: user, userName, cluster: cluster, read: read))
        }
        return .none
    }

    /// Where a pod finds its account.
    private static let accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The cluster that a pod runs in; `nil` outside of one.
    ///
    /// Source: Kubernetes, "Accessing the Kubernetes API from a Pod".
    init?(podEnvironment environment: [String: String], read: KubeconfigLocation.Reader) throws(KubeconfigError) {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
            !host.isEmpty, !port.isEmpty
        else { return nil }
        let folder = Self.accountFolder
        guard let authority = try read("\(folder)/ca.crt"), try read("\(folder)/token") != nil else {
            throw KubeconfigError(
                .unreadable,
                "this pod knows its API server but has no account: \(folder) has no token or no ca.crt; "
                    + "set automountServiceAccountToken: true, or name a kubeconfig"
            )
        }
        let namespace = try read("\(folder)/namespace").map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.init(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            tls: TLSOptions(caPEM: authority),
            credentials: .tokenFile("\(folder)/token", fallback: nil),
            namespace: String(namespace.filter { !$0.isWhitespace }),
            proxy: .none
        )
    }
}

extension Kubeconfig.Entry {
    /// The text in a field, unless it is empty.
    func text(_ field: String) -> String? {
        self.body[field]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path in a field; a relative one is relative to the kubeconfig.
    func file(_ field: String) -> String? { self.text(field).map(self.resolved) }

    /// A path in the kubeconfig; a relative one is relative to the kubeconfig.
    func resolved(_ file: String) -> String {
        guard !file.hasPrefix("/"), let slash = self.path.lastIndex(of: "/") else { return file }
        return "\(self.path[...slash])\(file)"
    }

    /// The contents of `FIELD-data` in base64, or else of the file that `FIELD` names.
    func bytes(_ field: String, _ read: KubeconfigLocation.Reader) throws(KubeconfigError) -> [UInt8]? {
        if let text = self.body["\(field)-data"]?.string, !text.isEmpty {
            guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
                throw KubeconfigError(.malformed, "\(self.path): \(field)-data is not base64")
            }
            return [UInt8](data)
        }
        guard let file = self.file(field) else { return nil }
        guard let bytes = try read(file) else {
            throw KubeconfigError(.unreadable, "\(self.path): \(field): \(file): no such file")
        }
        return bytes
    }
}
