import Clocks
import ControllerRuntime
import FoundationEssentials
import JSON
import KubernetesModel
import Logging
import Metering
import PeerModel
import Planning
import ResourceStore
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("The reconciler of a remote object")
struct RemoteReconcilerTests {
    private static let key = ObjectKey(namespace: "default", name: "r")

    @Test(
        "a circuit that opens is told once, however often it sends requests back, and not at all where a failure is told"
    )
    func openCircuit() async throws {
        let time = ManualTime()
        let folder = FileManager.default.temporaryDirectory.appending(path: "peerage-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try SQLiteStore(folder: folder) { time.now().rfc3339 }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let cache = Informer<BigPeerReplication>(
            store: store,
            kind: .bigPeerReplication,
            time: time,
            logger: logger,
            decode: BigPeerReplication.init
        )
        let object = Object(
            kind: .bigPeerReplication,
            metadata: ObjectMeta(name: Self.key.name, namespace: Self.key.namespace),
            content: ["spec": ["bigPeerRef": ["name": "berlin"], "app": "cars"]]
        )
        cache.observe(try await store.create(.bigPeerReplication, object))
        let events = EventRecorder(store: store, component: "peerage", instance: "test", time: time, logger: logger)
        // What the peer answers; `nil` is what the spec says.
        let answer = Mutex<PeerFailure.Cause?>(nil)
        let peer = BigPeer(
            Object(
                kind: .bigPeer,
                metadata: ObjectMeta(name: "berlin", namespace: Self.key.namespace),
                content: ["spec": ["endpoint": ["url": "http://127.0.0.1:1"]]]
            )
        )
        let reconciler = RemoteReconciler(
            store: store,
            cache: cache,
            surroundings: {
                Surroundings(
                    now: time.now(),
                    bigPeer: { $0 == peer.key ? peer : nil },
                    bigPeerKeys: { [peer.key] },
                    accessObstacle: { _ in nil },
                    replications: { _ in [] },
                    apps: { _ in [] },
                    replicationsOfApp: { _, _ in [] },
                    sight: { _ in .unmeasured }
                )
            },
            call: { _, _ in
                guard let cause = answer.withLock({ $0 }) else {
                    let held = PeerReplication(name: Self.key.name, connections: [], queriesByCollection: [:])
                    return .found(.replication(held))
                }
                return .failed(PeerFailure(cause, "no answer"))
            },
            events: events,
            checks: CheckLedger(time: time),
            metrics: ResourceMetrics(.bigPeerReplication, in: MetricsRegistry(), time: time),
            time: time,
            logger: logger
        )
        // It fails and its circuit opens; then it answers; then the circuit is open before this one has seen a failure.
        let causes: [PeerFailure.Cause?] = [
            .unreachable, .circuitOpen, .circuitOpen, .circuitOpen, .unreachable, nil, .circuitOpen, .circuitOpen,
            .circuitOpen,
        ]
        for cause in causes {
            answer.withLock { $0 = cause }
            _ = await reconciler.reconcile(Self.key)
            time.advance(by: SyncPolicy.defaultDriftInterval * 2)
        }
        let writing = Task { await events.run() }
        writing.cancel()
        await writing.value
        let told = try await store.list(.event, namespace: nil).objects.map { event in
            "\(event.json["reason"]?.string ?? "") ×\(event.json["count"]?.integer ?? 1)"
        }
        #expect(told.sorted() == ["Adopted ×1", "CircuitOpen ×1", "Unreachable ×1"])
        await store.close()
    }
}
