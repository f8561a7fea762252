import KubernetesModel
import Synchronization

/// The apps whose replication has something new: filled from the peers' event loops, emptied by whoever looks.
final class ReplicationNews: Sendable {
    /// An app at an embedded peer.
    struct Place: Sendable, Hashable {
        let bigPeer: ObjectKey
        let appID: String
    }

    /// Told, once for many, that there is something.
    let wakes: AsyncStream<Void>

    private let places = Mutex<Set<Place>>([])
    private let waker: AsyncStream<Void>.Continuation

    init() {
        (self.wakes, self.waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ bigPeer: ObjectKey, appID: String) {
        let isNew = self.places.withLock { $0.insert(Place(bigPeer: bigPeer, appID: appID)).inserted }
        if isNew { self.waker.yield() }
    }

    func takeAll() -> Set<Place> {
        self.places.withLock { places in
            defer { places = [] }
            return places
        }
    }
}
