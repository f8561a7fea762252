import Clocks
import Metering
import Synchronization

/// How the folder of manifests is applied.
final class ManifestMetrics: Sendable {
    /// What came of a pass over the folder.
    private enum Result: String, CaseIterable {
        case unchanged
        case changed
        case problems
    }

    private struct Last {
        let report: ManifestSource.Report
        let time: Timestamp
    }

    private let time: any Time
    private let last = Mutex<Last?>(nil)
    private let passes: [Result: Counter]
    private let created: Counter
    private let configured: Counter
    private let deleted: Counter

    init(in registry: MetricsRegistry, time: any Time) {
        self.time = time
        let (passes, objects) = (registry.counters(Self.passes), registry.counters(Self.objects))
        self.passes = Dictionary(uniqueKeysWithValues: Result.allCases.map { ($0, passes.counter([$0.rawValue])) })
        self.created = objects.counter(["created"])
        self.configured = objects.counter(["configured"])
        self.deleted = objects.counter(["deleted"])
        let gauges: [(MetricDefinition, @Sendable (Last) -> Double)] = [
            (Self.heldBack, { Double($0.report.heldBack) }), (Self.problems, { Double($0.report.problems.count) }),
            (Self.lastPass, { Double($0.time.microseconds) / 1e6 }),
        ]
        for (definition, value) in gauges {
            registry.computed(definition) { [weak self] in
                self?.last.withLock { $0 }.map { [MetricPoint([], value($0))] } ?? []
            }
        }
    }

    /// Counts a pass.
    func passed(_ report: ManifestSource.Report) {
        let hasChanged = report.created + report.configured + report.deleted > 0
        self.passes[report.isComplete ? hasChanged ? .changed : .unchanged : .problems]?.add()
        self.created.add(UInt64(report.created))
        self.configured.add(UInt64(report.configured))
        self.deleted.add(UInt64(report.deleted))
        let last = Last(report: report, time: self.time.now())
        self.last.withLock { $0 = last }
    }

    private static let passes = MetricDefinition(
        "peerage_manifest_passes_total",
        .counter,
        labels: [MetricLabel("result", .closed(Result.allCases.map(\.rawValue)))],
        help: "How many times the folder of manifests was read and applied."
    )
    private static let objects = MetricDefinition(
        "peerage_manifest_objects_total",
        .counter,
        labels: [MetricLabel("action", .closed(["created", "configured", "deleted"]))],
        help: "How many objects were created, changed or pruned because of the folder of manifests."
    )
    private static let heldBack = MetricDefinition(
        "peerage_manifest_prune_held_back",
        .gauge,
        help: "How many deletions the last pass held back because they might be a mistake.",
        alert: MetricAlert(
            "PeeragePruneHeldBack",
            when: "peerage_manifest_prune_held_back > 0",
            for: "15m",
            advice: "Manifests are gone and their objects are kept; the log tells why and how to allow it."
        )
    )
    private static let problems = MetricDefinition(
        "peerage_manifest_problems",
        .gauge,
        help: "How many problems the last pass over the folder of manifests had.",
        alert: MetricAlert(
            "PeerageManifestsNotApplied",
            when: "peerage_manifest_problems > 0",
            for: "5m",
            advice: "What the folder declares is not applied; the log and `peerage validate -f FOLDER` tell where."
        )
    )
    private static let lastPass = MetricDefinition(
        "peerage_manifest_last_pass_timestamp_seconds",
        .gauge,
        help: "When the folder of manifests was last read, since unix epoch in seconds."
    )

    /// The metrics.
    static let definitions = [passes, objects, heldBack, problems, lastPass]
}
