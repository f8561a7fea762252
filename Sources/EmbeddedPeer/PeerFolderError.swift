import DocumentStore

/// Why a tool does not do what it was asked with an embedded peer's folder.
package enum PeerFolderError: Error, Hashable {
    /// The data folder has no such peer.
    case noPeer(name: String, data: String)
    /// The peer has no such app.
    case noApp(String, known: [String])
    /// Nothing was ever written or received.
    case noDocuments(app: String)
    /// The file of a backup is there already.
    case exists(String)
    /// A process has the folder open.
    case inUse(String, holder: String)
    /// A backup is that of another app, or does not say of which.
    case otherApp(String, found: String?, expected: String)
    /// The peer's own file or folder cannot be used.
    case peer(EmbeddedPeerError)
    /// A store or a backup cannot be used.
    case store(StoreError)

    /// Whether the answer is a plain no; else something could not be read or written.
    package var isRefusal: Bool {
        switch self {
        case .noPeer, .noApp, .noDocuments, .exists, .inUse, .otherApp: true
        case .store(.foreign), .store(.newer), .store(.damaged): true
        case .peer, .store: false
        }
    }
}

extension PeerFolderError: CustomStringConvertible {
    /// What is wrong, and what to do next.
    package var description: String {
        switch self {
        case .noPeer(let name, let data):
            "no embedded peer \(name) has its documents below \(data); name the folder with --data, and the peer's "
                + "namespace with --namespace"
        case .noApp(let app, let known):
            "the peer has no app \"\(app)\"; it has "
                + (known.isEmpty ? "none" : known.sorted().map { "\"\($0)\"" }.joined(separator: ", "))
        case .noDocuments(let app): "app \"\(app)\" has no documents yet, and there is nothing to back up"
        case .exists(let file): "\(file) is there already; name another file, or say --force to replace it"
        case .inUse(let folder, let holder):
            "\(holder) uses \(folder); stop it first: what it has open cannot be replaced"
        case .otherApp(let file, .some(let found), let expected):
            "\(file) is a backup of app \(found), and this app is \(expected); say --any-app if that is meant"
        case .otherApp(let file, nil, _):
            "\(file) does not say which app it is a backup of; say --any-app if it is the right one"
        case .peer(let error): error.description
        case .store(.foreign(let path)):
            "\(path) holds no documents of an app; name a file that `peerage backup` has written"
        case .store(.damaged(let path, let detail)): "\(path) is damaged (\(detail)); use another backup"
        case .store(let error): error.description
        }
    }
}
