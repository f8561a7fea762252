import KubernetesModel
import Metering
import ResourceStore

/// A store that counts what is written into it.
struct MeteredStore: ResourceStore {
    let store: any ResourceStore
    private let writes: CounterFamily

    init(_ store: any ResourceStore, in registry: MetricsRegistry) {
        self.store = store
        self.writes = registry.counters(StoreMetrics.writes)
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await self.store.get(kind, key)
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        try await self.store.list(kind, namespace: namespace)
    }

    func list(
        _ kind: ResourceKind,
        namespace: String?,
        page: @escaping @Sendable ([Object]) -> Void
    ) async throws(APIStatus) -> String {
        try await self.store.list(kind, namespace: namespace, page: page)
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        try await self.store.watch(kind, namespace: namespace, from: resourceVersion)
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.counting(kind, .create) { () async throws(APIStatus) in
            try await self.store.create(kind, object)
        }
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.counting(kind, .update) { () async throws(APIStatus) in
            try await self.store.update(kind, object)
        }
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.counting(kind, .updateStatus) { () async throws(APIStatus) in
            try await self.store.updateStatus(kind, object)
        }
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.counting(kind, .updateFinalizers) { () async throws(APIStatus) in
            try await self.store.updateFinalizers(kind, of: metadata, to: finalizers)
        }
    }

    var watchSilence: Duration? { self.store.watchSilence }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        try await self.counting(kind, .delete) { () async throws(APIStatus) in
            try await self.store.delete(kind, key, preconditions: preconditions, propagation: propagation)
        }
    }

    private func counting<Result>(
        _ kind: ResourceKind,
        _ verb: StoreMetrics.Verb,
        _ write: () async throws(APIStatus) -> Result
    ) async throws(APIStatus) -> Result {
        do throws(APIStatus) {
            let result = try await write()
            self.count(kind, verb, "OK")
            return result
        } catch {
            self.count(kind, verb, error.reason.rawValue)
            throw error
        }
    }

    private func count(_ kind: ResourceKind, _ verb: StoreMetrics.Verb, _ result: String) {
        self.writes.counter([kind.kind, verb.rawValue, result]).add()
    }
}

/// What controllers write into the store of resources.
enum StoreMetrics {
    /// What is done to an object.
    enum Verb: String, CaseIterable {
        case create
        case update
        case updateStatus = "update_status"
        case updateFinalizers = "update_finalizers"
        case delete
    }

    static let writes = MetricDefinition(
        "peerage_store_writes_total",
        .counter,
        labels: [
            MetricLabel("kind", .limited(20)), MetricLabel("verb", .closed(Verb.allCases.map(\.rawValue))),
            MetricLabel("result", .limited(20)),
        ],
        help: "How many objects the controllers wrote, by OK or the reason of the API's error; a quiet system "
            + "writes nothing."
    )
    static let silence = MetricDefinition(
        "peerage_watch_silence_seconds",
        .gauge,
        labels: [MetricLabel("kind", .limited(20))],
        help: "How long nothing has been heard of the store's watch of a kind, not even a bookmark. In a cluster, more "
            + "than a few minutes is a watch that is dead; the store of `peerage run` sends no bookmarks."
    )
    static let lists = MetricDefinition(
        "peerage_watch_lists_total",
        .counter,
        labels: [MetricLabel("kind", .limited(20))],
        help: "How many times all objects of a kind were listed: once at the start, and after a watch that expired."
    )
    static let failures = MetricDefinition(
        "peerage_watch_failures",
        .gauge,
        labels: [MetricLabel("kind", .limited(20))],
        help: "How many times in a row reading a kind from the store has failed; 0 when it works.",
        alert: MetricAlert(
            "PeerageStoreUnreadable",
            when: "peerage_watch_failures > 3",
            for: "5m",
            advice: "Changes of resources are not seen: the API server cannot be reached, or the service account "
                + "may not list and watch the kind."
        )
    )

    /// The metrics.
    static let definitions = [writes, silence, lists, failures]
}
