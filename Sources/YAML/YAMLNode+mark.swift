import JSON

extension YAMLNode {
    /// Which end of a member a place is asked for.
    package enum Part: Hashable, Sendable {
        /// The key; of a list's element, which has none, the element.
        case key
        /// The value.
        case value
    }

    /// What a path leads to; `nil` where it leaves the document.
    ///
    /// - Parameter path: Keys and indices from this node inwards.
    /// - Returns: The node.
    package func node(at path: [PathComponent]) -> YAMLNode? {
        path.reduce(self as YAMLNode?) { node, component in
            switch (component, node?.content) {
            case (.key(let key), .mapping(let members)?): members.first { $0.key.hasSameBytes(as: key) }?.value
            case (.index(let index), .sequence(let elements)?): elements.indices.contains(index) ? elements[index] : nil
            default: nil
            }
        }
    }

    /// The place of what a path leads to; where the path leaves the document, the place of the nearest ancestor.
    ///
    /// - Parameters:
    ///   - path: Keys and indices from this node inwards.
    ///   - part: Whether to point at the key or at the value.
    /// - Returns: The place; of an ancestor, the same part.
    package func mark(at path: [PathComponent], of part: Part = .value) -> Mark {
        var node = self
        var mark = self.mark
        for component in path {
            switch (component, node.content) {
            case (.key(let key), .mapping(let members)):
                guard let member = members.first(where: { $0.key.hasSameBytes(as: key) }) else { return mark }
                node = member.value
                mark = part == .key ? member.keyMark : node.mark
            case (.index(let index), .sequence(let elements)):
                guard elements.indices.contains(index) else { return mark }
                node = elements[index]
                mark = node.mark
            default: return mark
            }
        }
        return mark
    }
}
