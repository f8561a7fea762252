/// What names one object within its kind: namespace and name.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The namespace; empty for kinds without one.
    package let namespace: String
    /// The name.
    package let name: String

    /// Creates a key.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`, or the name alone.
    package var description: String { self.namespace.isEmpty ? self.name : "\(self.namespace)/\(self.name)" }

    /// Orders by namespace, then name.
    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
