import Clocks
import JSON
import KubernetesModel
import ResourceStore
import Synchronization

/// One Lease that several processes see, each through a view of its own that fails as a test wants.
final class LeaseStore: Sendable {
    private struct State {
        var lease: Object?
        var version = 0
        /// Each holder with the moment at which it appeared in the Lease.
        var holders: [(holder: String, at: Duration)] = []
    }

    private let state = Mutex(State())
    private let time: ManualTime

    init(time: ManualTime) {
        self.time = time
    }

    var lease: Object? { self.state.withLock(\.lease) }
    var holders: [String] { self.state.withLock { $0.holders.map(\.holder) } }

    /// When the last holder took over.
    var lastChange: Duration? { self.state.withLock { $0.holders.last?.at } }

    /// Writes the Lease if its version is the current one.
    func write(_ object: Object, isNew: Bool) throws(APIStatus) -> Object {
        let result: Result<Object, APIStatus> = self.state.withLock { state in
            if isNew, state.lease != nil { return .failure(.alreadyExists(.lease, object.metadata.name)) }
            if !isNew, state.lease?.metadata.resourceVersion != object.metadata.resourceVersion {
                return .failure(.conflict(.lease, object.metadata.name))
            }
            var object = object
            state.version += 1
            object.metadata.resourceVersion = "\(state.version)"
            let holder = object.spec?["holderIdentity"]?.string ?? ""
            if state.holders.last?.holder != holder { state.holders.append((holder, self.time.monotonicNow)) }
            state.lease = object
            return .success(object)
        }
        return try result.get()
    }
}

/// How one process sees a `LeaseStore`.
final class LeaseView: ResourceStore {
    /// What becomes of a request.
    enum Mood: Sendable {
        case works
        /// Answers with an error and does nothing.
        case fails(APIStatus)
        /// Never answers, not even to a caller that has been cancelled.
        case hangs
    }

    private let store: LeaseStore
    private let mood = Mutex(Mood.works)
    /// Told of each holder before it is written.
    let witness = Mutex<(@Sendable (String) -> Void)?>(nil)

    init(_ store: LeaseStore) {
        self.store = store
    }

    func become(_ mood: Mood) { self.mood.withLock { $0 = mood } }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await self.pass()
        guard let lease = self.store.lease else { throw .notFound(kind, key.name) }
        return lease
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.pass()
        return try self.store.write(object, isNew: true)
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.pass()
        self.witness.withLock { $0 }?(object.spec?["holderIdentity"]?.string ?? "")
        return try self.store.write(object, isNew: false)
    }

    private func pass() async throws(APIStatus) {
        switch self.mood.withLock({ $0 }) {
        case .works: return
        case .fails(let error): throw error
        case .hangs: await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        throw APIStatus(.methodNotAllowed, "an election does not list")
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        throw APIStatus(.methodNotAllowed, "an election does not watch")
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        throw APIStatus(.methodNotAllowed, "a Lease has no status")
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.replaceFinalizers(kind, of: metadata, to: finalizers)
    }

    var watchSilence: Duration? { nil }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        throw APIStatus(.methodNotAllowed, "an election does not delete")
    }
}
