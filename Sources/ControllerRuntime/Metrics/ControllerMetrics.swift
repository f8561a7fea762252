import Metering

/// What one controller does, under the names that controller-runtime uses.
///
/// *Expected flow:* create one before its controller, pass `record` reports of every reconcile, then `watch` the
/// controller. Counts that the controller keeps anyway are read at a scrape; a reconcile pays for three buckets.
///
/// Not exposed, because they cannot happen: `reconcile_panics_total` (a trap ends the process) and
/// `terminal_reconcile_errors_total` (a resource that waits for a person is `Stalled`, which is no error).
package struct ControllerMetrics: Sendable {
    private let name: String
    private let registry: MetricsRegistry
    private let reconcileTime = Histogram(bounds: Self.reconcileBounds)
    private let queueTime = Histogram(bounds: Self.queueBounds)
    private let workTime = Histogram(bounds: Self.queueBounds)

    /// Registers the histograms of a controller.
    ///
    /// - Parameters:
    ///   - name: The controller's name.
    ///   - registry: Where the metrics are exposed.
    package init(_ name: String, in registry: MetricsRegistry) {
        self.name = name
        self.registry = registry
        let (reconcileTime, queueTime, workTime) = (self.reconcileTime, self.queueTime, self.workTime)
        registry.computed(Self.reconcileTime) { [MetricPoint([name], .histogram(reconcileTime.counts))] }
        registry.computed(Self.queueTime) { [MetricPoint([name, name], .histogram(queueTime.counts))] }
        registry.computed(Self.workTime) { [MetricPoint([name, name], .histogram(workTime.counts))] }
    }

    /// Counts a reconcile that has ended.
    ///
    /// - Parameters:
    ///   - waited: How long its key had been due.
    ///   - took: How long it took.
    package func record(waited: Duration, took: Duration) {
        self.queueTime.observe(waited)
        self.workTime.observe(took)
        self.reconcileTime.observe(took)
    }

    /// Registers what a controller counts itself.
    ///
    /// - Parameters:
    ///   - concurrency: How many reconciles it runs at once.
    ///   - snapshot: Its counts and gauges.
    package func watch(concurrency: Int, _ snapshot: @escaping @Sendable () -> ControllerSnapshot) {
        let name = self.name
        self.registry.computed(Self.reconciles) {
            let counts = snapshot()
            return [
                MetricPoint([name, "success"], Double(counts.succeeded)),
                MetricPoint([name, "error"], Double(counts.failed)),
                // What comes again says when; a bare "again", which controller-runtime deprecates, does not exist.
                MetricPoint([name, "requeue"], 0),
                MetricPoint([name, "requeue_after"], Double(counts.scheduled + counts.postponed)),
            ]
        }
        let ofController: [(MetricDefinition, @Sendable (ControllerSnapshot) -> Double)] = [
            (Self.reconcileErrors, { Double($0.failed) }),
            (Self.reconcileTimeouts, { Double($0.timedOut) }),
            (Self.activeWorkers, { Double($0.running) }),
            (Self.maximumWorkers, { _ in Double(concurrency) }),
        ]
        for (definition, value) in ofController {
            self.registry.computed(definition) { [MetricPoint([name], value(snapshot()))] }
        }
        let ofQueue: [(MetricDefinition, @Sendable (ControllerSnapshot) -> Double)] = [
            (Self.adds, { Double($0.added) }),
            (Self.retries, { Double($0.failed + $0.scheduled + $0.postponed) }),
            (Self.unfinished, { $0.unfinished.metricSeconds }),
            (Self.longestRunning, { $0.longestRunning.metricSeconds }),
        ]
        for (definition, value) in ofQueue {
            self.registry.computed(definition) { [MetricPoint([name, name], value(snapshot()))] }
        }
        self.registry.computed(Self.depth) {
            let counts = snapshot()
            return [
                MetricPoint([name, name, "0"], Double(counts.ready - counts.readyDrift)),
                MetricPoint([name, name, "-100"], Double(counts.readyDrift)),
            ]
        }
    }
}
