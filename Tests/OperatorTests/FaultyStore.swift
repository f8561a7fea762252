import JSON
import KubernetesModel
import ResourceStore
import Synchronization

/// A store as the controllers see it through a bad API server: what they read may be old, what they write may fail.
final class FaultyStore: ResourceStore {
    /// What becomes of a status write.
    enum Fault: Sendable {
        /// It never arrives.
        case fails
        /// It is carried out, and the answer is lost.
        case answerLost
    }

    private let store: any ResourceStore
    /// Decides about the status writes, which are numbered from one for each kind.
    private let fault: @Sendable (ResourceKind, Int) -> Fault?
    /// What a lagging replica says instead of the truth.
    private let lag: @Sendable (ResourceKind, ObjectList) -> ObjectList
    private let state = Mutex(State())

    private struct State {
        var writes: [ResourceKind: Int] = [:]
        var unready: [String] = []
        var reads = 0
        var made: [ResourceKind] = []
        var madeBeforeStatus: [ResourceKind: [ResourceKind]] = [:]
        var finalizerWrites: [ResourceKind: Set<String>] = [:]
        var waiting: [(reads: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    init(
        _ store: any ResourceStore,
        fault: @escaping @Sendable (ResourceKind, Int) -> Fault? = { _, _ in nil },
        lag: @escaping @Sendable (ResourceKind, ObjectList) -> ObjectList = { $1 }
    ) {
        self.store = store
        self.fault = fault
        self.lag = lag
    }

    /// Objects of which a status was written that says they are not ready, in order.
    var unready: [String] { self.state.withLock(\.unready) }

    /// The versions at which finalizers of a kind were written.
    func finalizerWrites(_ kind: ResourceKind) -> Set<String> {
        self.state.withLock { $0.finalizerWrites[kind] ?? [] }
    }

    /// The kinds of the objects that were made before the first status of a kind was written; `nil` before one was.
    func madeBeforeStatus(of kind: ResourceKind) -> [ResourceKind]? {
        self.state.withLock { $0.madeBeforeStatus[kind] }
    }

    /// Waits until objects have been read with certainty, and not from a cache, so many times.
    func untilRead(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = self.state.withLock { state in
                if state.reads < count { state.waiting.append((count, continuation)) }
                return state.reads >= count
            }
            if isDone { continuation.resume() }
        }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        let object = try await self.store.get(kind, key)
        let waiting = self.state.withLock { state in
            state.reads += 1
            defer { state.waiting.removeAll { $0.reads <= state.reads } }
            return state.waiting.filter { $0.reads <= state.reads }
        }
        for waiter in waiting { waiter.continuation.resume() }
        return object
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        self.lag(kind, try await self.store.list(kind, namespace: namespace))
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await self.store.watch(kind, namespace: namespace, from: resourceVersion)
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        self.state.withLock { $0.made.append(kind) }
        return try await self.store.create(kind, object)
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.store.update(kind, object)
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        let number = self.state.withLock { state in
            state.writes[kind, default: 0] += 1
            state.madeBeforeStatus[kind] = state.madeBeforeStatus[kind] ?? state.made
            let ready = object.status?["conditions"]?.array?.first { $0["type"] == "Ready" }
            if let ready, ready["status"] != "True" {
                state.unready.append("\(kind.kind) \(object.metadata.name): \(ready.text)")
            }
            return state.writes[kind, default: 0]
        }
        switch self.fault(kind, number) {
        case nil: return try await self.store.updateStatus(kind, object)
        case .fails: throw APIStatus(.serviceUnavailable, "no answer")
        case .answerLost:
            _ = try await self.store.updateStatus(kind, object)
            throw APIStatus(.timeout, "no answer")
        }
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        self.state.withLock { _ = $0.finalizerWrites[kind, default: []].insert(metadata.resourceVersion) }
        return try await self.store.updateFinalizers(kind, of: metadata, to: finalizers)
    }

    var watchSilence: Duration? { self.store.watchSilence }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try await self.store.delete(kind, key, preconditions: preconditions, propagation: propagation)
    }
}
