import KubernetesModel
import ResourceStore

/// What becomes of an object because of who owns it and what it owns.
///
/// Source: Kubernetes, "Garbage Collection" and "Use Cascading Deletion in a Cluster".
package enum GarbageDecision: Sendable, Hashable {
    /// What is known of an owner.
    package enum Owner: Sendable, Hashable {
        /// It is there, or nobody here can tell.
        case present
        /// It is being deleted and waits for what it owns.
        case waiting
        /// It is gone.
        case absent
    }

    /// An object that another one owns.
    package struct Dependent: Sendable, Hashable {
        /// Which one.
        package let id: ObjectID
        /// Whether the owner's deletion waits for it.
        package let blocks: Bool
        /// Whether it is being deleted already.
        package let isBeingDeleted: Bool

        /// Creates a dependent.
        package init(_ id: ObjectID, blocks: Bool, isBeingDeleted: Bool) {
            self.id = id
            self.blocks = blocks
            self.isBeingDeleted = isBeingDeleted
        }
    }

    /// Nothing.
    case keep
    /// All its owners are gone: it follows them.
    case delete(Propagation)
    /// Some of its owners are gone: it forgets these.
    case forget(owners: Set<String>)
    /// It is being deleted and waits for what it owns: that is to be decided on first.
    case awaitDependents([ObjectID])
    /// It is being deleted and leaves behind what it owns: that forgets it first.
    case orphanDependents([ObjectID])
    /// It waited for what it owned, and need not wait any more.
    case finish(Propagation)

    /// Decides.
    ///
    /// - Parameters:
    ///   - metadata: The object's metadata.
    ///   - owners: What is known of its owners, by uid.
    ///   - dependents: What it owns; asked for only when it waits for that.
    /// - Returns: What is to be done now; done, it is to be decided anew.
    package static func make(
        _ metadata: ObjectMeta,
        owners: [String: Owner],
        dependents: [Dependent]
    ) -> GarbageDecision {
        switch metadata.waiting {
        case .orphan?:
            return dependents.isEmpty ? .finish(.orphan) : .orphanDependents(dependents.map(\.id))
        case .foreground?:
            if !dependents.contains(where: \.blocks) { return .finish(.foreground) }
            return .awaitDependents(dependents.filter { $0.blocks && !$0.isBeingDeleted }.map(\.id))
        case .background?, nil: break
        }
        guard !metadata.isBeingDeleted, !owners.isEmpty else { return .keep }
        let gone = Set(owners.filter { $0.value != .present }.keys)
        if gone.isEmpty { return .keep }
        if gone.count < owners.count { return .forget(owners: gone) }
        // An owner that waits for this object also waits for what this object owns.
        return .delete(owners.values.contains(.waiting) ? .foreground : .background)
    }
}

/// Names one object among those of all kinds.
package struct ObjectID: Sendable, Hashable {
    /// The kind.
    package let kind: ResourceKind
    /// Which object of the kind.
    package let key: ObjectKey

    /// Creates a name.
    package init(kind: ResourceKind, key: ObjectKey) {
        self.kind = kind
        self.key = key
    }
}

extension ObjectMeta {
    /// What the object, which is being deleted, waits for; `nil` when for nothing of this sort.
    package var waiting: Propagation? {
        guard self.isBeingDeleted else { return nil }
        return [Propagation.orphan, .foreground].first { propagation in
            propagation.finalizer.map(self.finalizers.contains) ?? false
        }
    }
}
