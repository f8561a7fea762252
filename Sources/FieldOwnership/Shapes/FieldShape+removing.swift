import JSON

extension FieldShape {
    /// A value without fields; an object or list that loses all it holds goes, too.
    ///
    /// A field that goes takes its inside along.
    ///
    /// - Parameters:
    ///   - fields: What is to go.
    ///   - value: The value.
    /// - Returns: The value without them; `nil` when nothing is left.
    package func removing(_ fields: FieldSet, from value: JSONValue) -> JSONValue? {
        if fields.isEmpty { return value }
        switch FieldParts(value, self) {
        case nil: return value
        case .object(let object, let shapes):
            var result = object
            for node in fields.nodes {
                guard case .name(let name) = node.step, let inside = object[name] else { continue }
                result[name] = node.isMember ? nil : shapes[name].removing(node.inside, from: inside)
            }
            return result.isEmpty && !object.isEmpty ? nil : .object(result)
        case .list(let elements, let shape)?:
            let rest = elements.enumerated().compactMap { index, element -> JSONValue? in
                let step = shape.step(to: element, at: index)
                return fields.hasMember(step) ? nil : shape.shape.removing(fields[step], from: element)
            }
            return rest.isEmpty && !elements.isEmpty ? nil : .array(rest)
        }
    }
}
