import ControllerRuntime
import KubernetesModel
import Resources
import Synchronization

/// The BigPeers by the keys under which embedded peers know one another, so that people are told names.
final class PeerNames: Sendable {
    private let names = Mutex<[String: ObjectKey]>([:])

    /// Follows BigPeers, which must not be read before.
    init(_ bigPeers: Informer<BigPeer>) {
        bigPeers.subscribe { [weak self] changes in
            self?.names.withLock { names in
                for change in changes {
                    if let old = change.old?.status.peerKey, names[old] == change.key { names[old] = nil }
                    if let new = change.new?.status.peerKey { names[new] = change.key }
                }
            }
        }
    }

    /// The BigPeer of a peer's key; `nil` when none says that it has it.
    func bigPeer(_ peerKey: String) -> ObjectKey? { self.names.withLock { $0[peerKey] } }
}
