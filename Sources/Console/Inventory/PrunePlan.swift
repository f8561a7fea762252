import KubernetesModel
import Planning
import Resources

/// What becomes of the objects that an inventory holds and the files do not: a pure decision.
///
/// *Guarantees:* only an object that this inventory applied is ever deleted: the uid that it had then decides, and an
/// object whose uid was never learned must carry the mark that an apply leaves.
package struct PrunePlan: Sendable, Hashable {
    /// An object that goes.
    package struct Doomed: Sendable, Hashable {
        /// The entry.
        package let entry: Inventory.Entry
        /// The kind.
        package let kind: ResourceKind
        /// The uid that the deletion must meet.
        package let uid: String
    }

    /// An object that stays, and why.
    package struct Kept: Sendable, Hashable {
        /// The entry.
        package let entry: Inventory.Entry
        /// Why.
        package let reason: String
    }

    /// What is deleted, each before what it needs.
    package private(set) var doomed: [Doomed] = []
    /// What stays, for good: the inventory forgets it.
    package private(set) var kept: [Kept] = []
    /// What is gone already: the inventory forgets it.
    package private(set) var vanished: [Inventory.Entry] = []
    /// What is on its way out already: the inventory holds it until it is gone.
    package private(set) var leaving: [Inventory.Entry] = []
    /// What would be deleted, if that were not held back.
    package private(set) var held: [Inventory.Entry] = []
    /// Why it is held back.
    package private(set) var reason: PruneDecision.Reason?

    /// Decides.
    ///
    /// - Parameters:
    ///   - set: What the inventory holds.
    ///   - declared: What the files hold.
    ///   - live: The objects that only the inventory holds, as they are; those that do not exist are missing.
    ///   - holders: Other inventories that hold an object.
    ///   - failures: How many objects could not be applied.
    ///   - maximumDeletes: What the user allows at once; `nil` for the larger of 10 and a fifth.
    package init(
        _ set: AppliedSet,
        declared: Set<Inventory.Entry>,
        live: [Inventory.Entry: Object],
        holders: [Inventory.Entry: String] = [:],
        failures: Int = 0,
        maximumDeletes: Int?
    ) {
        var candidates: [Inventory.Entry: Doomed] = [:]
        for entry in set.entries.subtracting(declared).sorted() {
            guard let object = live[entry], let kind = entry.resourceKind else {
                // An object of a kind that this version does not know cannot be looked at, and is not forgotten.
                if entry.resourceKind != nil { self.vanished.append(entry) }
                continue
            }
            if let reason = Self.reasonToKeep(object, kind, uid: set.uids[entry] ?? "", holder: holders[entry]) {
                self.kept.append(Kept(entry: entry, reason: reason))
            } else if object.metadata.isBeingDeleted {
                self.leaving.append(entry)
            } else {
                candidates[entry] = Doomed(entry: entry, kind: kind, uid: object.metadata.uid)
            }
        }
        guard !candidates.isEmpty else { return }
        let doomed = Set(candidates.keys)
        if declared.isEmpty || failures > 0 {
            self.held = doomed.sorted()
            self.reason = declared.isEmpty ? .nothingGiven : .someNotApplied(failures)
            return
        }
        let decision = PruneDecision(
            inventory: set.entries,
            declared: set.entries.subtracting(doomed).union(declared),
            hasInvalidFiles: false,
            maximumDeletes: maximumDeletes
        )
        switch decision {
        case .hold(let entries, let reason): (self.held, self.reason) = (entries, reason)
        case .prune(let entries):
            self.doomed = entries.compactMap { candidates[$0] }
                .sorted { (Applier.rank($0.kind), $0.entry) > (Applier.rank($1.kind), $1.entry) }
        }
    }

    private static func reasonToKeep(
        _ object: Object,
        _ kind: ResourceKind,
        uid: String,
        holder: String?
    ) -> String? {
        if !uid.isEmpty, object.metadata.uid != uid { return "somebody else has made it anew since it was applied" }
        if uid.isEmpty, object.metadata.annotations[ThreeWayMerge.annotation] == nil {
            return "it was not made by an apply"
        }
        if object.metadata.annotations[PeerageAPI.pruneAnnotation] == "disabled" {
            return "\(PeerageAPI.pruneAnnotation) is disabled"
        }
        if let holder { return "the inventory \"\(holder)\" holds it too" }
        if kind == .namespace { return "deleting a Namespace deletes everything in it; delete it by name if meant" }
        return nil
    }

    /// What is held back and why, in one sentence; `nil` when nothing is.
    package var heldSentence: String? {
        guard let reason = self.reason else { return nil }
        let names = self.held.prefix(10).map(\.description).joined(separator: ", ")
        let more = self.held.count > 10 ? " and \(self.held.count - 10) more" : ""
        return "held back \(self.held.count.of("deletion")): \(reason). Still there: \(names)\(more)"
    }
}
