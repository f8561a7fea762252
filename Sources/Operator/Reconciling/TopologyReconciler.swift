import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources

/// Makes what belongs to a topology as the topology asks: the only place where the steps of its plans become writes.
///
/// *Expected flow:* plan, carry out the steps, plan again until there are none, write the status once. *Guarantees:*
/// the topology's spec is never written; its status remembers the app before anything is made of it; an object is written only while it belongs to the topology, as the store says
/// at that moment; a failed write ends the run, and the next one starts from what is stored.
struct TopologyReconciler: Sendable {
    let store: any ResourceStore
    let cache: Informer<ReplicationTopology>
    let replications: Informer<BigPeerReplication>
    let surroundings: @Sendable (ReplicationTopology) -> TopologySurroundings
    let events: EventRecorder
    let time: any Time
    let logger: Logger

    /// After so many plans whose writes lead to yet more writes, something else writes too.
    private static let maximumRounds = 8
    /// How long to leave it alone then.
    private static let rest = Duration.seconds(5)

    func reconcile(_ key: ObjectKey) async -> Requeue {
        do throws(APIStatus) {
            for _ in 0..<Self.maximumRounds {
                guard let topology = self.cache.get(key) else { return .whenChanged }
                let plan = TopologyPlan(for: topology, in: self.surroundings(topology))
                guard !plan.steps.isEmpty else {
                    try await self.report(plan, on: topology)
                    return .whenChanged
                }
                if topology.status.app == nil, !topology.metadata.isBeingDeleted {
                    try await self.rememberApp(of: topology)
                    continue
                }
                var tally = Tally()
                for step in plan.steps {
                    try await self.carryOut(step, of: plan, for: topology)
                    tally.count(step)
                }
                self.announce(tally, on: topology)
                if plan.steps.contains(.removeFinalizer) { return .whenChanged }
            }
            return .retryAfter(Self.rest)
        } catch {
            return self.requeue(error, key)
        }
    }

    // MARK: - Effects

    private func carryOut(
        _ step: TopologyStep,
        of plan: TopologyPlan,
        for topology: ReplicationTopology
    ) async throws(APIStatus) {
        switch step {
        case .addFinalizer:
            try await self.editFinalizers(of: topology) { finalizers in
                if !finalizers.contains(PeerageAPI.finalizer) { finalizers.append(PeerageAPI.finalizer) }
            }
        case .removeFinalizer:
            // Others keep it when we let go, and will read what was told last.
            let isHeldByOthers = topology.metadata.finalizers.contains { $0 != PeerageAPI.finalizer }
            if isHeldByOthers { try await self.report(plan, on: topology) }
            try await self.editFinalizers(of: topology) { finalizers in
                finalizers.removeAll { $0 == PeerageAPI.finalizer }
            }
        case .create(let side):
            let written = try await self.store.create(.bigPeerReplication, side.object(of: topology))
            self.replications.observe(written)
        case .update(let key, let uid, let fields):
            try await self.edit(key, uid, for: topology) { $0.setSpec(fields) }
        case .ask(let key, let uid, let request):
            try await self.edit(key, uid, for: topology) { object in
                object.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = request
            }
        case .delete(let key, let uid):
            let preconditions = Preconditions(uid: uid)
            self.replications.observe(
                try await self.store.delete(.bigPeerReplication, key, preconditions: preconditions)
            )
        }
    }

    private func edit(
        _ key: ObjectKey,
        _ uid: String,
        for topology: ReplicationTopology,
        _ edit: (inout Object) -> Void
    ) async throws(APIStatus) {
        var object = try await self.store.get(.bigPeerReplication, key)
        // Somebody may have taken the object over since it was planned for.
        guard object.metadata.uid == uid, object.metadata.owningTopology?.uid == topology.metadata.uid else {
            throw APIStatus.conflict(.bigPeerReplication, key.name)
        }
        edit(&object)
        self.replications.observe(try await self.store.update(.bigPeerReplication, object))
    }

    private func editFinalizers(
        of topology: ReplicationTopology,
        _ edit: (inout [String]) -> Void
    ) async throws(APIStatus) {
        // At the version that the plan was made from: whatever has changed since makes another plan.
        var finalizers = topology.metadata.finalizers
        edit(&finalizers)
        self.cache.observe(
            try await self.store.updateFinalizers(.replicationTopology, of: topology.metadata, to: finalizers)
        )
    }

    /// Remembers the app on its own: the spec may be another one by the time all is made and told.
    private func rememberApp(of topology: ReplicationTopology) async throws(APIStatus) {
        var status = topology.status
        status.app = topology.spec.app
        self.cache.observe(
            try await self.store.writeStatus(status.json, .replicationTopology, of: topology.metadata)
        )
    }

    private func report(_ plan: TopologyPlan, on topology: ReplicationTopology) async throws(APIStatus) {
        // Without our finalizer it is about to go, and there is nobody to tell.
        guard !topology.metadata.isBeingDeleted || topology.metadata.finalizers.contains(PeerageAPI.finalizer) else {
            return
        }
        let status = topology.status(telling: plan, now: self.time.now())
        guard status != topology.status else { return }
        self.cache.observe(
            try await self.store.writeStatus(status.json, .replicationTopology, of: topology.metadata)
        )
        // What lasts is told once, when it begins or turns into something else.
        guard let ready = status.conditions[.ready], ready.reason != topology.status.conditions[.ready]?.reason,
            let reason = Reason(rawValue: ready.reason), reason.isWarning || ready.status == .true
        else { return }
        self.announce(reason, ready.message, on: topology)
    }

    // MARK: - Events

    /// What the steps of one plan did, for events.
    private struct Tally {
        var created = 0
        var updated = 0
        var deleted = 0

        mutating func count(_ step: TopologyStep) {
            switch step {
            case .create: self.created += 1
            case .update: self.updated += 1
            case .delete: self.deleted += 1
            case .addFinalizer, .removeFinalizer, .ask: break
            }
        }
    }

    private func announce(_ tally: Tally, on topology: ReplicationTopology) {
        let replications = { (count: Int) in "\(count) replication\(count == 1 ? "" : "s")" }
        if tally.created > 0 { self.announce(.created, "made \(replications(tally.created))", on: topology) }
        if tally.updated > 0 { self.announce(.updated, "updated \(replications(tally.updated))", on: topology) }
        if tally.deleted > 0 {
            self.announce(.deleted, "asked for the deletion of \(replications(tally.deleted))", on: topology)
        }
    }

    private func announce(_ reason: Reason, _ message: String, on topology: ReplicationTopology) {
        self.events.record(
            EventNote(
                about: EventNote.subject(.replicationTopology, topology.metadata),
                reason.isWarning ? .warning : .normal,
                reason: reason.rawValue,
                message: message
            )
        )
    }

    // MARK: - When to come again

    private func requeue(_ error: APIStatus, _ key: ObjectKey) -> Requeue {
        // What belongs to it has come or gone, and the cache does not know yet.
        if error.reason == .alreadyExists || error.reason == .notFound { return .retryAfter(.milliseconds(20)) }
        if let requeue = Requeue(unremarkable: error) { return requeue }
        if let topology = self.cache.get(key) {
            self.announce(.progressingWithRetry, error.label, on: topology)
        }
        self.logger.error(
            "what belongs to a topology could not be written",
            metadata: ["key": "\(key)", "error": "\(error.label)"]
        )
        return .retry
    }
}
