import Clocks
import KubernetesModel
import Resources

extension ReplicationTopology {
    /// The status that tells a plan which has no steps left.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - now: The time of day.
    /// - Returns: The status, equal to the one there is when nothing new was seen.
    package func status(telling plan: TopologyPlan, now: Timestamp) -> ReplicationTopologyStatus {
        var status = self.status
        status.observedGeneration = self.metadata.generation
        status.lastHandledReconcileAt = self.metadata.reconcileRequestedAt
        let isLookedAt = !self.spec.policy.isSuspended && self.problem == nil
        if isLookedAt { status.app = status.app ?? self.spec.app }
        if isLookedAt || self.metadata.isBeingDeleted {
            status.memberCount = self.spec.members.count
            status.pairCount = plan.pairs.count
            status.readyPairCount = plan.pairs.count { $0.standing == .ready }
            status.pairs = plan.pairs.map(\.status)
            status.leaving = plan.leaving.map(\.key.name)
        }
        status.conditions = self.conditions(telling: plan).timed(since: self.status.conditions, now: now.rfc3339)
        return status
    }

    private func conditions(telling plan: TopologyPlan) -> [Condition] {
        let generation = self.metadata.generation
        guard !self.metadata.isBeingDeleted else {
            let message = plan.leaving.isEmpty ? "nothing is left to delete" : plan.leaverSentence
            let reason = plan.blockedLeaver == nil ? Reason.deleting : .deletionBlocked
            return Outcome.Standing.waiting(reason, message).conditions(generation: generation)
        }
        guard !self.spec.policy.isSuspended else {
            return Outcome.Standing.suspended.conditions(generation: generation).map { condition in
                var condition = condition
                condition.message = "spec.suspend is set; the replications stay as they are and go on by themselves"
                return condition
            }
        }
        if let problem = self.problem {
            return Outcome.Standing.stalled(.invalidSpec, problem).conditions(generation: generation)
        }
        let head = plan.headline
        if let (pair, standing) = plan.worst {
            let name = "\(pair.link.dialler)–\(pair.link.listener)"
            switch standing {
            case .stalled(let reason, let message):
                return Outcome.Standing.stalled(reason, "\(head); \(name): \(message)").conditions(
                    generation: generation
                )
            case .waiting(let reason, let message):
                return Outcome.Standing.waiting(reason, "\(head); \(name): \(message)").conditions(
                    generation: generation
                )
            case .ready: break
            }
        }
        if !plan.leaving.isEmpty {
            let reason = plan.blockedLeaver == nil ? Reason.deleting : .deletionBlocked
            return Outcome.Standing.waiting(reason, "\(head); \(plan.leaverSentence)").conditions(
                generation: generation
            )
        }
        return Outcome.Standing.synced.conditions(generation: generation).map { condition in
            var condition = condition
            condition.message = head
            return condition
        }
    }
}

extension TopologyPlan {
    /// The pair that needs attention most: what may pass comes first as long as it moves, then what only a person mends.
    fileprivate var worst: (PairStanding, Standing)? {
        var stalled: (PairStanding, Standing)?
        var moving: (PairStanding, Standing)?
        for pair in self.pairs {
            switch pair.standing {
            case .ready: break
            case .waiting(let reason, _):
                // Trouble explains more than work that goes on.
                if moving == nil || (reason.isWarning && moving?.1.isTrouble == false) {
                    moving = (pair, pair.standing)
                }
            case .stalled: stalled = stalled ?? (pair, pair.standing)
            }
        }
        return moving ?? stalled
    }

    /// How many pairs are ready.
    fileprivate var headline: String {
        let ready = self.pairs.count { $0.standing == .ready }
        switch (ready, self.pairs.count) {
        case (1, 1): return "the pair is ready"
        case (let ready, let count) where ready == count: return "all \(count) pairs are ready"
        case (let ready, let count): return "\(ready) of \(count) \(count == 1 ? "pair is" : "pairs are") ready"
        }
    }

    /// One of those that should go and cannot.
    fileprivate var blockedLeaver: BigPeerReplication? {
        self.leaving.first {
            $0.metadata.isBeingDeleted && $0.status.conditions[.ready]?.reason == Reason.deletionBlocked.rawValue
        }
    }

    fileprivate var leaverSentence: String {
        let count = self.leaving.count
        let noun = count == 1 ? "1 replication is" : "\(count) replications are"
        if let blocked = self.blockedLeaver {
            return
                "\(noun) still to go; \"\(blocked.metadata.name)\": \(blocked.status.conditions[.ready]?.message ?? "")"
        }
        return "\(noun) still to go, such as \"\(self.leaving.first?.metadata.name ?? "")\""
    }
}

extension TopologyPlan.Standing {
    fileprivate var isTrouble: Bool {
        switch self {
        case .ready: false
        case .waiting(let reason, _): reason.isWarning
        case .stalled: true
        }
    }
}

extension TopologyPlan.PairStanding {
    fileprivate var status: ReplicationTopologyStatus.Pair {
        let (reason, message) =
            switch self.standing {
            case .ready: (Reason.synced, "")
            case .waiting(let reason, let message), .stalled(let reason, let message): (reason, message)
            }
        return ReplicationTopologyStatus.Pair(
            from: self.link.dialler,
            to: self.link.listener,
            isReady: self.standing == .ready,
            reason: reason.rawValue,
            message: message,
            replications: self.keys.map(\.name)
        )
    }
}
