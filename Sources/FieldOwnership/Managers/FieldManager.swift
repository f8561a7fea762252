/// Who wrote, how, and to what.
package struct FieldManager: Sendable, Hashable {
    /// The two ways to write.
    package enum Operation: String, Sendable, Hashable {
        /// Server-side apply: the manager says what it wants, and what it no longer says goes.
        case apply = "Apply"
        /// Every other write: the manager owns what it changed.
        case update = "Update"
    }

    /// The writer's name.
    package let name: String
    /// How it wrote.
    package let operation: Operation
    /// What it wrote to: `status`, or the object itself when empty.
    package let subresource: String
    /// The version in which it wrote.
    package let apiVersion: String

    /// Names a manager.
    package init(_ name: String, _ operation: Operation, apiVersion: String, subresource: String = "") {
        self.name = name
        self.operation = operation
        self.subresource = subresource
        self.apiVersion = apiVersion
    }

    /// Whether two entries are the same manager's: who applies stays the same across versions.
    func isSame(as other: FieldManager) -> Bool {
        self.name == other.name && self.operation == other.operation && self.subresource == other.subresource
            && (self.operation == .apply || self.apiVersion == other.apiVersion)
    }
}
