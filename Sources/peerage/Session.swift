import ArgumentParser
import Clocks
import Console
import Glibc
import HTTP
import KubernetesClient
import KubernetesModel
import Operator
import ResourceStore
import Resources

/// Which API server to ask, and about which namespace.
struct ServerOptions: ParsableArguments {
    /// What a command is for.
    enum Place {
        /// A client of `peerage run` or of a cluster.
        case anywhere
        /// A process of a cluster, which makes no sense beside `peerage run`.
        case cluster
    }

    @Option(help: "The kubeconfig to use; else $KUBECONFIG, else .peerage/kubeconfig.", completion: .file())
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig to use.")
    var context: String?

    @Option(name: .shortAndLong, help: "The namespace; else that of the context.")
    var namespace: String?

    /// Reads the kubeconfig; nothing is asked of the server yet.
    ///
    /// - Parameters:
    ///   - isDryRun: Whether the server only checks what is written, and keeps nothing.
    ///   - place: What the command is for, which decides where a kubeconfig is looked for.
    ///   - metrics: Where requests to the server are counted, if anywhere.
    /// - Returns: The way to the server.
    /// - Throws: When there is no kubeconfig to be read.
    func session(
        isDryRun: Bool = false,
        in place: Place = .anywhere,
        metrics: OperatorMetrics? = nil
    ) throws(CommandFailure) -> Session {
        let location = KubeconfigLocation(
            explicitPath: self.kubeconfig,
            environment: Self.environment,
            isForCluster: place == .cluster
        )
        do throws(KubeconfigError) {
            let cluster = try location.cluster(context: self.context)
            let exchange = HTTPClient()
            // Big Peers are many and far; what speaks to the API server must outlive one dead connection.
            let api = place == .cluster ? HTTPClient(configuration: .kubernetes) : exchange
            let counted = metrics.map { APIClientMetrics.counting(api, in: $0) } ?? api
            let client = KubernetesClient(cluster, http: counted) { warning in
                Terminal.messages.writeLine("warning: \(warning.oneLine)")
            }
            return Session(
                client: client,
                store: KubernetesStore(client, WriteOptions(isDryRun: isDryRun)),
                exchange: exchange,
                namespace: self.namespace ?? cluster.namespace,
                tokenFiles: EndpointURL(cluster.server)?.isLoopback == true ? .ownUser : .none
            )
        } catch {
            throw CommandFailure(.couldNotTell, error.message)
        }
    }

    /// The variables that say where API servers are.
    private static var environment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HOME"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        return environment
    }
}

/// Which namespaces to look into.
struct ScopeOptions: ParsableArguments {
    @Flag(name: [.customShort("A"), .long], help: "Look into all namespaces.")
    var allNamespaces = false

    /// The namespace to list; `nil` is all.
    func namespace(in session: Session) -> String? { self.allNamespaces ? nil : session.namespace }
}

/// A way to one API server.
struct Session: Sendable {
    /// Speaks to the server.
    let client: KubernetesClient
    /// The server's objects.
    let store: any ResourceStore
    /// Carries requests, also to Big Peers.
    let exchange: HTTPClient
    /// The namespace of objects that name none.
    let namespace: String
    /// Which token files may be read to speak to the BigPeers of this server: those of a cluster are other people's,
    /// and would have this user's files sent to addresses of their choice.
    let tokenFiles: TokenFileAccess
    /// The clocks.
    let time = SystemTime()

    /// The key of an object that is named on the command line.
    func key(_ kind: ResourceKind, _ name: String) -> ObjectKey {
        ObjectKey(namespace: kind.isNamespaced ? self.namespace : "", name: name)
    }

    /// How the server applies the folder that it watches; `nil` when it watches none.
    func folderStanding() async throws(APIStatus) -> FolderStanding? {
        do throws(KubernetesError) {
            return try await self.client.report(FolderStanding.reportName).flatMap { FolderStanding($0) }
        } catch {
            throw error.status
        }
    }

    /// Follows a kind, and tells the user when that is interrupted.
    func follower(of kind: ResourceKind, in namespace: String?) -> Follower {
        Follower(kind, in: namespace, store: self.store, time: self.time) { status in
            Terminal.messages.writeLine("peerage: interrupted, trying again: \(status.sentence.oneLine)")
        }
    }
}
