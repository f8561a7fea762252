import JSON

extension ManagedFields {
    /// What a write other than an apply makes of the ownership: the writer owns what it changed, and others lose it.
    ///
    /// - Parameters:
    ///   - old: The object before; an object with nothing in it when it is created.
    ///   - new: The object after.
    ///   - shape: The shape of both.
    ///   - manager: The writer.
    ///   - now: The time.
    /// - Returns: Who owns what afterwards.
    package func updated(
        from old: JSONValue,
        to new: JSONValue,
        _ shape: FieldShape,
        by manager: FieldManager,
        at now: String
    ) -> ManagedFields {
        let comparison = shape.comparison(from: old, to: new)
        var result = self
        result.dropOtherVersions(than: manager.apiVersion)
        let written = comparison.written
        let lost = written.union(comparison.removed)
        if !lost.isEmpty { result.changeFields { $0.fields.subtracting(lost) } }
        let own = written.subtracting(Self.notTracked)
        if !own.isEmpty {
            let former = result[manager]?.fields ?? FieldSet()
            result.set(Entry(manager, former.union(own), time: now))
        }
        return result
    }

    /// Gives what nobody owns of a part of an object to a manager, and takes from all what is not there any more.
    ///
    /// - Parameters:
    ///   - part: The part as it is, as an object with nothing else.
    ///   - names: The outermost fields that the part is made of.
    ///   - shape: The shape of the object.
    ///   - manager: Who wrote the part without being tracked.
    /// - Returns: Who owns what afterwards; of the manager's fields nobody knows when it got them.
    package func attributing(
        _ part: JSONValue,
        of names: [String],
        _ shape: FieldShape,
        to manager: FieldManager
    ) -> ManagedFields {
        let present = shape.fields(of: part, .everything)
        var result = self
        let gone = names.reduce(FieldSet()) { $0.union(self.fields.only($1)) }.subtracting(present)
        if !gone.isEmpty { result.changeFields { $0.fields.subtracting(gone) } }
        let owned = result.fields.union(Self.notTracked)
        // Appliers own no objects and lists around their fields; that alone is no sign of another writer.
        if !shape.fields(of: part, .applied).subtracting(owned).isEmpty {
            let unowned = present.subtracting(owned)
            let former = result[manager]
            result.set(Entry(manager, (former?.fields ?? FieldSet()).union(unowned), time: former?.time))
        }
        return result
    }

    /// What is in every object and nobody's: the server sets it, or it says which object this is.
    ///
    /// Source: `k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go`; the times of deletion are added,
    /// which no client can set.
    static let notTracked: FieldSet = {
        let members = [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
            "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
        ]
        let head: [[FieldStep]] = [[.name("apiVersion")], [.name("kind")], [.name("metadata")]]
        return FieldSet(head + members.map { [.name("metadata"), .name($0)] })
    }()
}
