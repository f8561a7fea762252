import KubernetesModel
import Metering
import Resources

extension ResourceMetrics {
    static let timeToFirstReconcile = MetricDefinition(
        "peerage_time_to_first_reconcile_seconds",
        .histogram(bounds: lifeBounds),
        labels: [kindLabel],
        help: "How long a new resource has waited from its creation until it was first looked at.",
        alert: MetricAlert(
            "PeerageNewResourcesWait",
            when: "histogram_quantile(0.99, sum by (le) (rate(peerage_time_to_first_reconcile_seconds_bucket[10m])))"
                + " > 30",
            for: "10m",
            advice: "New resources wait behind others: see workqueue_depth, and the rate limits of the Big Peers."
        )
    )
    static let timeToSynced = MetricDefinition(
        "peerage_time_to_synced_seconds",
        .histogram(bounds: lifeBounds),
        labels: [kindLabel],
        help: "How long a new resource has taken from its creation until it was first Synced, a BigPeer Ready."
    )
    static let driftCorrections = MetricDefinition(
        "peerage_drift_corrections_total",
        .counter,
        labels: [remoteKindLabel],
        help: "How many changes behind our back were set back to what the spec says.",
        alert: MetricAlert(
            "PeerageSomebodyElseWrites",
            when: "increase(peerage_drift_corrections_total[1h]) > 5",
            for: "0m",
            advice: "Something else writes what Peerage looks after; the events (`peerage events`) name the objects."
        )
    )
    static let remoteChanges = MetricDefinition(
        "peerage_remote_changes_total",
        .counter,
        labels: [remoteKindLabel, MetricLabel("reason", .closed(changeReasons.map(\.rawValue)))],
        help: "How many remote objects were created, changed, deleted, adopted or let go."
    )
    static let lastSync = MetricDefinition(
        "peerage_last_sync_timestamp_seconds",
        .gauge,
        labels: [remoteKindLabel],
        help: "When a resource of the kind was last seen to agree with its remote object, since unix epoch in seconds."
    )
    static let oldestSync = MetricDefinition(
        "peerage_oldest_sync_age_seconds",
        .gauge,
        labels: [remoteKindLabel],
        help: "How long ago that was for the resource of the kind for which it is longest ago, suspended ones aside.",
        alert: MetricAlert(
            "PeerageResourceOutOfSync",
            when: "peerage_oldest_sync_age_seconds > 3600",
            for: "5m",
            advice: "A resource has not been seen in agreement for an hour; `peerage status` names it and tells why. "
                + "Use more than the largest spec.driftInterval."
        )
    )
    static let resources = MetricDefinition(
        "peerage_resources",
        .gauge,
        labels: [
            kindLabel, MetricLabel("ready", .closed([Condition.Status.true, .false, .unknown].map(\.rawValue))),
            MetricLabel("reason", .closed([""] + Reason.allCases.map(\.rawValue))),
        ],
        help: "How many resources there are, by their Ready condition; without a reason before the first look.",
        alert: MetricAlert(
            "PeerageResourcesNotReady",
            when: "sum by (kind, reason) (peerage_resources{ready=\"False\"}) > 0",
            for: "30m",
            advice: "Resources are not as their specs say; the reason tells why, `peerage status` which."
        )
    )

    /// The metrics.
    static let definitions = [
        timeToFirstReconcile, timeToSynced, driftCorrections, remoteChanges, lastSync, oldestSync, resources,
    ]

    static let changeReasons: [Reason] = [.created, .updated, .driftCorrected, .deleted, .adopted, .orphaned]

    static let kindLabel = MetricLabel("kind", .closed(PeerageAPI.definitions.map(\.kind.kind)))
    private static let remoteKindLabel = MetricLabel(
        "kind",
        .closed([ResourceKind.bigPeerApp.kind, ResourceKind.bigPeerReplication.kind])
    )

    /// 10 ms to an hour.
    static let lifeBounds: [Duration] = [
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
    ].map { .milliseconds($0) }
}
