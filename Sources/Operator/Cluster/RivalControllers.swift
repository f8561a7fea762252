import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import Metering
import Synchronization

/// Controllers that look after the same resources under a Lease of another name, so that no election keeps them apart.
///
/// A Lease counts only when it is renewed before our own eyes: what a controller left behind that is gone says nothing.
final class RivalControllers: Sendable {
    private struct Sighting {
        var lease: ControllerLease
        /// When it was last seen to be renewed; `nil` while it only lies there.
        var renewedAt: Duration?
    }

    /// How long a controller that is not heard of counts as there.
    static let patience = LeaderElectionTiming.standard.leaseDuration

    private let own: ObjectKey
    private let scope: ControllerScope
    private let time: any Time
    private let logger: Logger
    private let sightings = Mutex<[ObjectKey: Sighting]>([:])

    /// Creates a watch that has seen nobody yet.
    ///
    /// - Parameters:
    ///   - own: The Lease of this process.
    ///   - scope: Where it looks after resources.
    ///   - time: The clock.
    ///   - logger: Told of a rival, once until it has been silent for a while.
    init(own: ObjectKey, scope: ControllerScope, time: any Time, logger: Logger) {
        self.own = own
        self.scope = scope
        self.time = time
        self.logger = logger
    }

    /// How many are heard of now.
    var count: Int {
        let now = self.time.monotonicNow
        return self.sightings.withLock { sightings in sightings.values.count { self.isPresent($0, now) } }
    }

    /// Hears of Leases.
    func heard(_ changes: [InformerChange<KnownLease>]) {
        for change in changes where change.key != self.own { self.heard(change) }
    }

    private func heard(_ change: InformerChange<KnownLease>) {
        let now = self.time.monotonicNow
        let arrival = self.sightings.withLock { sightings -> ControllerLease? in
            guard let lease = change.new?.controller, !lease.holder.isEmpty, lease.scope.overlaps(self.scope) else {
                sightings[change.key] = nil
                return nil
            }
            guard let before = sightings[change.key] else {
                // One that is made now is one that somebody holds now.
                let renewedAt = change.isInitial ? nil : now
                sightings[change.key] = Sighting(lease: lease, renewedAt: renewedAt)
                return renewedAt == nil ? nil : lease
            }
            guard before.lease != lease else { return nil }
            sightings[change.key] = Sighting(lease: lease, renewedAt: now)
            return self.isPresent(before, now) ? nil : lease
        }
        guard let arrival else { return }
        self.logger.warning(
            """
            another controller looks after the same resources under another Lease, and both write: give all one \
            --lease, or each its own --namespace
            """,
            metadata: ["lease": "\(change.key)", "holder": "\(arrival.holder)", "own": "\(self.own)"]
        )
    }

    private func isPresent(_ sighting: Sighting, _ now: Duration) -> Bool {
        sighting.renewedAt.map { now - $0 < Self.patience } ?? false
    }

    // MARK: - Metrics

    private static let rivals = MetricDefinition(
        "peerage_rival_controllers",
        .gauge,
        help: "How many controllers with a Lease of another name, beside this one's, look after the same resources; "
            + "there should be none.",
        alert: MetricAlert(
            "PeerageTwoControllers",
            when: "max(peerage_rival_controllers) > 0",
            for: "1m",
            advice: "Two installations look after the same resources, and both write: the log names the other Lease. "
                + "Remove one, or give each its own namespaces."
        )
    )

    /// The metrics.
    static let definitions = [rivals]

    /// Exposes how many there are.
    func expose(in registry: MetricsRegistry) {
        registry.computed(Self.rivals) { [MetricPoint([], Double(self.count))] }
    }
}
