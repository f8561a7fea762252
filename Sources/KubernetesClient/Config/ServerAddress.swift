/// Where an API server is, and who says so.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The server's URL without a slash at its end.
    package let url: String
    /// The kubeconfig that names it; `nil` when a Pod's environment does.
    package let kubeconfig: String?

    /// Creates an address.
    package init(_ url: String, kubeconfig: String? = nil) {
        self.url = url
        self.kubeconfig = kubeconfig
    }

    /// The URL.
    package var description: String { self.url }

    /// Whether it is that of a `peerage run`, as far as can be told.
    private var isStandalone: Bool {
        let path = KubeconfigLocation.standalonePath
        return self.kubeconfig.map { $0 == path || $0.hasSuffix("/\(path)") } ?? false
    }

    /// Whether it is on this machine.
    private var isHere: Bool { self.url.contains("://127.0.0.1:") || self.url.contains("://localhost:") }

    /// That nobody answers there, and what to look at.
    var silence: String {
        if self.isStandalone { return "nothing listens at \(self.url): is `peerage run` running?" }
        guard let kubeconfig = self.kubeconfig else {
            return "nothing listens at \(self.url): is the API server running?"
        }
        let question =
            self.isHere
            ? "is that API server running?" : "is the API server running, and the address in the kubeconfig right?"
        return "nothing listens at \(self.url), which \(kubeconfig) names: \(question)"
    }

    /// Which certificate authority would be right.
    var trust: String {
        self.isHere
            ? "use the kubeconfig that the running server wrote last"
            : "the kubeconfig's certificate-authority must be that of this server"
    }
}
