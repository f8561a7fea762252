import Clocks
import ControllerRuntime
import HTTP
import JSON
import KubernetesModel
import Metering
import ResourceStore
import Resources
import SQLiteStore
import Testing

@testable import Operator

@Suite("Metrics", .timeLimit(.minutes(10)))
struct MetricsTests {
    private func lines(_ metrics: OperatorMetrics) -> [Substring] {
        String(decoding: metrics.page.body, as: UTF8.self).split(separator: "\n")
    }

    /// The value of the first series that begins with a text.
    private func value(_ metrics: OperatorMetrics, _ start: String) -> Double? {
        self.lines(metrics).first { $0.hasPrefix(start) }?.split(separator: " ").last.flatMap { Double($0) }
    }

    @Test("the definitions are complete, well named and told apart")
    func definitions() {
        let definitions = OperatorMetrics.definitions
        #expect(Set(definitions.map(\.name)).count == definitions.count)
        for definition in definitions {
            let name = definition.name
            #expect(name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz_".utf8.contains($0) }, "\(name)")
            #expect(definition.help.hasSuffix("."), "\(name)")
            #expect((definition.kind == .counter) == name.hasSuffix("_total"), "\(name)")
            if case .histogram(let bounds) = definition.kind {
                #expect(name.hasSuffix("_seconds"), "\(name)")
                #expect(bounds == bounds.sorted(), "\(name)")
                #expect(Set(bounds).count == bounds.count, "\(name)")
            }
            for label in definition.labels {
                #expect(!["le", "quantile", "job", "instance"].contains(label.name), "\(name)")
            }
            if let alert = definition.alert { #expect(alert.expression.contains(name), "\(name)") }
        }
    }

    @Test("a resource from its creation over a drift to its end is counted at every step")
    func life() async throws {
        try await Bench().run { bench in
            let metrics = bench.metrics
            try await bench.apply(
                """
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeer
                metadata: {name: berlin}
                spec: {embedded: {}}
                ---
                apiVersion: peerage.dev/v1alpha1
                kind: BigPeerApp
                metadata: {name: shop}
                spec: {bigPeerRef: {name: berlin}, appName: shop, appId: 5f0c8fa0-4f0b-4b8a-9a5e-3f6f2c1d7e01}
                """
            )
            #expect(try await bench.settle() == [])

            #expect(self.value(metrics, "peerage_build_info") == 1)
            #expect(self.value(metrics, #"peerage_resources{kind="BigPeerApp",ready="True",reason="Synced"}"#) == 1)
            #expect(self.value(metrics, #"peerage_resources{kind="BigPeer",ready="True""#) == 1)
            for kind in ["BigPeer", "BigPeerApp"] {
                #expect(self.value(metrics, "peerage_time_to_first_reconcile_seconds_count{kind=\"\(kind)\"}") == 1)
                #expect(self.value(metrics, "peerage_time_to_synced_seconds_count{kind=\"\(kind)\"}") == 1)
                let total = try #require(self.value(metrics, "peerage_time_to_synced_seconds_sum{kind=\"\(kind)\"}"))
                #expect(total > 0 && total < 600)
            }
            #expect(self.value(metrics, #"peerage_remote_changes_total{kind="BigPeerApp",reason="Created"}"#) == 1)
            #expect(self.value(metrics, #"peerage_drift_corrections_total{kind="BigPeerApp"}"#) == 0)
            #expect(try #require(self.value(metrics, #"peerage_oldest_sync_age_seconds{kind="BigPeerApp"}"#)) < 600)
            let lastSync = try #require(
                self.value(metrics, #"peerage_last_sync_timestamp_seconds{kind="BigPeerApp"}"#)
            )
            #expect(abs(lastSync - Double(SystemTime().now().seconds)) < 600)
            #expect(
                try #require(
                    self.value(metrics, #"peerage_store_writes_total{kind="BigPeerApp",verb="update_status""#)
                ) >= 1
            )
            #expect(self.value(metrics, #"peerage_watch_lists_total{kind="BigPeerApp"}"#) == 1)
            #expect(self.value(metrics, #"peerage_watch_failures{kind="BigPeerApp"}"#) == 0)
            let host = HostMetrics.label(of: try await bench.url(of: "berlin"))
            #expect(
                self.value(metrics, "peerage_remote_requests_total{host=\"\(host)\",method=\"POST\",code=\"2xx\"}") == 1
            )
            #expect(self.value(metrics, "peerage_host_circuit_state{host=\"\(host)\"}") == 0)
            #expect(
                try #require(
                    self.value(metrics, #"controller_runtime_reconcile_time_seconds_count{controller="bigpeerapp"}"#)
                ) >= 1
            )

