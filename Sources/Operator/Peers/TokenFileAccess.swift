/// Which files may be read as the bearer token of a BigPeer (`spec.endpoint.auth.tokenFile`).
///
/// Whoever writes a BigPeer chooses both the file and the address that its content is sent to.
package enum TokenFileAccess: Sendable, Hashable {
    /// None: those who write resources are not those whose files these are, as in a cluster.
    case none
    /// Only what is below a folder that the one who started the process has named.
    case below(String)
    /// Any: resources and files are one user's.
    case ownUser

    /// Where Kubernetes puts the tokens of service accounts: the process's own identity, which is nobody else's to send.
    static let serviceAccounts = ["/run/secrets/kubernetes.io", "/var/run/secrets/kubernetes.io"]

    /// Why a file is off limits; `nil` when it is not.
    ///
    /// - Parameters:
    ///   - path: The file's path as the resource names it.
    ///   - real: Its path with all symbolic links resolved, once that is known.
    /// - Returns: What is against it, to be read after the path.
    func refusal(of path: String, real: String?) -> String? {
        let paths = [path, real].compactMap(\.self)
        if Self.serviceAccounts.contains(where: { folder in paths.contains { $0.isPath(below: folder) } }) {
            return "is a service account's own, which is never sent"
        }
        switch self {
        case .ownUser: return nil
        case .none:
            return "is not read: this process allows no token files; put the token into a Secret and name it in "
                + "auth.tokenSecretRef, or start the controller with --allow-token-files FOLDER"
        case .below(let folder):
            let isBelow = path.isPath(below: folder) && (real.map { $0.isPath(below: folder.realPath) } ?? true)
            return isBelow ? nil : "is not below \(folder), the only folder that --allow-token-files allows"
        }
    }
}

extension String {
    /// Whether an absolute path without detours lies below a folder.
    fileprivate func isPath(below folder: String?) -> Bool {
        guard let folder else { return false }
        let parts = self.split(separator: "/")
        let folders = folder.split(separator: "/")
        return self.hasPrefix("/") && !parts.contains("..") && parts.count > folders.count
            && parts.filter { $0 != "." }.starts(with: folders)
    }
}
