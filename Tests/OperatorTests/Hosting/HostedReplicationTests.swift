import Clocks
import ControllerRuntime
import FoundationEssentials
import JSON
import KubernetesModel
import Logging
import Metering
import Planning
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("Replications of peers that another process runs", .timeLimit(.minutes(10)))
struct HostedReplicationTests {
    @Test("the host tells in their status that data flows, and the controller tells everything else")
    func live() async throws {
        try await Bench(hostsElsewhere: true).run { bench in
            try await bench.hosting { metrics in
                try await bench.apply(pair)
                for name in ["cars-berlin", "cars-paris"] {
                    try await bench.await(.bigPeerReplication, name) { object in
                        let conditions = object.map { BigPeerReplication($0).status.conditions } ?? []
                        return conditions[.replicating]?.reason == "Live" && conditions[.ready]?.status == .true
                    }
                    // The controller looks again, and leaves what the host has told.
                    try await bench.reconcile(.bigPeerReplication, name)
                    let key = ObjectKey(namespace: "default", name: name)
                    let status = BigPeerReplication(try await bench.store.get(.bigPeerReplication, key)).status
                    #expect(status.conditions[.replicating]?.status == .true)
                    #expect(status.sessions.map(\.state) == [.live])
                }
                let page = String(decoding: metrics.page.body, as: UTF8.self)
                let told = #"peerage_store_writes_total{kind="BigPeerReplication",verb="update_status",result="OK"}"#
                #expect(page.contains(told))
                for line in [
                    "peerage_embedded_peers 2", #"peerage_replication_links{state="Live"} 2"#,
                    #"peerage_replication_links{state="Failed"} 0"#, "peerage_replication_lag_changes 0",
                    #"peerage_watch_lists_total{kind="BigPeer"} 1"#,
                    #"peerage_watch_lists_total{kind="BigPeerReplication"} 1"#,
                ] {
                    #expect(page.contains("\n\(line)\n"), "\(line)")
                }
                for name in ["embeddedpeer", "hostedreplication"] {
                    #expect(page.contains("controller_runtime_reconcile_total{controller=\"\(name)\""), "\(name)")
                }
                let known = Set(OperatorMetrics.definitions.map(\.name))
                #expect(Set(metrics.registry.definitions.map(\.name)).isSubset(of: known))
            }
        }
    }

    /// One replication in a store, and a reconciler that knows what a test says.
    private struct Scene {
        let store: SQLiteStore
        let cache: Informer<BigPeerReplication>
        let key = ObjectKey(namespace: "default", name: "cars-berlin")
        let measurement = Measurement()
        let reconciler: HostedReplicationReconciler

        final class Measurement: Sendable {
            let value = Mutex<ReplicationMeasurement?>(nil)
        }

        init(folder: String, ready: Condition.Status) throws {
            let time = ManualTime()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let store = try SQLiteStore(folder: folder) { "2026-11-21T00:00:00Z" }
            let cache = Informer(
                store: store,
                kind: .bigPeerReplication,
                time: time,
                logger: logger,
                decode: { object, _ in BigPeerReplication(object) }
            )
            let peer = BigPeer(
                Object(
                    kind: .bigPeer,
                    metadata: ObjectMeta(name: "berlin", namespace: "default"),
                    content: [
                        "spec": ["embedded": [:]],
                        "status": ["conditions": [["type": "Ready", "status": .string(ready.rawValue)]]],
                    ]
                )
            )
            let measurement = self.measurement
            self.store = store
            self.cache = cache
            self.reconciler = HostedReplicationReconciler(
                store: store,
                cache: cache,
                bigPeer: { $0 == peer.key ? peer : nil },
                names: ["default"],
                measurement: { _, _ in measurement.value.withLock { $0 } },
                time: time,
                logger: logger
            )
        }

        /// The replication as the controller has left it.
        func create(host: String = "default") async throws {
            let object = Object(
                kind: .bigPeerReplication,
                metadata: ObjectMeta(name: self.key.name, namespace: self.key.namespace),
                content: ["spec": ["bigPeerRef": ["name": "berlin"], "app": "cars"]]
            )
            var created = try await self.store.create(.bigPeerReplication, object)
            created.status = [
                "observedGeneration": 1, "lastSyncTime": "2026-11-21T00:00:00Z", "connections": ["127.0.0.1:1"],
                "conditions": [
                    ["type": "Ready", "status": "True", "reason": "Synced", "observedGeneration": 1],
                    ["type": "Replicating", "status": "Unknown", "reason": "NotMeasured", "observedGeneration": 1],
                ],
            ]
            self.cache.observe(try await self.store.updateStatus(.bigPeerReplication, created))
        }

        func stored() async throws -> BigPeerReplication {
            BigPeerReplication(try await self.store.get(.bigPeerReplication, self.key))
        }
    }

    private func withScene(ready: Condition.Status = .true, _ body: (Scene) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "peerage-told-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let scene = try Scene(folder: folder, ready: ready)
        do {
            try await body(scene)
        } catch {
            Issue.record(error)
        }
        await scene.store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("what is measured is written once, beside what the controller wrote, and again only when it is another")
    func once() async throws {
        try await self.withScene { scene in
            try await scene.create()
            scene.measurement.value.withLock { $0 = ReplicationMeasurement() }
            #expect(await scene.reconciler.reconcile(scene.key) == .whenChanged)
            let told = try await scene.stored()
            #expect(told.status.conditions[.replicating]?.reason == "Disconnected")
            #expect(told.status.conditions[.ready]?.reason == "Synced")
            #expect(told.status.connections == ["127.0.0.1:1"])

            #expect(await scene.reconciler.reconcile(scene.key) == .whenChanged)
            #expect(try await scene.stored().metadata.resourceVersion == told.metadata.resourceVersion)
        }
    }

    @Test("a write that another one came before is made anew from what is there then")
    func conflict() async throws {
        try await self.withScene { scene in
            try await scene.create()
            scene.measurement.value.withLock { $0 = ReplicationMeasurement() }
            var object = try await scene.store.get(.bigPeerReplication, scene.key)
            object.status?["lastSyncTime"] = "2026-11-21T00:00:07Z"
            let newer = try await scene.store.updateStatus(.bigPeerReplication, object)
            #expect(await scene.reconciler.reconcile(scene.key) == .retryAfter(.milliseconds(20)))
            scene.cache.observe(newer)
            #expect(await scene.reconciler.reconcile(scene.key) == .whenChanged)
            let told = try await scene.stored()
            #expect(told.status.lastSyncTime == "2026-11-21T00:00:07Z")
            #expect(told.status.conditions[.replicating]?.reason == "Disconnected")
        }
    }

    @Test(
        "of a peer that cannot run nothing is claimed; one that is about to run keeps what it said",
        arguments: [true, false]
    )
    func stopped(canRun: Bool) async throws {
        try await self.withScene(ready: canRun ? .true : .false) { scene in
            try await scene.create()
            scene.measurement.value.withLock { $0 = ReplicationMeasurement() }
            _ = await scene.reconciler.reconcile(scene.key)
            scene.measurement.value.withLock { $0 = nil }
            _ = await scene.reconciler.reconcile(scene.key)
            let reason = try await scene.stored().status.conditions[.replicating]?.reason
            #expect(reason == (canRun ? "Disconnected" : "NotMeasured"))
        }
    }
}
