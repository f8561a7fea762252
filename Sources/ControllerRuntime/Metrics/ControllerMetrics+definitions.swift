import Metering

extension ControllerMetrics {
    // Names, meanings and buckets are those of controller-runtime v0.22, so that its dashboards and alerts hold here.
    // Source: sigs.k8s.io/controller-runtime, pkg/internal/controller/metrics and pkg/internal/metrics/workqueue.

    static let reconciles = MetricDefinition(
        "controller_runtime_reconcile_total",
        .counter,
        labels: [controller, MetricLabel("result", .closed(["success", "error", "requeue", "requeue_after"]))],
        help: "Total number of reconciliations per controller."
    )
    static let reconcileErrors = MetricDefinition(
        "controller_runtime_reconcile_errors_total",
        .counter,
        labels: [controller],
        help: "Total number of reconciliation errors per controller.",
        alert: MetricAlert(
            "PeerageReconcileErrors",
            when: "rate(controller_runtime_reconcile_errors_total[5m]) > 0.1",
            for: "15m",
            advice: "Reconciles keep failing: the log names the resources, `peerage status` tells why."
        )
    )
    static let reconcileTimeouts = MetricDefinition(
        "controller_runtime_reconcile_timeouts_total",
        .counter,
        labels: [controller],
        help: "Total number of reconciliations that were cancelled because they took too long."
    )
    static let reconcileTime = MetricDefinition(
        "controller_runtime_reconcile_time_seconds",
        .histogram(bounds: reconcileBounds),
        labels: [controller],
        help: "Length of time per reconciliation per controller."
    )
    static let activeWorkers = MetricDefinition(
        "controller_runtime_active_workers",
        .gauge,
        labels: [controller],
        help: "Number of currently used workers per controller."
    )
    static let maximumWorkers = MetricDefinition(
        "controller_runtime_max_concurrent_reconciles",
        .gauge,
        labels: [controller],
        help: "Maximum number of concurrent reconciles per controller."
    )
    static let depth = MetricDefinition(
        "workqueue_depth",
        .gauge,
        labels: queue + [MetricLabel("priority", .closed(["0", "-100"]))],
        help: "Current depth of workqueue by workqueue and priority.",
        alert: MetricAlert(
            "PeerageQueueDoesNotDrain",
            when: "min_over_time(workqueue_depth{priority=\"0\"}[15m]) > 100",
            for: "5m",
            advice: "Changes wait longer than they should: a Big Peer is slow, or its rate limit is too low."
        )
    )
    static let adds = MetricDefinition(
        "workqueue_adds_total",
        .counter,
        labels: queue,
        help: "Total number of adds handled by workqueue."
    )
    static let retries = MetricDefinition(
        "workqueue_retries_total",
        .counter,
        labels: queue,
        help: "Total number of retries handled by workqueue."
    )
    static let queueTime = MetricDefinition(
        "workqueue_queue_duration_seconds",
        .histogram(bounds: queueBounds),
        labels: queue,
        help: "How long in seconds an item stays in workqueue before being requested."
    )
    static let workTime = MetricDefinition(
        "workqueue_work_duration_seconds",
        .histogram(bounds: queueBounds),
        labels: queue,
        help: "How long in seconds processing an item from workqueue takes."
    )
    static let unfinished = MetricDefinition(
        "workqueue_unfinished_work_seconds",
        .gauge,
        labels: queue,
        help: "How many seconds of work is in progress and not yet observed by workqueue_work_duration_seconds."
    )
    static let longestRunning = MetricDefinition(
        "workqueue_longest_running_processor_seconds",
        .gauge,
        labels: queue,
        help: "How many seconds the longest running processor of the workqueue has been running.",
        alert: MetricAlert(
            "PeerageReconcileHangs",
            when: "workqueue_longest_running_processor_seconds > 120",
            for: "1m",
            advice: "A reconcile ignores its timeout of 60 s, which is a defect: keep the log and restart."
        )
    )

    /// The metrics.
    package static let definitions = [
        reconciles, reconcileErrors, reconcileTimeouts, reconcileTime, activeWorkers, maximumWorkers, depth, adds,
        retries, queueTime, workTime, unfinished, longestRunning,
    ]

    private static let controller = MetricLabel("controller", .limited(100))
    /// client-go says `name`, controller-runtime `controller`; theirs carry both, with the same value.
    private static let queue = [MetricLabel("name", .limited(100)), MetricLabel("controller", .limited(100))]

    /// 5 ms to 60 s.
    static let reconcileBounds: [Duration] = [
        5, 10, 25, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1_000, 1_250, 1_500, 1_750,
        2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 15_000, 20_000, 25_000,
        30_000, 40_000, 50_000, 60_000,
    ].map { .milliseconds($0) }

    /// The powers of ten from 10 ns to 1,000 s.
    static let queueBounds: [Duration] = [
        .nanoseconds(10), .nanoseconds(100), .microseconds(1), .microseconds(10), .microseconds(100), .milliseconds(1),
        .milliseconds(10), .milliseconds(100), .seconds(1), .seconds(10), .seconds(100), .seconds(1_000),
    ]
}