            let key = ObjectKey(namespace: "default", name: "shop")
            _ = try await bench.store.delete(.bigPeerApp, key, preconditions: Preconditions())
            try await bench.await(.bigPeerApp, "shop") { $0 == nil }
            #expect(try await bench.settle() == [])
            // An app holds data: unless told otherwise it stays.
            #expect(self.value(metrics, #"peerage_remote_changes_total{kind="BigPeerApp",reason="Orphaned"}"#) == 1)
            #expect(self.value(metrics, #"peerage_resources{kind="BigPeerApp""#) == nil)

            // Everything that was exposed is documented, and nothing has a name in it.
            let known = Set(OperatorMetrics.definitions.map(\.name))
            #expect(Set(metrics.registry.definitions.map(\.name)).isSubset(of: known))
            #expect(!self.lines(metrics).contains { $0.contains("shop") || $0.contains("berlin") })
        }
    }

    @Test("a topology is counted, and so is what is made and deleted for it")
    func topologyLife() async throws {
        try await Bench().run { bench in
            let metrics = bench.metrics
            try await bench.apply(members + topology)
            #expect(try await bench.settle() == [])
            let kind = #"kind="ReplicationTopology""#
            #expect(self.value(metrics, "peerage_resources{\(kind),ready=\"True\",reason=\"Synced\"}") == 1)
            #expect(self.value(metrics, #"peerage_resources{kind="BigPeerReplication",ready="True""#) == 6)
            #expect(self.value(metrics, "peerage_time_to_first_reconcile_seconds_count{\(kind)}") == 1)
            #expect(self.value(metrics, "peerage_time_to_synced_seconds_count{\(kind)}") == 1)
            #expect(self.value(metrics, "peerage_watch_lists_total{\(kind)}") == 1)
            let made = #"peerage_store_writes_total{kind="BigPeerReplication",verb="create",result="OK"}"#
            #expect(self.value(metrics, made) == 6)
            let reconciles = #"controller_runtime_reconcile_time_seconds_count{controller="replicationtopology"}"#
            #expect(try #require(self.value(metrics, reconciles)) >= 1)
            #expect(self.value(metrics, "peerage_embedded_peers ") == 3)

            let key = ObjectKey(namespace: "default", name: "europe")
            _ = try await bench.store.delete(.replicationTopology, key, preconditions: Preconditions())
            try await bench.await(.replicationTopology, "europe") { $0 == nil }
            #expect(try await bench.settle() == [])
            #expect(self.value(metrics, "peerage_resources{\(kind)") == nil)
            let deleted = #"peerage_store_writes_total{kind="BigPeerReplication",verb="delete",result="OK"}"#
            #expect(self.value(metrics, deleted) == 6)
        }
    }

    @Test("what was new when the process was down is timed from its creation")
    func newcomers() {
        let time = ManualTime()
        let registry = MetricsRegistry()
        let metrics = ResourceMetrics(.bigPeerApp, in: registry, time: time)
        var metadata = ObjectMeta(name: "shop", namespace: "default")
        metadata.uid = "1"
        metadata.creationTimestamp = (time.now() - .seconds(100)).rfc3339
        let key = metadata.key
        func life(_ generation: Int64, isThere: Bool) -> ResourceMetrics.Life {
            ResourceMetrics.Life(metadata: metadata, observedGeneration: generation, conditions: [], isThere: isThere)
        }
        let (new, looked, there) = (life(0, isThere: false), life(1, isThere: false), life(1, isThere: true))
        metrics.changed([InformerChange(key: key, old: nil, new: new, isInitial: true)]) { $0 }
        metrics.reconciled(key, took: .seconds(1))
        metrics.reconciled(key, took: .seconds(1))
        metrics.changed([InformerChange(key: key, old: new, new: looked)]) { $0 }
        time.advance(by: .seconds(20))
        metrics.changed([InformerChange(key: key, old: looked, new: there)]) { $0 }
        metrics.changed([InformerChange(key: key, old: there, new: looked)]) { $0 }
        metrics.changed([InformerChange(key: key, old: looked, new: there)]) { $0 }
        let text = String(decoding: registry.text, as: UTF8.self)
        // Whole seconds in the creation time: up to one less is all that is known.
        #expect(text.contains("peerage_time_to_first_reconcile_seconds_sum{kind=\"BigPeerApp\"} 98\n"))
        #expect(text.contains("peerage_time_to_first_reconcile_seconds_count{kind=\"BigPeerApp\"} 1\n"))
        #expect(text.contains("peerage_time_to_synced_seconds_sum{kind=\"BigPeerApp\"} 119\n"))
        #expect(text.contains("peerage_time_to_synced_seconds_count{kind=\"BigPeerApp\"} 1\n"))
    }

    @Test("the label of a host is its scheme and authority, without credentials")
    func hostLabel() {
        for (url, label) in [
            ("https://peer.example:8443/base", "https://peer.example:8443"), ("http://a", "http://a"), ("a:1/b", "a:1"),
            ("https://user:secret@peer/x@y?z", "https://peer"), ("http://[::1]:80?q", "http://[::1]:80"), ("", ""),
        ] {
            #expect(HostMetrics.label(of: url) == label, "\(url)")
        }
    }

    @Test("of one host's gates the worst is shown, and http is told from https")
    func circuits() {
        let registry = MetricsRegistry()
        let gates = HostGates(time: SystemTime())
        HostMetrics(in: registry).watch(gates, in: registry)
        for _ in 0..<20 { gates.record(.failed(), of: "https://peer:8080/a") }
        for url in ["https://peer:8080/b", "http://peer:8080"] { gates.record(.answered, of: url) }
        let lines = String(decoding: registry.text, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("peerage_host_circuit_state{") }
        #expect(
            lines.sorted() == [
                "peerage_host_circuit_state{host=\"http://peer:8080\"} 0",
                "peerage_host_circuit_state{host=\"https://peer:8080\"} 2",
            ]
        )
    }

    @Test("more hosts than are told apart are counted together, and a host that is forgotten is gone")
    func manyHosts() {
        let registry = MetricsRegistry()
        let hosts = HostMetrics(in: registry)
        for number in 0..<HostMetrics.maximumHosts + 5 {
            hosts.answered("http://host-\(number)/", .get, status: 200, took: .milliseconds(1))
        }
        hosts.answered("http://host-0/", .get, status: nil, took: .seconds(1))
        hosts.heldBack("http://host-0/", .circuitOpen)
        hosts.waited("http://host-1/", .seconds(2))
        hosts.waited("http://host-2/", .zero)
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(text.contains("peerage_remote_requests_total{host=\"other\",method=\"GET\",code=\"2xx\"} 5\n"))
        #expect(
            text.contains("peerage_remote_requests_total{host=\"http://host-0\",method=\"GET\",code=\"error\"} 1\n")
        )
        #expect(
            text.contains("peerage_remote_requests_held_back_total{host=\"http://host-0\",reason=\"CircuitOpen\"} 1\n")
        )
        #expect(text.contains("peerage_rate_limit_wait_seconds_sum{host=\"http://host-1\"} 2\n"))
        #expect(!text.contains("peerage_rate_limit_wait_seconds_sum{host=\"http://host-2\"}"))
        hosts.forget("http://host-0/elsewhere")
        #expect(!String(decoding: registry.text, as: UTF8.self).contains("\"http://host-0\""))
    }

    @Test("the reference page names every metric and holds every alert")
    func referencePage() {
        let page = MetricsReference.text(of: OperatorMetrics.definitions)
        for definition in OperatorMetrics.definitions {
            #expect(page.contains("| `\(definition.name)` |"))
            if let alert = definition.alert { #expect(page.contains("- alert: \(alert.name)\n")) }
        }
    }
}
