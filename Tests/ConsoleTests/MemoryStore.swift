import JSON
import KubernetesModel
import ResourceStore
import Synchronization

/// A store in memory that keeps the promises of `ResourceStore`, and lets tests play the other writers.
final class MemoryStore: ResourceStore {
    private struct State {
        var version = 0
        var objects: [ResourceKind: [ObjectKey: Object]] = [:]
        var history: [(version: Int, kind: ResourceKind, event: WatchEvent)] = []
        var oldest = 0
        var watches: [MemoryWatch] = []
        var interruptions: [@Sendable (MemoryStore) -> Void] = []
        var lists = 0
    }

    private let state = Mutex(State())

    /// Does something right before the next writes, one each: what a faster writer would do.
    func beforeNextWrites(_ interruptions: [@Sendable (MemoryStore) -> Void]) {
        self.state.withLock { $0.interruptions = interruptions }
    }

    /// Forgets the history, so that every open watch and every older version is expired.
    func compact() {
        let watches = self.state.withLock { state in
            state.oldest = state.version
            state.history = []
            defer { state.watches = [] }
            return state.watches
        }
        for watch in watches { watch.end(.failure(APIStatus(.expired, "too old resource version"))) }
    }

    /// Ends every open watch: in good order, as servers do after a while, or as a network does.
    func endWatches(_ end: Result<Void, APIStatus> = .success(())) {
        let watches = self.state.withLock { state in
            defer { state.watches = [] }
            return state.watches
        }
        for watch in watches { watch.end(end) }
    }

    /// How many watches are open.
    var watchCount: Int { self.state.withLock(\.watches.count) }

    /// How often a kind was listed.
    var listCount: Int { self.state.withLock(\.lists) }

    /// Writes an object as another writer would, whatever its version.
    func put(_ kind: ResourceKind, _ object: Object) {
        self.record(kind, object) { $0[kind, default: [:]][object.key] == nil }
    }

    /// Removes an object as another writer would.
    func remove(_ kind: ResourceKind, _ key: ObjectKey) {
        let (watches, event) = self.state.withLock { state -> ([MemoryWatch], WatchEvent?) in
            guard var object = state.objects[kind]?.removeValue(forKey: key) else { return ([], nil) }
            state.version += 1
            object.metadata.resourceVersion = "\(state.version)"
            state.history.append((state.version, kind, .deleted(object)))
            return (state.watches, .deleted(object))
        }
        if let event { for watch in watches { watch.tell(kind, event) } }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        guard let object = self.state.withLock({ $0.objects[kind]?[key] }) else { throw .notFound(kind, key.name) }
        return object
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        self.state.withLock { state in
            state.lists += 1
            let objects = (state.objects[kind] ?? [:]).values
                .filter { namespace == nil || $0.metadata.namespace == namespace }
                .sorted { $0.key < $1.key }
            return ObjectList(objects: objects, resourceVersion: "\(state.version)")
        }
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        let from = Int(resourceVersion) ?? 0
        let watch = MemoryWatch(kind: kind, namespace: namespace)
        let isExpired = self.state.withLock { state in
            guard from >= state.oldest else { return true }
            for entry in state.history where entry.version > from { watch.tell(entry.kind, entry.event) }
            state.watches.append(watch)
            return false
        }
        if isExpired { throw APIStatus(.expired, "too old resource version") }
        return watch
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        self.interrupt()
        guard self.state.withLock({ $0.objects[kind]?[object.key] == nil }) else {
            throw .alreadyExists(kind, object.metadata.name)
        }
        return self.record(kind, object) { _ in true }
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        self.interrupt()
        let live = try await self.get(kind, object.key)
        guard live.metadata.resourceVersion == object.metadata.resourceVersion else {
            throw .conflict(kind, object.metadata.name)
        }
        if object.metadata.isBeingDeleted, object.metadata.finalizers.isEmpty {
            self.remove(kind, object.key)
            return object
        }
        var object = object
        if live.spec != object.spec { object.metadata.generation = live.metadata.generation + 1 }
        return self.record(kind, object) { _ in false }
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.update(kind, object)
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
        self.interrupt()
        var object = try await self.get(kind, key)
        guard !object.metadata.finalizers.isEmpty else {
            self.remove(kind, key)
            return .gone(object)
        }
        object.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        return .marked(self.record(kind, object) { _ in false })
    }

    private func interrupt() {
        let interruption = self.state.withLock { $0.interruptions.isEmpty ? nil : $0.interruptions.removeFirst() }
        interruption?(self)
    }

    @discardableResult
    private func record(
        _ kind: ResourceKind,
        _ object: Object,
        isNew: ([ResourceKind: [ObjectKey: Object]]) -> Bool
    ) -> Object {
        let (object, event, watches) = self.state.withLock { state in
            var object = object
            let isNew = isNew(state.objects)
            let before = state.objects[kind]?[object.key]
            state.version += 1
            object.metadata.resourceVersion = "\(state.version)"
            if object.metadata.uid.isEmpty { object.metadata.uid = before?.metadata.uid ?? "uid-\(state.version)" }
            state.objects[kind, default: [:]][object.key] = object
            let event: WatchEvent = isNew ? .added(object) : .modified(object)
            state.history.append((state.version, kind, event))
            return (object, event, state.watches)
        }
        for watch in watches { watch.tell(kind, event) }
        return object
    }
}

/// The changes of one kind in a `MemoryStore`.
final class MemoryWatch: WatchStream {
    private struct State {
        var events: [WatchEvent] = []
        var end: Result<Void, APIStatus>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let kind: ResourceKind
    private let namespace: String?
    private let state = Mutex(State())

    init(kind: ResourceKind, namespace: String?) {
        self.kind = kind
        self.namespace = namespace
    }

    func tell(_ kind: ResourceKind, _ event: WatchEvent) {
        guard kind == self.kind else { return }
        switch event {
        case .added(let object), .modified(let object), .deleted(let object):
            guard self.namespace == nil || self.namespace == object.metadata.namespace else { return }
        case .bookmark: break
        }
        self.change { $0.events.append(event) }
    }

    func end(_ end: Result<Void, APIStatus>) { self.change { $0.end = $0.end ?? end } }

    func cancel() { self.end(.success(())) }

    func next() async throws(APIStatus) -> [WatchEvent]? {
        await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
                guard state.events.isEmpty, state.end == nil else { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        let (events, end) = self.state.withLock { state in
            defer { state.events = [] }
            return (state.events, state.end)
        }
        if !events.isEmpty { return events }
        if case .failure(let status) = end { throw status }
        return nil
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = self.state.withLock { state in
            body(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
