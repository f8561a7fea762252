import ControllerRuntime
import KubernetesModel
import Lifecycle
import ResourceStore
import Synchronization

/// A store in memory whose watches and failures a test steers.
final class MemoryStore: ResourceStore {
    struct State {
        var objects: [ObjectKey: Object] = [:]
        var revision: UInt64 = 100
        var streams: [MemoryWatch] = []
        var listErrors: [APIStatus] = []
        var watchErrors: [APIStatus] = []
        var writeErrors: [APIStatus] = []
        var writes: [Object] = []
        var lists = 0
        var deletions: [Preconditions] = []
        var silence: Duration?
        var isMuted = false
        /// Writes wait for it to open, and fail when their task is cancelled, as HTTP requests do.
        var gate: Latch<Void>?
        /// How many writes have come to the gate.
        var waiting = 0
        var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    let state = Mutex(State())

    /// Stores an object and tells the watches, unless they are muted.
    @discardableResult
    func put(_ name: String, in namespace: String = "ns", uid: String? = nil, content: String = "") -> Object {
        let (event, object, streams) = self.state.withLock { state in
            state.revision += 1
            var object = Object(kind: .configMap, metadata: ObjectMeta(name: name, namespace: namespace))
            object.metadata.uid = uid ?? "uid-\(name)"
            object.metadata.resourceVersion = "\(state.revision)"
            object.metadata.labels["content"] = content
            let isNew = state.objects.updateValue(object, forKey: object.key) == nil
            let event: WatchEvent = isNew ? .added(object) : .modified(object)
            let streams = state.streams.filter { $0.namespace == nil || $0.namespace == namespace }
            return (event, object, state.isMuted ? [] : streams)
        }
        for stream in streams { stream.send([event]) }
        return object
    }

    func remove(_ name: String) {
        let (event, streams): (WatchEvent?, [MemoryWatch]) = self.state.withLock { state in
            guard var object = state.objects.removeValue(forKey: ObjectKey(namespace: "ns", name: name)) else {
                return (nil, [])
            }
            state.revision += 1
            object.metadata.resourceVersion = "\(state.revision)"
            return (.deleted(object), state.isMuted ? [] : state.streams)
        }
        if let event { for stream in streams { stream.send([event]) } }
    }

    /// Sends the same to all watches.
    func send(_ events: [WatchEvent]) {
        for stream in self.state.withLock(\.streams) { stream.send(events) }
    }

    /// Ends all watches, in good order or with an error.
    func endWatches(_ error: APIStatus? = nil) {
        let streams = self.state.withLock { state in
            defer { state.streams = [] }
            return state.streams
        }
        for stream in streams { stream.end(error) }
    }

    /// Waits until so many watches stand.
    func untilWatched(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
                if state.streams.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        guard let object = self.state.withLock({ $0.objects[key] }) else { throw .notFound(kind, key.name) }
        return object
    }

    /// Part by part; a list that is going to fail has told of an object by then.
    func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String {
        var ghost = Object(kind: .configMap, metadata: ObjectMeta(name: "ghost", namespace: namespace ?? "ns"))
        ghost.metadata.uid = "uid-ghost"
        ghost.metadata.resourceVersion = "1"
        if self.state.withLock({ !$0.listErrors.isEmpty }) { page([ghost]) }
        let list = try await self.list(kind, namespace: namespace)
        for object in list.objects { page([object]) }
        return list.resourceVersion
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        let result: Result<ObjectList, APIStatus> = self.state.withLock { state in
            state.lists += 1
            if !state.listErrors.isEmpty { return .failure(state.listErrors.removeFirst()) }
            let objects = state.objects.values.sorted { $0.key < $1.key }
                .filter { namespace == nil || $0.metadata.namespace == namespace }
            return .success(ObjectList(objects: objects, resourceVersion: "\(state.revision)"))
        }
        return try result.get()
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        let (result, ready): (Result<MemoryWatch, APIStatus>, [CheckedContinuation<Void, Never>]) =
            self.state.withLock { state in
                if !state.watchErrors.isEmpty { return (.failure(state.watchErrors.removeFirst()), []) }
                let stream = MemoryWatch(namespace)
                state.streams.append(stream)
                let count = state.streams.count
                let ready = state.watchers.filter { $0.0 <= count }.map(\.1)
                state.watchers.removeAll { $0.0 <= count }
                return (.success(stream), ready)
            }
        for continuation in ready { continuation.resume() }
        return try result.get()
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.write(object)
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        guard self.state.withLock({ $0.objects[object.key] != nil }) else { throw .notFound(kind, object.key.name) }
        return try await self.write(object)
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.write(object)
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.replaceFinalizers(kind, of: metadata, to: finalizers)
    }

    var watchSilence: Duration? { self.state.withLock(\.silence) }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        let object = self.state.withLock { state in
            state.deletions.append(preconditions)
            return state.objects.removeValue(forKey: key)
        }
        guard let object else {
            throw .notFound(kind, key.name)
        }
        return .gone(object)
    }

    private func write(_ object: Object) async throws(APIStatus) -> Object {
        let gate = self.state.withLock { state in
            if state.gate != nil { state.waiting += 1 }
            return state.gate
        }
        if let gate {
            if !Task.isCancelled { try? await gate.wait() }
            if Task.isCancelled { throw APIStatus(.serviceUnavailable, "cancelled") }
        }
        let error: APIStatus? = self.state.withLock { state in
            if !state.writeErrors.isEmpty { return state.writeErrors.removeFirst() }
            state.objects[object.key] = object
            state.writes.append(object)
            return nil
        }
        if let error { throw error }
        return object
    }
}

/// One watch of a `MemoryStore`.
final class MemoryWatch: WatchStream {
    private struct State {
        var events: [WatchEvent] = []
        var end: Result<[WatchEvent]?, APIStatus>?
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    let namespace: String?

    init(_ namespace: String? = nil) { self.namespace = namespace }

    func send(_ events: [WatchEvent]) {
        self.change { $0.events += events }
    }

    func end(_ error: APIStatus?) {
        self.change { $0.end = error.map { .failure($0) } ?? .success(nil) }
    }

    func cancel() { self.end(nil) }

    func next() async throws(APIStatus) -> [WatchEvent]? {
        while true {
            let result: Result<[WatchEvent]?, APIStatus>? = self.state.withLock { state in
                guard !state.events.isEmpty else { return state.end }
                defer { state.events = [] }
                return .success(state.events)
            }
            if let result { return try result.get() }
            await withCheckedContinuation { continuation in
                let mustWait = self.state.withLock { state in
                    guard state.events.isEmpty, state.end == nil else { return false }
                    state.reader = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let reader = self.state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }
}
