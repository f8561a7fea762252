import JSON
import KubernetesModel

/// One field that differs between two objects.
package struct FieldChange: Sendable, Hashable {
    /// The field.
    package let path: FieldPath
    /// What it is; `nil` when it is not there.
    package let old: JSONValue?
    /// What it would be; `nil` when it would go.
    package let new: JSONValue?

    /// The fields that differ, the innermost objects apart and lists as wholes.
    ///
    /// - Parameters:
    ///   - old: What is.
    ///   - new: What would be.
    ///   - path: Where the two stand.
    /// - Returns: The changes in the order of the fields' names.
    static func between(_ old: JSONValue?, _ new: JSONValue?, at path: FieldPath = FieldPath()) -> [FieldChange] {
        if old == new { return [] }
        guard (old ?? [:]).object != nil, (new ?? [:]).object != nil else {
            return [FieldChange(path: path, old: old, new: new)]
        }
        let keys = Set(old?.object?.keys.map(\.self) ?? []).union(new?.object?.keys.map(\.self) ?? [])
        if keys.isEmpty { return [FieldChange(path: path, old: old, new: new)] }
        return keys.sorted().flatMap { key in
            Self.between(old?[key], new?[key], at: path.key(key))
        }
    }

    /// The change for programs.
    var json: JSONValue {
        ["path": .string(self.path.description), "old": self.old ?? .null, "new": self.new ?? .null]
    }
}
