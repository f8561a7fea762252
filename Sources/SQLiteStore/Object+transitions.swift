import JSON
import KubernetesModel
import ResourceStore

/// The rules by which objects change, those of a Kubernetes API server.
///
/// Source: Kubernetes API conventions, "Metadata", and `k8s.io/apiserver/pkg/registry/rest`.
extension Object {
    /// The object as it is first stored: what only the server may set is set, whatever the client sent.
    func created(as kind: ResourceKind, name: String, uid: String, now: String) -> Object {
        var object = self
        object.apiVersion = kind.apiVersion
        object.kind = kind.kind
        object.metadata.name = name
        object.metadata.namespace = kind.isNamespaced ? self.metadata.namespace : ""
        object.metadata.uid = uid
        object.metadata.generation = kind.isBuiltIn ? 0 : 1
        object.metadata.creationTimestamp = now
        object.metadata.deletionTimestamp = nil
        object.metadata.other[Self.gracePeriod] = nil
        if kind.hasStatus { object.status = nil }
        return object
    }

    /// What an update makes of this object.
    ///
    /// The status and everything that only the server sets stay as they are.
    ///
    /// - Parameters:
    ///   - incoming: The object as the client wants it.
    ///   - kind: The kind of both.
    /// - Returns: The transition; the version is not yet the new one.
    /// - Throws: `Conflict` when the client's version or uid is not the current one, `Invalid` when a finalizer is
    ///   added to an object that is being deleted.
    func updated(to incoming: Object, kind: ResourceKind) throws(APIStatus) -> Transition {
        try self.checkIsCurrent(incoming.metadata, kind: kind)
        try self.checkNoNewFinalizers(incoming.metadata.finalizers)
        var next = incoming
        next.apiVersion = kind.apiVersion
        next.kind = kind.kind
        next.metadata.namespace = self.metadata.namespace
        next.metadata.uid = self.metadata.uid
        next.metadata.resourceVersion = self.metadata.resourceVersion
        next.metadata.generation = self.metadata.generation
        next.metadata.creationTimestamp = self.metadata.creationTimestamp
        next.metadata.deletionTimestamp = self.metadata.deletionTimestamp
        next.metadata.other[Self.gracePeriod] = self.metadata.other[Self.gracePeriod]
        if kind.hasStatus { next.status = self.status }
        if next == self { return .unchanged }
        if !kind.isBuiltIn, next.desiredState != self.desiredState { next.metadata.generation &+= 1 }
        let isLastFinalizerGone = next.metadata.isBeingDeleted && next.metadata.finalizers.isEmpty
        return isLastFinalizerGone ? .removed(next) : .stored(next)
    }

    /// What a write of the status makes of this object: nothing but the status is taken, and who owns it, for writers
    /// that keep account of that.
    func updated(toStatusOf incoming: Object, kind: ResourceKind) throws(APIStatus) -> Transition {
        try self.checkIsCurrent(incoming.metadata, kind: kind)
        var next = self
        next.status = incoming.status
        if let owners = incoming.metadata.other[Self.managedFields] { next.metadata.other[Self.managedFields] = owners }
        guard next.status != self.status || next.metadata.other != self.metadata.other else { return .unchanged }
        return .stored(next)
    }

    /// What a deletion makes of this object.
    func deleted(
        _ preconditions: Preconditions,
        _ propagation: Propagation = .background,
        kind: ResourceKind,
        now: String
    ) throws(APIStatus) -> Transition {
        try self.check(preconditions, kind: kind)
        return self.deleted(propagation, now: now)
    }

    /// Throws when this is not the object that a client has in mind.
    private func check(_ preconditions: Preconditions, kind: ResourceKind) throws(APIStatus) {
        let demands = [
            ("UID", preconditions.uid, self.metadata.uid),
            ("ResourceVersion", preconditions.resourceVersion, self.metadata.resourceVersion),
        ]
        for case (let word, let wanted?, let found) in demands where wanted != found {
            throw APIStatus(
                .conflict,
                "Operation cannot be fulfilled on \(kind.qualifiedPlural) \"\(self.metadata.name)\": the \(word) in "
                    + "the precondition (\(wanted)) does not match the \(word) in record (\(found)). "
                    + "The object might have been deleted and then recreated",
                name: self.metadata.name,
                kind: kind.plural,
                group: kind.group
            )
        }
    }

    /// What a deletion without preconditions makes of this object.
    ///
    /// Whoever deletes again may change how: the last word on what becomes of the owned objects counts.
    func deleted(_ propagation: Propagation = .background, now: String) -> Transition {
        var next = self
        if self.metadata.isBeingDeleted == false || propagation != .background {
            let others: [Propagation] = [.foreground, .orphan]
            next.metadata.finalizers.removeAll { name in others.contains { $0.finalizer == name } }
            if let finalizer = propagation.finalizer { next.metadata.finalizers.append(finalizer) }
        }
        if next.metadata.finalizers.isEmpty { return .removed(next) }
        if !self.metadata.isBeingDeleted { return .stored(next.marked(now: now)) }
        return next.metadata.finalizers == self.metadata.finalizers ? .unchanged : .stored(next)
    }

    /// The object as it waits for its finalizers.
    func marked(now: String) -> Object {
        var next = self
        next.metadata.deletionTimestamp = now
        next.metadata.other[Self.gracePeriod] = 0
        if next.metadata.generation > 0 { next.metadata.generation &+= 1 }
        return next
    }

    /// What `generation` counts the changes of.
    private var desiredState: JSONObject {
        var content = self.content
        content["status"] = nil
        return content
    }

    private func checkIsCurrent(_ incoming: ObjectMeta, kind: ResourceKind) throws(APIStatus) {
        let isVersionCurrent =
            incoming.resourceVersion.isEmpty || incoming.resourceVersion == self.metadata.resourceVersion
        let isSameObject = incoming.uid.isEmpty || incoming.uid == self.metadata.uid
        guard isVersionCurrent, isSameObject else { throw APIStatus.conflict(kind, self.metadata.name) }
    }

    private func checkNoNewFinalizers(_ incoming: [String]) throws(APIStatus) {
        guard self.metadata.isBeingDeleted else { return }
        let added = incoming.filter { !self.metadata.finalizers.contains($0) }
        guard !added.isEmpty else { return }
        let message =
            "no new finalizers can be added if the object is being deleted, found new finalizers "
            + added.joined(separator: ", ")
        throw APIStatus.invalid(self, field: "metadata.finalizers", "Forbidden", reason: "FieldValueForbidden", message)
    }

    private static let managedFields = "managedFields"
    private static let gracePeriod = "deletionGracePeriodSeconds"
}
