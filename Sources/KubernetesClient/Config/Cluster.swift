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
        /// By the token in a file, which is read anew for every request because somebody renews it.
        case tokenFile(String)
    }

    /// The server's URL without a slash at its end.
    package let server: String
    /// Whom to trust and, with a client certificate, who to be.
    package let tls: TLSOptions
    /// Who is asking.
    package let credentials: Credentials
    /// The namespace to use when none is named.
    package let namespace: String
    /// The proxy on the way.
    package let proxy: HTTPProxy

    /// Creates a cluster; tests use it.
    package init(
        server: String,
        tls: TLSOptions = .system,
        credentials: Credentials = .none,
        namespace: String = "default",
        proxy: HTTPProxy = .environment
    ) {
        self.server = server.last == "/" ? String(server.dropLast()) : server
        self.tls = tls
        self.credentials = credentials
        self.namespace = namespace.isEmpty ? "default" : namespace
        self.proxy = proxy
    }
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
        try Self.refuseUnsupported(user, userName)
        let tls = TLSOptions(
            caPEM: try cluster.bytes("certificate-authority", read),
            clientCertificatePEM: try user.bytes("client-certificate", read),
            clientKeyPEM: try user.bytes("client-key", read),
            insecureSkipVerify: cluster.body["insecure-skip-tls-verify"]?.bool ?? false,
            serverName: cluster.body["tls-server-name"]?.string
        )
        let credentials: Credentials =
            if let file = user.file("tokenFile") {
                .tokenFile(file)
            } else if let token = user.body["token"]?.string, !token.isEmpty {
                .token(BearerToken(token))
            } else {
                .none
            }
        self.init(
            server: server,
            tls: tls,
            credentials: credentials,
            namespace: namespace,
            proxy: cluster.body["proxy-url"]?.string.map { .server(url: $0) } ?? .environment
        )
    }

    /// The cluster that a pod runs in; `nil` outside of one.
    ///
    /// Source: Kubernetes, "Accessing the Kubernetes API from a Pod".
    init?(podEnvironment environment: [String: String], read: KubeconfigLocation.Reader) throws(KubeconfigError) {
        let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
            try read("\(folder)/token") != nil
        else { return nil }
        let namespace = try read("\(folder)/namespace").map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.init(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            tls: TLSOptions(caPEM: try read("\(folder)/ca.crt")),
            credentials: .tokenFile("\(folder)/token"),
            namespace: namespace,
            proxy: .none
        )
    }

    private static func refuseUnsupported(_ user: Kubeconfig.Entry, _ name: String) throws(KubeconfigError) {
        let advice = "use a token, a tokenFile or a client certificate"
        for (field, what) in [
            ("exec", "a credential plug-in (exec), which this version does not run"),
            ("auth-provider", "an auth-provider, which Kubernetes has removed"),
            ("username", "a user name and password, which Kubernetes has removed"),
            ("as", "impersonation (as), which this version does not offer"),
        ] where user.body[field].map({ !$0.isNull }) ?? false {
            throw KubeconfigError(.unsupported, "\(user.path): the user \"\(name)\" has \(what); \(advice)")
        }
    }
}

extension Kubeconfig.Entry {
    /// The path in a field; a relative one is relative to the kubeconfig.
    fileprivate func file(_ field: String) -> String? {
        guard let file = self.body[field]?.string, !file.isEmpty else { return nil }
        guard !file.hasPrefix("/"), let slash = self.path.lastIndex(of: "/") else { return file }
        return "\(self.path[...slash])\(file)"
    }

    /// The contents of `FIELD-data` in base64, or else of the file that `FIELD` names.
    fileprivate func bytes(_ field: String, _ read: KubeconfigLocation.Reader) throws(KubeconfigError) -> [UInt8]? {
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
