/// Where kubeconfigs are looked for.
///
/// In this order: the file that the command line names; the files of `$KUBECONFIG`, merged as kubectl merges them;
/// `.peerage/kubeconfig` below the working folder, which `peerage run` writes; in a pod, the pod's own account.
/// `~/.kube/config` is not among them: a command that was meant for the peers on this machine must not reach a cluster
/// by accident. Who wants it names it.
package struct KubeconfigLocation: Sendable {
    /// The file that `peerage run` writes when nothing else is asked for.
    package static let standalonePath = ".peerage/kubeconfig"

    /// Reads a file; `nil` when there is none.
    package typealias Reader = @Sendable (_ path: String) throws(KubeconfigError) -> [UInt8]?

    private let explicitPath: String?
    private let environment: [String: String]
    private let isForCluster: Bool
    private let read: Reader

    /// Creates a location.
    ///
    /// - Parameters:
    ///   - explicitPath: The file that the command line names.
    ///   - environment: The process's environment.
    ///   - isForCluster: Whether the file that `peerage run` writes is passed over.
    ///   - read: Reads files; tests script it.
    package init(
        explicitPath: String?,
        environment: [String: String],
        isForCluster: Bool = false,
        read: @escaping Reader = { path throws(KubeconfigError) in try TextFile.read(path) }
    ) {
        self.explicitPath = explicitPath
        self.environment = environment
        self.isForCluster = isForCluster
        self.read = read
    }

    /// Finds the cluster to speak to.
    ///
    /// - Parameter context: The context to use in place of the current one.
    /// - Returns: The cluster with its credentials.
    /// - Throws: Why there is none, and what to do.
    package func cluster(context: String? = nil) throws(KubeconfigError) -> Cluster {
        if let path = self.explicitPath {
            guard let bytes = try self.read(path) else {
                throw KubeconfigError(.notFound, "\(path): no such file; check the path given to --kubeconfig")
            }
            return try Kubeconfig(bytes, path: path).cluster(context: context, read: self.read)
        }
        let listed = self.environment["KUBECONFIG"].map { $0.split(separator: ":").map(String.init) } ?? []
        let paths = listed.isEmpty && !self.isForCluster ? [Self.standalonePath] : listed
        var merged: Kubeconfig?
        for path in paths {
            guard let bytes = try self.read(path) else { continue }
            let config = try Kubeconfig(bytes, path: path)
            merged = merged.map { $0.merged(with: config) } ?? config
        }
        if let merged { return try merged.cluster(context: context, read: self.read) }
        if listed.isEmpty, let pod = try Cluster(podEnvironment: self.environment, read: self.read) { return pod }
        if self.isForCluster, listed.isEmpty {
            throw KubeconfigError(
                .notFound,
                "no kubeconfig, and this is no pod with a service account: name one with --kubeconfig or $KUBECONFIG"
            )
        }
        throw KubeconfigError(
            .notFound,
            "no kubeconfig: looked for \(paths.joined(separator: ", ")); start `peerage run` in this folder, "
                + "or name one with --kubeconfig or $KUBECONFIG (~/.kube/config is used only when named)"
        )
    }
}
