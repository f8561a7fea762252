import DocumentStore
import Documents
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension DocumentShelf {
    /// Creates the shelf of a peer: a file for each app beside the peer's own, or in memory.
    init(_ place: EmbeddedPeerConfiguration.Storage, of storage: PeerStorage, logger: Logger) {
        // Keys are made here, of 32 hexadecimal digits; one that a person has edited still marks nobody else.
        let peer = PeerID(peerKey: storage.peerKey) ?? PeerID(rawValue: 0)
        self.init(
            check: { (app) throws(ShelfError) in try storage.requireApp(app) },
            opener: { (app) throws(EmbeddedPeerError) in
                do throws(StoreError) {
                    switch place {
                    case .ephemeral: return StoredDocuments(try AppStore(inMemoryFor: peer), logger: logger)
                    case .directory(let directory):
                        let store = try AppStore(path: PeerFolder.store(of: app, in: directory), peer: peer)
                        return StoredDocuments(store, logger: logger)
                    }
                } catch {
                    throw EmbeddedPeerError(error)
                }
            },
            deleter: { (app) throws(EmbeddedPeerError) in
                guard case .directory(let directory) = place else { return }
                let path = PeerFolder.store(of: app, in: directory)
                for suffix in ["", "-wal", "-shm", ".mark"] where unlink(path + suffix) != 0 && errno != ENOENT {
                    throw .storageFailed(path: path + suffix, detail: String(cString: strerror(errno)))
                }
            }
        )
    }
}

extension EmbeddedPeerError {
    fileprivate init(_ error: StoreError) {
        switch error {
        case .foreign(let path): self = .storageForeign(path: path)
        case .newer(let path, let found, let supported):
            self = .storageNewer(path: path, found: found, supported: supported)
        case .damaged(let path, let detail): self = .storageDamaged(path: path, detail: detail)
        case .failed(let path, let detail): self = .storageFailed(path: path, detail: detail)
        default: self = .storageFailed(path: "the app's store", detail: error.description)
        }
    }
}
