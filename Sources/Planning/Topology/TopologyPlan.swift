import JSON
import KubernetesModel
import Resources

/// The writes that can be made for a topology now, and how its pairs stand.
///
/// *Expected flow:* make a plan, carry out its steps in order, make a plan again until it has none; the last one tells
/// the status. Nothing is remembered between two plans: a process may die after any step, and the next one goes on from
/// what is there.
///
/// *Guarantees:*
/// - The side that is dialled is there, and its Big Peer holds it, before the other side dials it; the side that dials
///   is gone before the other side goes.
/// - An object that is wanted is updated in place; what names it never changes, and nothing is made anew under its name
///   as long as it is wanted.
/// - When the dialling side of a pair changes, the new one dials before the old one stops.
/// - A pair that is no longer wanted goes when new pairs connect what it connected (`TopologyReach`).
/// - A spec of which nothing can be made changes nothing.
/// - While a pair is held up, by a missing app or a BigPeer that is not there, its objects stay as they are.
/// - What does not belong to the topology is never written.
/// - A user's request to look at the topology now reaches all that belongs to it.
package struct TopologyPlan: Sendable {
    /// How one pair stands.
    package struct PairStanding: Sendable {
        /// The members.
        package let link: TopologyLink
        /// The objects of the pair, the dialling one first, as far as their names are known.
        package let keys: [ObjectKey]
        /// Whether both sides are as asked for, or why not.
        package let standing: Standing
    }

    /// How something stands.
    package enum Standing: Sendable, Hashable {
        /// As asked for.
        case ready
        /// Held up by something that may pass, or on the way.
        case waiting(Reason, String)
        /// Held up until a person acts.
        case stalled(Reason, String)
    }

    /// The writes, in order; none when there is nothing to be done now.
    package private(set) var steps: [TopologyStep] = []
    /// The pairs, in the order of the members.
    package private(set) var pairs: [PairStanding] = []
    /// What belongs to the topology and is no longer wanted.
    package private(set) var leaving: [BigPeerReplication] = []

    private let topology: ReplicationTopology
    private let owned: [ObjectKey: BigPeerReplication]
    private let isTaken: @Sendable (ObjectKey) -> Bool
    /// What is dialled, by the keys of those that dial it.
    private let diallers: [DialledSide: [ObjectKey]]

    /// Plans for a topology.
    package init(for topology: ReplicationTopology, in surroundings: TopologySurroundings) {
        self.topology = topology
        self.owned = Dictionary(surroundings.owned.map { ($0.key, $0) }) { first, _ in first }
        self.isTaken = surroundings.isTaken
        var diallers: [DialledSide: [ObjectKey]] = [:]
        for replication in surroundings.owned {
            for target in replication.dialledKeys { diallers[target, default: []].append(replication.key) }
        }
        self.diallers = diallers
        if topology.metadata.isBeingDeleted {
            self.planDeletion()
        } else if !topology.spec.policy.isSuspended, topology.problem == nil {
            self.planRollout(TopologyExpansion(of: topology, in: surroundings))
        }
    }

    // MARK: - A topology that is there to stay

    private mutating func planRollout(_ expansion: TopologyExpansion) {
        if !self.topology.metadata.finalizers.contains(PeerageAPI.finalizer) { self.steps.append(.addFinalizer) }
        var wanted: Set<ObjectKey> = []
        var established: [TopologyExpansion.Sides] = []
        for pair in expansion.pairs {
            wanted.formUnion(pair.keys)
            switch pair.sides {
            case .failure(let obstacle): self.note(pair, Self.standing(of: obstacle))
            case .success(let sides):
                self.plan(sides, of: pair)
                if self.isEstablished(sides) { established.append(sides) }
            }
        }
        // The name of a side on a BigPeer that is not there is not known; whatever is on it may be one.
        let unwanted = self.owned.values.filter {
            !wanted.contains($0.key) && !expansion.missingPeers.contains($0.bigPeerKey)
        }
        self.leaving += unwanted
        self.leaving.sort { $0.key < $1.key }
        var reach = TopologyReach(self.topology, established: established, owned: Array(self.owned.values))
        let replaced = self.leaving.filter { wanted.contains($0.key) }
        let departing = self.leaving.filter { leaver in
            !wanted.contains(leaver.key)
                && leaver.dialledKeys.allSatisfy { reach.canGo(from: leaver.bigPeerKey, to: $0.bigPeer) }
        }
        for leaver in replaced { self.planRemoval(of: leaver, .delete) }
        for leaver in departing where self.isLeftAlone(leaver) { self.planRemoval(of: leaver, .delete) }
        self.planRequests()
    }

    /// Whoever asks for a look at the topology means what belongs to it.
    private mutating func planRequests() {
        let annotation = PeerageAPI.reconcileRequestedAtAnnotation
        guard let request = self.topology.metadata.reconcileRequestedAt,
            request != self.topology.status.lastHandledReconcileAt
        else { return }
        for live in self.owned.values.sorted(by: { $0.key < $1.key })
        where !live.metadata.isBeingDeleted && live.metadata.annotations[annotation] != request {
            self.steps.append(.ask(live.key, uid: live.metadata.uid, request: request))
        }
    }

    /// Plans for one pair: first the side that is dialled, then the one that dials.
    private mutating func plan(_ sides: TopologyExpansion.Sides, of pair: TopologyExpansion.Pair) {
        let taken = [sides.dialler, sides.listener].map(\.key).first { self.owned[$0] == nil && self.isTaken($0) }
        if let taken {
            return self.note(
                pair,
                .stalled(
                    .nameTaken,
                    "BigPeerReplication \"\(taken)\" is there already and does not belong to this topology; rename or "
                        + "delete it, or rename the topology"
                )
            )
        }
        let others = [sides.dialler, sides.listener].compactMap { side in
            self.owned[side.key].flatMap { side.isSameIdentity(as: $0) ? nil : $0 }
        }
        guard others.isEmpty else {
            self.leaving += others
            let message = "\"\(others[0].key)\" is of another app or Big Peer and goes before it is made anew"
            return self.note(pair, .waiting(.progressing, message))
        }
        var listener = sides.listener
        if let live = self.owned[listener.key], !live.dialledKeys.isEmpty, !self.isDialling(sides.dialler) {
            // The dialling side changes: this one goes on until the other has begun.
            listener.connectTo = live.spec.connectTo.first
        }
        self.plan(listener, orCreateIf: true)
        self.plan(sides.dialler, orCreateIf: self.owned[listener.key]?.canBeDialled == true)
        self.note(pair, self.standing(of: sides, isTurning: listener.connectTo != nil))
    }

    private mutating func plan(_ side: TopologySide, orCreateIf canBeCreated: Bool) {
        if let live = self.owned[side.key] {
            guard !live.metadata.isBeingDeleted, !side.isSatisfied(by: live) else { return }
            self.steps.append(.update(live.key, uid: live.metadata.uid, fields: side.fields))
        } else if canBeCreated {
            self.steps.append(.create(side))
        }
    }

    private mutating func note(_ pair: TopologyExpansion.Pair, _ standing: Standing) {
        self.pairs.append(PairStanding(link: pair.link, keys: pair.keys, standing: standing))
    }

    /// Whether the Big Peer of a side is known to dial as it shall.
    private func isDialling(_ side: TopologySide) -> Bool {
        guard let live = self.owned[side.key], side.isSatisfied(by: live) else { return false }
        return live.canBeDialled
    }

    private func isEstablished(_ sides: TopologyExpansion.Sides) -> Bool {
        [sides.dialler, sides.listener].allSatisfy { side in
            self.owned[side.key].map { side.isSameIdentity(as: $0) && $0.isEstablished } == true
        }
    }

    // MARK: - What goes

    /// A topology on its way out takes everything with it, unless a person asked that it stays (`--cascade=orphan`).
    private mutating func planDeletion() {
        guard self.topology.metadata.finalizers.contains(PeerageAPI.finalizer) else { return }
        self.leaving = self.owned.values.sorted { $0.key < $1.key }
        guard !self.leaving.isEmpty, !self.topology.metadata.finalizers.contains("orphan") else {
            return self.steps.append(.removeFinalizer)
        }
        for leaver in self.leaving where self.isLeftAlone(leaver) {
            self.planRemoval(of: leaver, self.topology.spec.policy.deletion)
        }
    }

    /// Whether no other object of the topology dials this one any more.
    private func isLeftAlone(_ leaver: BigPeerReplication) -> Bool {
        // Two that dial each other, as in the middle of a change of sides, would wait for ever.
        (self.diallers[leaver.asDialled] ?? []).isEmpty || !leaver.spec.connectTo.isEmpty
    }

    /// The policy by which an object goes is written into it first.
    private mutating func planRemoval(of leaver: BigPeerReplication, _ policy: DeletionPolicy) {
        guard !leaver.metadata.isBeingDeleted else { return }
        if leaver.spec.policy.deletion == policy {
            self.steps.append(.delete(leaver.key, uid: leaver.metadata.uid))
        } else {
            let fields: JSONObject = ["deletionPolicy": .string(policy.rawValue)]
            self.steps.append(.update(leaver.key, uid: leaver.metadata.uid, fields: fields))
        }
    }

    // MARK: - How it stands

    private static func standing(of obstacle: Obstacle) -> Standing {
        obstacle.isStalled ? .stalled(obstacle.reason, obstacle.message) : .waiting(obstacle.reason, obstacle.message)
    }

    private func standing(of sides: TopologyExpansion.Sides, isTurning: Bool) -> Standing {
        // The side that is dialled explains the other one's waiting.
        for side in [sides.listener, sides.dialler] {
            guard let live = self.owned[side.key] else {
                return .waiting(.creating, "\"\(side.key.name)\" is not there yet")
            }
            if live.isReadyNow { continue }
            return live.standing
        }
        return isTurning ? .waiting(.updating, "\"\(sides.listener.key.name)\" still dials, too") : .ready
    }
}
