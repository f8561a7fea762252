import JSON
import KubernetesModel
import Resources

extension ResourceTree.Node {
    /// The node and all that stands under it, a line each.
    ///
    /// - Parameters:
    ///   - hasNamespaces: Whether namespaces are shown.
    ///   - paint: What gives colours.
    /// - Returns: The lines.
    package func lines(hasNamespaces: Bool = false, paint: Paint = .none) -> [String] {
        self.lines(first: "", rest: "", hasNamespaces, paint)
    }

    private func lines(first: String, rest: String, _ hasNamespaces: Bool, _ paint: Paint) -> [String] {
        var lines = [first + self.headline(hasNamespaces, paint)]
        for (index, child) in self.children.enumerated() {
            let isLast = index == self.children.count - 1
            lines += child.lines(
                first: rest + (isLast ? "└─ " : "├─ "),
                rest: rest + (isLast ? "   " : "│  "),
                hasNamespaces,
                paint
            )
        }
        return lines
    }

    private func headline(_ hasNamespaces: Bool, _ paint: Paint) -> String {
        let place = hasNamespaces && self.kind.isNamespaced ? "\(self.object.metadata.namespace)/" : ""
        let name = "\(self.kind.singular)/\(place)\(self.object.metadata.name)".oneLine
        guard !self.isRepeated else { return paint("\(name) (see above or below)", .faint) }
        guard self.kind.hasStatus else { return name }
        let health = Health(of: self.object)
        var parts = [paint(health.level.sign, health.level.tone), paint(name, .strong)]
        parts += self.object.conditions.map { condition in
            let text = "\(condition.type)=\(condition.status.rawValue)".oneLine
            return paint(
                text,
                condition.type == ConditionType.stalled.rawValue ? .bad : Tone(of: condition.status.rawValue)
            )
        }
        if !health.isWell { parts.append("\(health.reason): \(health.message)".oneLine) }
        return parts.joined(separator: " ")
    }

    /// The node and all that stands under it, for programs.
    package var json: JSONValue {
        let health = Health(of: self.object)
        return [
            "group": .string(self.kind.group),
            "kind": .string(self.kind.kind),
            "namespace": .string(self.object.metadata.namespace),
            "name": .string(self.object.metadata.name),
            "health": self.kind.hasStatus ? .string(health.level.word) : .null,
            "reason": self.kind.hasStatus ? .string(health.reason) : .null,
            "conditions": .array(self.object.conditions.map(\.json)),
            "repeated": .bool(self.isRepeated),
            "children": .array(self.children.map(\.json)),
        ]
    }
}

extension ResourceTree {
    /// Nodes for programs; fields may be added, and those that are there keep their names and meanings.
    package static func json(of nodes: [Node]) -> JSONValue { ["version": 1, "roots": .array(nodes.map(\.json))] }
}
