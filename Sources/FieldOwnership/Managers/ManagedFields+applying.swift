import JSON

/// A server-side apply that worked.
package struct AppliedObject: Sendable, Hashable {
    /// The object afterwards, but for its `managedFields`.
    package let object: JSONValue
    /// Who owns what afterwards.
    package let managedFields: ManagedFields
}

extension ManagedFields {
    /// Carries a server-side apply out.
    ///
    /// What the configuration says is set and becomes the manager's; what the manager applied before, no longer says
    /// and nobody else owns goes.
    ///
    /// - Parameters:
    ///   - configuration: What the manager wants.
    ///   - live: The object as it is; an object with nothing in it when it is created.
    ///   - shape: The shape of both.
    ///   - manager: Who applies.
    ///   - isForced: Whether fields that others own are taken from them.
    ///   - now: The time.
    /// - Returns: The object, and who owns what.
    /// - Throws: `FieldConflicts` when others own fields that would change, and it is not forced.
    package func applied(
        _ configuration: JSONValue,
        to live: JSONValue,
        _ shape: FieldShape,
        by manager: FieldManager,
        isForced: Bool,
        at now: String
    ) throws(FieldConflicts) -> AppliedObject {
        var result = self
        result.dropOtherVersions(than: manager.apiVersion)
        let former = result[manager]
        let others = result.entries.filter { !$0.manager.isSame(as: manager) }
        let wanted = shape.fields(of: configuration, .applied)
        let object = shape.merged(
            Self.pruned(live, of: former?.fields ?? FieldSet(), keeping: others.map(\.fields) + [wanted], shape),
            with: configuration
        )
        let comparison = shape.comparison(from: live, to: object)
        let written = comparison.written
        if !isForced, !written.isEmpty {
            let conflicts = FieldConflicts(others.map { ($0, $0.fields.intersection(written)) })
            if let conflicts { throw conflicts }
        }
        let lost = written.union(comparison.removed)
        if !lost.isEmpty {
            result.changeFields { $0.manager.isSame(as: manager) ? $0.fields : $0.fields.subtracting(lost) }
        }
        let own = wanted.subtracting(Self.notTracked)
        result.set(Entry(manager, own, time: now))
        // The time tells when something last changed, not when the manager last asked.
        if comparison.isSame, result.isSame(as: self) { result = self }
        return AppliedObject(object: object, managedFields: result)
    }

    /// The object without what its manager owned until now, and nobody owns from now on.
    private static func pruned(
        _ live: JSONValue,
        of former: FieldSet,
        keeping owned: [FieldSet],
        _ shape: FieldShape
    ) -> JSONValue {
        guard !former.isEmpty else { return live }
        let gone = owned.reduce(shape.fields(of: live, .applied).intersection(former)) { $0.subtracting($1) }
        return shape.removing(gone, from: live) ?? .object(JSONObject())
    }
}
