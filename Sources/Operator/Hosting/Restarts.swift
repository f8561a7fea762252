import KubernetesModel
import Synchronization

/// Peers that stopped by themselves, on their way to a controller that is made after the peers' host.
final class Restarts: Sendable {
    private let enqueue = Mutex<(@Sendable (ObjectKey) -> Void)?>(nil)

    func connect(_ enqueue: @escaping @Sendable (ObjectKey) -> Void) { self.enqueue.withLock { $0 = enqueue } }

    func need(_ key: ObjectKey) { self.enqueue.withLock(\.self)?(key) }
}
