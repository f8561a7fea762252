/// Fields that an apply would change, and that others own.
package struct FieldConflicts: Error, Sendable, Hashable {
    /// One field of one other manager.
    package struct Conflict: Sendable, Hashable {
        /// Who owns it.
        package let manager: FieldManager
        /// The field.
        package let path: [FieldStep]
    }

    /// The conflicts, those of one manager together; never none.
    package let conflicts: [Conflict]

    /// Takes what others would lose; `nil` when that is nothing.
    init?(_ lost: [(entry: ManagedFields.Entry, fields: FieldSet)]) {
        self.init(
            lost.flatMap { entry, fields in
                fields.paths.map { Conflict(manager: entry.manager, path: $0) }
            }
        )
    }

    private init?(_ conflicts: [Conflict]) {
        guard !conflicts.isEmpty else { return nil }
        self.conflicts = conflicts
    }

    /// The conflicts that remain when these fields are given up; `nil` when none do.
    func without(_ fields: FieldSet) -> FieldConflicts? {
        let given = Set(fields.paths)
        return FieldConflicts(self.conflicts.filter { !given.contains($0.path) })
    }
}

extension FieldConflicts.Conflict {
    /// The manager as messages name it.
    ///
    /// Source: `printManager` of `k8s.io/apimachinery/pkg/util/managedfields`.
    package var owner: String {
        var text = "\"\(self.manager.name)\""
        if !self.manager.subresource.isEmpty { text += " with subresource \"\(self.manager.subresource)\"" }
        return self.manager.operation == .update ? "\(text) using \(self.manager.apiVersion)" : text
    }
}

extension FieldConflicts {
    /// All conflicts in one message, as kubectl shows it.
    package var message: String {
        if let only = self.conflicts.first, self.conflicts.count == 1 {
            return "Apply failed with 1 conflict: conflict with \(only.owner): \(only.path.fieldPath)"
        }
        var lines: [String] = []
        var owner: String?
        for conflict in self.conflicts {
            if conflict.owner != owner { lines.append("conflicts with \(conflict.owner):") }
            owner = conflict.owner
            lines.append("- \(conflict.path.fieldPath)")
        }
        return "Apply failed with \(self.conflicts.count) conflicts: \(lines.joined(separator: "\n"))"
    }
}
