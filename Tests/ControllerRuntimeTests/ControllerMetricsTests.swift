import Clocks
import ControllerRuntime
import Logging
import Metering
import Testing

@Suite("Controller metrics", .timeLimit(.minutes(10)))
struct ControllerMetricsTests {
    private func lines(_ registry: MetricsRegistry) -> Set<Substring> {
        Set(String(decoding: registry.text, as: UTF8.self).split(separator: "\n"))
    }

    @Test("what a controller does is exposed under controller-runtime's names")
    func names() async {
        let registry = MetricsRegistry()
        let (reports, told) = AsyncStream<String>.makeStream()
        let controller = Controller<String>(
            ControllerConfiguration(name: "test"),
            time: ManualTime(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: registry,
            report: { told.yield($0.key) },
            reconcile: { key in
                switch key {
                case "done": .whenChanged
                case "later": .after(.seconds(60))
                case "soon": .retryAfter(.seconds(60))
                default: .retry
                }
            }
        )
        controller.enqueue(["done", "later", "soon", "failed"])
        controller.enqueue("drift", lane: .drift)
        let before = self.lines(registry)
        #expect(before.contains(#"workqueue_depth{name="test",controller="test",priority="0"} 4"#))
        #expect(before.contains(#"workqueue_depth{name="test",controller="test",priority="-100"} 1"#))

        let running = Task { await controller.run() }
        var iterator = reports.makeAsyncIterator()
        for _ in 0..<5 { _ = await iterator.next() }
        let after = self.lines(registry)
        for line in [
            #"controller_runtime_reconcile_total{controller="test",result="success"} 1"#,
            #"controller_runtime_reconcile_total{controller="test",result="error"} 2"#,
            #"controller_runtime_reconcile_total{controller="test",result="requeue"} 0"#,
            #"controller_runtime_reconcile_total{controller="test",result="requeue_after"} 2"#,
            #"controller_runtime_reconcile_errors_total{controller="test"} 2"#,
            #"controller_runtime_reconcile_time_seconds_count{controller="test"} 5"#,
            #"controller_runtime_reconcile_time_seconds_bucket{controller="test",le="0.005"} 5"#,
            #"controller_runtime_active_workers{controller="test"} 0"#,
            #"controller_runtime_max_concurrent_reconciles{controller="test"} 64"#,
            #"workqueue_depth{name="test",controller="test",priority="0"} 0"#,
            #"workqueue_adds_total{name="test",controller="test"} 9"#,
            #"workqueue_retries_total{name="test",controller="test"} 4"#,
            #"workqueue_queue_duration_seconds_count{name="test",controller="test"} 5"#,
            #"workqueue_work_duration_seconds_bucket{name="test",controller="test",le="1e-08"} 5"#,
            #"workqueue_longest_running_processor_seconds{name="test",controller="test"} 0"#,
        ] {
            #expect(after.contains(Substring(line)), "\(line)")
        }
        controller.stop()
        await running.value
    }

    @Test("the lease's holder is 1, a backup 0")
    func leader() {
        let registry = MetricsRegistry()
        LeaderMetrics.register(lease: "a", in: registry) { true }
        LeaderMetrics.register(lease: "b", in: registry) { false }
        let lines = self.lines(registry)
        #expect(lines.contains(#"leader_election_master_status{name="a"} 1"#))
        #expect(lines.contains(#"leader_election_master_status{name="b"} 0"#))
    }
}
