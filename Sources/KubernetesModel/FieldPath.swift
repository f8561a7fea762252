import JSON

/// The place of a field inside an object: `spec.connections[0]`.
package struct FieldPath: Sendable, Hashable, CustomStringConvertible {
    /// Keys and indices from the outside in.
    package var components: [PathComponent]

    /// Creates a path.
    package init(_ components: [PathComponent] = []) {
        self.components = components
    }

    /// The path of a member.
    package func key(_ key: String) -> FieldPath { FieldPath(self.components + [.key(key)]) }

    /// The path of an element.
    package func index(_ index: Int) -> FieldPath { FieldPath(self.components + [.index(index)]) }

    /// The path as Kubernetes prints it; keys that hold a dot or bracket stand in brackets.
    package var description: String {
        var text = ""
        for component in self.components {
            switch component {
            case .index(let index): text += "[\(index)]"
            case .key(let key) where key.utf8.contains(where: { Self.separators.contains($0) }): text += "[\(key)]"
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            }
        }
        return text
    }

    private static let separators: Set<UInt8> = [UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]")]
}
