import Clocks
import ControllerRuntime
import KubernetesModel
import Metering
import Resources
import Synchronization

/// How the resources of one kind come along.
///
/// Fed by the kind's cache and its controller. What is counted per resource ends with the resource, or with its first
/// agreement; what is exposed has no names in it.
final class ResourceMetrics: Sendable {
    /// What of a resource is counted.
    struct Life: Sendable {
        /// The resource's identity.
        let metadata: ObjectMeta
        /// The generation that was last looked at; 0 before the first look.
        let observedGeneration: Int64
        /// Its conditions.
        let conditions: [Condition]
        /// Whether it has got where its spec wants it.
        let isThere: Bool
    }

    private struct Standing: Hashable {
        let ready: Condition.Status
        let reason: String
    }

    /// A resource that has not been looked at yet, or has not got there; either may come first.
    private struct Newcomer {
        /// On the steady clock, when this process heard of it.
        let heardAt: Duration
        let createdAt: Timestamp?
        var isReconciled = false
        var isThere = false

        var isOver: Bool { self.isReconciled && self.isThere }

        init(_ metadata: ObjectMeta, heardAt: Duration) {
            self.heardAt = heardAt
            self.createdAt = Timestamp(rfc3339: metadata.creationTimestamp)
        }
    }

    private struct State {
        var standings: [Standing: Int] = [:]
        var newcomers: [ObjectKey: Newcomer] = [:]
    }

    private let time: any Time
    private let state = Mutex(State())
    private let timeToFirstReconcile = Histogram(bounds: ResourceMetrics.lifeBounds)
    private let timeToSynced = Histogram(bounds: ResourceMetrics.lifeBounds)
    private let drift: Counter?
    private let changes: [Reason: Counter]

    init(_ kind: ResourceKind, in registry: MetricsRegistry, time: any Time) {
        self.time = time
        let kind = kind.kind
        if case .closed(let kinds) = Self.driftCorrections.labels[0].values, kinds.contains(kind) {
            self.drift = registry.counters(Self.driftCorrections).counter([kind])
            let family = registry.counters(Self.remoteChanges)
            self.changes = Dictionary(
                uniqueKeysWithValues: Self.changeReasons.map { ($0, family.counter([kind, $0.rawValue])) }
            )
        } else {
            // A BigPeer has no remote object of its own.
            self.drift = nil
            self.changes = [:]
        }
        let (first, synced) = (self.timeToFirstReconcile, self.timeToSynced)
        registry.computed(Self.timeToFirstReconcile) { [MetricPoint([kind], .histogram(first.counts))] }
        registry.computed(Self.timeToSynced) { [MetricPoint([kind], .histogram(synced.counts))] }
        registry.computed(Self.resources) { [weak self] in
            let standings = self?.state.withLock(\.standings) ?? [:]
            return standings.map { MetricPoint([kind, $0.key.ready.rawValue, $0.key.reason], Double($0.value)) }
        }
    }

    /// Exposes how long ago the resources were seen to agree with their remote objects.
    func watch(_ checks: CheckLedger, kind: ResourceKind, in registry: MetricsRegistry) {
        registry.computed(Self.lastSync) { [time] in
            guard let age = checks.agreement.newestAge else { return [] }
            let moment = time.now() - age
            return [MetricPoint([kind.kind], Double(moment.microseconds) / 1e6)]
        }
        registry.computed(Self.oldestSync) {
            checks.agreement.oldestAge.map { [MetricPoint([kind.kind], $0.metricSeconds)] } ?? []
        }
    }

    // MARK: - What happens

    /// Counts changes of the cache.
    func changed<Value>(_ changes: [InformerChange<Value>], _ life: (Value) -> Life) {
        let now = self.time.monotonicNow
        for change in changes {
            self.changed(change.key, old: change.old.map(life), new: change.new.map(life), now: now)
        }
    }

    private func changed(_ key: ObjectKey, old: Life?, new: Life?, now: Duration) {
        let (before, after) = (old.map(Self.standing), new.map(Self.standing))
        let arrival = self.state.withLock { state -> Newcomer? in
            if before != after {
                if let before {
                    let count = state.standings[before, default: 0] - 1
                    state.standings[before] = count > 0 ? count : nil
                }
                if let after { state.standings[after, default: 0] += 1 }
            }
            guard let new else {
                state.newcomers[key] = nil
                return nil
            }
            if old?.metadata.uid != new.metadata.uid {
                state.newcomers[key] = new.observedGeneration > 0 ? nil : Newcomer(new.metadata, heardAt: now)
            }
            guard new.isThere, var newcomer = state.newcomers[key], !newcomer.isThere else { return nil }
            newcomer.isThere = true
            state.newcomers[key] = newcomer.isOver ? nil : newcomer
            return newcomer
        }
        if let arrival { self.timeToSynced.observe(self.age(of: arrival, now: now)) }
    }

    /// Counts a reconcile.
    func reconciled(_ key: ObjectKey, took: Duration) {
        let newcomer = self.state.withLock { state -> Newcomer? in
            // Nobody is new most of the time.
            guard !state.newcomers.isEmpty, var newcomer = state.newcomers[key], !newcomer.isReconciled else {
                return nil
            }
            newcomer.isReconciled = true
            state.newcomers[key] = newcomer.isOver ? nil : newcomer
            return newcomer
        }
        guard let newcomer else { return }
        self.timeToFirstReconcile.observe(max(.zero, self.age(of: newcomer, now: self.time.monotonicNow) - took))
    }

    /// Counts what was done to the remote object.
    func note(_ reason: Reason) {
        self.changes[reason]?.add()
        if reason == .driftCorrected { self.drift?.add() }
    }

    /// How long ago a resource was created: creation times have whole seconds, so the steady clock knows better unless
    /// the news came late.
    private func age(of newcomer: Newcomer, now: Duration) -> Duration {
        let known = now - newcomer.heardAt
        guard let createdAt = newcomer.createdAt else { return known }
        return max(known, self.time.now() - createdAt - .seconds(1))
    }

    private static func standing(of life: Life) -> Standing {
        let ready = life.conditions[.ready]
        return Standing(ready: ready?.status ?? .unknown, reason: ready?.reason ?? "")
    }
}
