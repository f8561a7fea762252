import JSON
import KubernetesModel
import Resources

/// What belongs to a topology in the end: its plans carried out in memory, with everything going well.
///
/// It shows in one go what the controller reaches over several plans, each of which waits for the last one's effects.
package struct TopologyRehearsal: Sendable {
    /// What belongs to the topology then, and what goes on the way, which is being deleted; in the order of keys.
    ///
    /// Statuses are those that the objects have now.
    package let replications: [Object]
    /// Why a pair comes to nothing as things are; `nil` when all of them come about.
    package let obstacle: (reason: Reason, message: String)?

    /// More plans than any rollout takes; a defect must not end in a loop.
    private static let maximumRounds = 1_000
    /// The moment of deletions that nobody has asked for yet.
    private static let someTime = "1970-01-01T00:00:00Z"

    /// Rehearses.
    ///
    /// - Parameters:
    ///   - topology: The topology as it shall be.
    ///   - owned: What belongs to it now.
    ///   - surroundings: What it can see of the others; `owned` in it is passed over.
    package init(of topology: ReplicationTopology, owned: [Object], in surroundings: TopologySurroundings) {
        var stage = Stage(topology, owned)
        var plan = stage.plan(in: surroundings)
        for _ in 0..<Self.maximumRounds where !plan.steps.isEmpty && !stage.isOver {
            for step in plan.steps { stage.carryOut(step) }
            plan = stage.plan(in: surroundings)
        }
        self.obstacle =
            plan.pairs.lazy.compactMap { pair in
                switch pair.standing {
                case .ready: nil
                case .waiting(let reason, let message), .stalled(let reason, let message): (reason, message)
                }
            }.first
        let leaving = stage.gone.values.map { object in
            var object = object
            object.metadata.deletionTimestamp = object.metadata.deletionTimestamp ?? Self.someTime
            return object
        }
        // What goes and is made anew under its name has its deletion first.
        self.replications = (leaving + stage.owned.values.filter { stage.gone[$0.key] == nil }).sorted {
            $0.key < $1.key
        }
    }

    /// The objects while they change.
    private struct Stage {
        var topology: ReplicationTopology
        var owned: [ObjectKey: Object]
        var gone: [ObjectKey: Object] = [:]
        var isOver = false

        init(_ topology: ReplicationTopology, _ owned: [Object]) {
            self.topology = topology
            // A request to look now asks for nothing that would not be done anyway.
            self.topology.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = nil
            self.owned = Dictionary(owned.map { ($0.key, $0) }) { first, _ in first }
        }

        func plan(in surroundings: TopologySurroundings) -> TopologyPlan {
            var surroundings = surroundings
            surroundings.owned = self.owned.values.map { $0.asReady }
            surroundings.isTaken = { [isTaken = surroundings.isTaken, gone = Set(self.gone.keys)] key in
                !gone.contains(key) && isTaken(key)
            }
            return TopologyPlan(for: self.topology, in: surroundings)
        }

        mutating func carryOut(_ step: TopologyStep) {
            switch step {
            case .addFinalizer: self.topology.metadata.finalizers.append(PeerageAPI.finalizer)
            case .removeFinalizer: self.isOver = true
            case .create(let side): self.owned[side.key] = side.object(of: self.topology)
            case .update(let key, _, let fields): self.owned[key]?.setSpec(fields)
            case .ask: break
            case .delete(let key, _): self.gone[key] = self.owned.removeValue(forKey: key)
            }
        }
    }
}

extension Object {
    /// The replication as it is once its Big Peer holds it.
    fileprivate var asReady: BigPeerReplication {
        var replication = BigPeerReplication(self)
        replication.status.observedGeneration = replication.metadata.generation
        replication.status.lastSyncTime = replication.status.lastSyncTime ?? "1970-01-01T00:00:00Z"
        replication.status.conditions = Outcome.Standing.synced.conditions(generation: replication.metadata.generation)
        return replication
    }
}
