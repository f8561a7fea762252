import DequeModule
import KubernetesModel
import ResourceStore
import Synchronization

/// A watch on a `SQLiteStore`: first the objects that there were, if asked for, then the changes.
///
/// One task reads at a time. When that task is cancelled, `next` returns `nil` and the watch stays; it ends with
/// `cancel`, or when nobody holds it any more.
final class StoreWatch: WatchStream {
    /// At most so many events are handed over, and decoded, at a time.
    static let batchLimit = 512

    /// What was there when the watch began and has not been handed over yet.
    struct Snapshot: Sendable {
        var bodies: Deque<[UInt8]>
        let version: Int64
    }

    private let hub: WatchHub
    private let id: WatchHub.Board.ID
    private let snapshot: Mutex<Snapshot?>

    init(hub: WatchHub, id: WatchHub.Board.ID, snapshot: Snapshot?) {
        self.hub = hub
        self.id = id
        self.snapshot = Mutex(snapshot)
    }

    deinit { self.hub.close(self.id) }

    func next() async throws(APIStatus) -> [WatchEvent]? {
        while !Task.isCancelled {
            // Changes wait in the log until all of the snapshot is out.
            let hasSnapshot = self.snapshot.withLock { $0 != nil }
            switch self.hub.step(self.id, limit: hasSnapshot ? 0 : Self.batchLimit) {
            case .end: return nil
            case .fail(let status):
                self.hub.close(self.id)
                throw status
            case .deliver(let changes):
                var events: [WatchEvent] = []
                events.reserveCapacity(changes.count)
                for change in changes { events.append(try change.event) }
                return events
            case .sleep:
                if let events = try self.snapshotEvents() { return events }
                await self.hub.sleep(self.id)
            }
        }
        return nil
    }

    func cancel() {
        self.hub.close(self.id)
    }

    /// The next objects that were there from the start; behind the last one a bookmark with their version.
    private func snapshotEvents() throws(APIStatus) -> [WatchEvent]? {
        let part = self.snapshot.withLock { snapshot -> (bodies: [[UInt8]], end: Int64?)? in
            guard var rest = snapshot.take() else { return nil }
            let bodies = Array(rest.bodies.prefix(Self.batchLimit))
            rest.bodies.removeFirst(bodies.count)
            if rest.bodies.isEmpty { return (bodies, rest.version) }
            snapshot = rest
            return (bodies, nil)
        }
        guard let part else { return nil }
        var events: [WatchEvent] = []
        events.reserveCapacity(part.bodies.count + 1)
        for body in part.bodies { events.append(.added(try Object(stored: body))) }
        if let version = part.end { events.append(.bookmark(resourceVersion: String(version))) }
        return events
    }
}
