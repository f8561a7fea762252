extension ReplicationGraph {
    /// The graph in the language of Graphviz: each arrow goes from the one that dials.
    ///
    /// Source: https://graphviz.org/doc/info/lang.html (quoted strings; only `"` and `\` need care).
    package var dot: String {
        var lines = [
            "digraph peerage {",
            "    graph [fontname=\"sans-serif\", layout=dot, rankdir=LR];",
            "    node [fontname=\"sans-serif\", shape=box, style=rounded];",
            "    edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        for (index, panel) in self.panels.enumerated() {
            lines.append("    subgraph cluster_\(index) {")
            lines.append("        label=\(Self.quoted("\(panel.title): \(panel.subtitle)"));")
            for node in panel.nodes {
                let label = node.note.isEmpty ? node.name : "\(node.name)\n\(node.note)"
                lines.append("        \(Self.id(node.name, index)) [label=\(Self.quoted(label))];")
            }
            for edge in panel.edges {
                let flow = edge.flow
                var attributes = "label=\(Self.quoted("\(flow.sign) \(flow.collections)"))"
                if let health = edge.health, health != .ready {
                    attributes += ", style=dashed, color=\(health <= .failing ? "red" : "orange")"
                }
                if !edge.trouble.isEmpty { attributes += ", tooltip=\(Self.quoted(edge.trouble))" }
                lines.append("        \(Self.id(edge.from, index)) -> \(Self.id(edge.to, index)) [\(attributes)];")
            }
            lines.append("    }")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    /// A node's name within its panel: a Big Peer may be in several.
    private static func id(_ name: String, _ panel: Int) -> String { self.quoted("\(panel)/\(name)") }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result += String(character).oneLine
            }
        }
        return result + "\""
    }
}
