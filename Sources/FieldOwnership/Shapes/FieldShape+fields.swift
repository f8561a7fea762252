import JSON

extension FieldShape {
    /// Which fields of a value belong to whoever writes it.
    package enum Extent: Sendable {
        /// Who applies a configuration says something about values, and nothing about the objects and lists around
        /// them that the kind defines anyhow.
        case applied
        /// Who brings a value into being brings all of it.
        case everything
    }

    /// The fields of a value.
    package func fields(of value: JSONValue, _ extent: Extent) -> FieldSet {
        guard let parts = FieldParts(value, self) else { return FieldSet() }
        let nodes = parts.parts.map { part in
            guard let inner = FieldParts(part.value, part.shape) else { return FieldSet.Node(part.step) }
            let inside = part.shape.fields(of: part.value, extent)
            let isMember: Bool
            switch (extent, inner) {
            case (.everything, _): isMember = true
            case (.applied, .object(let object, _)): isMember = object.isEmpty || !part.isKnown
            case (.applied, .list): isMember = !part.isKnown
            }
            return FieldSet.Node(part.step, isMember: isMember, inside: inside)
        }
        return parts.isOrdered ? FieldSet(ordered: nodes) : FieldSet(unordered: nodes)
    }
}
