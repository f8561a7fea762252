import Clocks
import KubernetesModel
import Synchronization

/// Keeps the rest of lists that clients read page by page, so that all pages tell of one moment.
///
/// *Limits:* a rest is kept for five minutes, the time after which etcd forgets, and only so many objects are kept in
/// all; who comes later is told with 410 to begin anew, as by a Kubernetes API server.
final class PageShelf: Sendable {
    private struct Rest: Sendable {
        let objects: ArraySlice<Object>
        let resourceVersion: String
        let until: Timestamp
    }

    private struct State: Sendable {
        var rests: [Int64: Rest] = [:]
        var last: Int64
    }

    /// How long a rest is kept.
    static let lifetime: Duration = .seconds(300)
    /// How many objects are kept in all.
    static let maximumObjects = 50_000

    private let state: Mutex<State>

    /// Creates an empty shelf.
    ///
    /// - Parameter seed: Where the names of rests begin, so that those of an earlier process are not mistaken for ours.
    init(seed: Int64 = .random(in: 0..<1 << 40)) {
        self.state = Mutex(State(last: seed))
    }

    /// Keeps the rest of a list; the oldest ones make room for it.
    ///
    /// - Parameters:
    ///   - objects: What follows the page that is about to be sent.
    ///   - resourceVersion: The version of the list.
    ///   - now: The time.
    /// - Returns: The name of the rest.
    func keep(_ objects: ArraySlice<Object>, resourceVersion: String, now: Timestamp) -> Int64 {
        self.state.withLock { state in
            state.rests = state.rests.filter { $0.value.until > now }
            var count = state.rests.values.reduce(objects.count) { $0 + $1.objects.count }
            for (id, rest) in state.rests.sorted(by: { $0.key < $1.key }) where count > Self.maximumObjects {
                state.rests[id] = nil
                count -= rest.objects.count
            }
            state.last += 1
            state.rests[state.last] = Rest(
                objects: objects,
                resourceVersion: resourceVersion,
                until: now + Self.lifetime
            )
            return state.last
        }
    }

    /// The kept rest behind an object; `nil` when it is gone.
    func rest(_ id: Int64, after last: ObjectKey, now: Timestamp) -> ArraySlice<Object>? {
        self.state.withLock { state in
            guard let rest = state.rests[id], rest.until > now else { return nil }
            return rest.objects.drop { $0.key <= last }
        }
    }
}
