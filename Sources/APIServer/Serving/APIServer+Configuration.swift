import JSON
import Metering

extension APIServer {
    /// Where a server listens and what it serves.
    package struct Configuration: Sendable {
        /// The address or name to listen on.
        package var host: String
        /// The port; 0 takes any that is free.
        package var port: Int
        /// Where the server keeps its certificates and token, in a folder `api`.
        package var dataFolder: String
        /// Where it writes the kubeconfig.
        package var kubeconfigPath: String
        /// The kinds to serve beside Namespace, Secret, ConfigMap and Event.
        package var kinds: [ServedKind]
        /// What `/version` tells.
        package var version: ServerVersion
        /// What `/metrics` tells to whoever has the token; `nil` for no such path.
        package var metrics: MetricsPage?
        /// What the process tells of itself at `/peerage/NAME` to whoever has the token, by that name.
        package var reports: [String: @Sendable () -> JSONValue] = [:]
        /// What must be well, beside the server and its store, for `/livez` and `/readyz` to say so.
        package var checks: [HealthCheck] = []
        /// How many clients may be connected; more wait.
        package var maximumConnections = 512
        /// How long a connection may be idle between requests.
        package var idleSeconds: Int64 = 180
        /// How often a watch that asked for it is told how far it is.
        package var bookmarkInterval: Duration = .seconds(60)
        /// How long requests may take to end once a shutdown has begun.
        package var shutdownGrace: Duration = .milliseconds(800)

        /// Creates a configuration.
        ///
        /// - Parameters:
        ///   - host: The address or name to listen on.
        ///   - port: The port; 0 takes any that is free.
        ///   - dataFolder: Where the server keeps its certificates and token.
        ///   - kubeconfigPath: Where it writes the kubeconfig; `kubeconfig` in the data folder when left out.
        ///   - kinds: The kinds to serve beside those of the core group.
        ///   - version: What `/version` tells.
        package init(
            host: String = "127.0.0.1",
            port: Int = 7410,
            dataFolder: String,
            kubeconfigPath: String? = nil,
            kinds: [ServedKind],
            version: ServerVersion
        ) {
            self.host = host
            self.port = port
            self.dataFolder = dataFolder
            self.kubeconfigPath = kubeconfigPath ?? "\(dataFolder)/kubeconfig"
            self.kinds = kinds
            self.version = version
        }
    }

    /// Where a server listens.
    package struct Endpoint: Sendable, Hashable {
        /// The URL that the kubeconfig names.
        package let url: String
        /// The port.
        package let port: Int
        /// Where the kubeconfig is.
        package let kubeconfigPath: String
    }
}

extension APIServer.Configuration {
    /// The names and addresses that the serving certificate is for.
    var certifiedHosts: [String] {
        var hosts = ["localhost", "127.0.0.1", "::1"]
        let more = self.host.isWildcardAddress ? String.machineName : self.host
        if let more, !hosts.contains(more) { hosts.append(more) }
        return hosts
    }

    /// The URL for clients on this machine.
    func url(port: Int) -> String {
        guard let bytes = self.host.addressBytes else { return "https://\(self.host):\(port)" }
        if self.host.isWildcardAddress {
            return bytes.count == 4 ? "https://127.0.0.1:\(port)" : "https://[::1]:\(port)"
        }
        return bytes.count == 4 ? "https://\(self.host):\(port)" : "https://[\(self.host)]:\(port)"
    }
}
