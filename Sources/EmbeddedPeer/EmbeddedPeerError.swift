/// Why an embedded Big Peer cannot start; each case's text says what to do about it.
package enum EmbeddedPeerError: Error, Hashable, CustomStringConvertible {
    /// The namespace or the name is not a DNS label: field, value, what is wrong.
    case invalidName(field: String, value: String, problem: String)
    /// An address that is not `host:port`.
    case invalidAddress(String, String)
    /// A listener that other machines can reach, without a token to ask for.
    case tokenRequired(ListenAddress)
    /// A replication listener that other machines can reach, without TLS or without passwords to ask for.
    case replicationUnguarded(ListenAddress)
    /// A certificate, a key or an authority that TLS cannot use.
    case unusableCertificate(String)
    /// A token that no client could send.
    case unusableToken
    /// The directory cannot be made or written.
    case directoryUnusable(path: String, reason: String)
    /// Another peer uses the directory.
    case directoryInUse(path: String, holder: String)
    /// The file is damaged.
    case storageDamaged(path: String, detail: String)
    /// A later version of Peerage wrote the file.
    case storageNewer(path: String, found: Int, supported: Int)
    /// The file is an SQLite database of something else.
    case storageForeign(path: String)
    /// SQLite could not do what it was asked.
    case storageFailed(path: String, detail: String)
    /// The configured port is not to be had.
    case cannotListen(ListenAddress, reason: String)
    /// `run()` was called a second time.
    case alreadyRun

    /// What is wrong, where, and what to do next.
    package var description: String {
        switch self {
        case .invalidName(let field, let value, let problem):
            "\(field) \"\(value)\" \(problem)"
        case .invalidAddress(let text, let expected):
            "listen address \"\(text)\": \(expected)"
        case .tokenRequired(let address):
            "\(address) can be reached from other machines, so the peer needs a token: set one, or listen on 127.0.0.1"
        case .replicationUnguarded(let address):
            "\(address) can be reached from other machines, so replication needs TLS and passwords, or listen on 127.0.0.1"
        case .unusableCertificate(let detail):
            "the certificate of replication cannot be used (\(detail)): it must be PEM, and the key must be its own"
        case .unusableToken:
            "the token is empty or holds characters that an HTTP header cannot carry: use visible ASCII characters only"
        case .directoryUnusable(let path, let reason):
            "the directory \(path) cannot be used (\(reason)): make it writable, or name another"
        case .directoryInUse(let path, let holder):
            "\(holder) uses the directory \(path): stop it, or give this peer a directory of its own"
        case .storageDamaged(let path, let detail):
            "\(path) is damaged (\(detail)): restore it from a backup, or move it away and apply the manifests again"
        case .storageNewer(let path, let found, let supported):
            "\(path) has schema \(found), this version of Peerage knows up to \(supported): run the newer version"
        case .storageForeign(let path):
            "\(path) is a database of another program: give the peer a directory of its own"
        case .storageFailed(let path, let detail):
            "\(path) cannot be used (\(detail)): check free space and permissions"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address) (\(reason)): free the port, or use port 0"
        case .alreadyRun:
            "an embedded Big Peer runs once: create another one"
        }
    }
}
