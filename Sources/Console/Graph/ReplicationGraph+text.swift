extension ReplicationGraph {
    /// The graph as lines for people: below each Big Peer those that it dials.
    ///
    /// ```
    /// fleet/europe  Mesh of 3 members, app cars, 3 of 3 pairs ready
    ///
    ///   berlin  embedded
    ///   ├─ dials paris  ✓  ◀▶ cars
    ///   └─ dials rome   ✓  ◀▶ cars
    /// ```
    package func lines(paint: Paint = .none) -> [String] {
        guard !self.panels.isEmpty else {
            return ["There is nothing to draw: no topology, and no replication that dials."]
        }
        var lines: [String] = []
        for panel in self.panels {
            if !lines.isEmpty { lines.append("") }
            lines.append("\(paint(panel.title.oneLine, .strong))  \(panel.subtitle.oneLine)")
            lines.append("")
            for node in panel.nodes { lines += panel.lines(of: node, paint) }
        }
        return lines
    }
}

extension ReplicationGraph.Panel {
    fileprivate func lines(of node: ReplicationGraph.Node, _ paint: Paint) -> [String] {
        let sign = node.health.map { "\(paint($0.sign, $0.tone)) " } ?? ""
        let note = node.note.isEmpty ? "" : "  \(paint(node.note, .faint))"
        var lines = ["  \(sign)\(paint(node.name.oneLine, .strong))\(note)"]
        let dialled = self.edges.filter { $0.from == node.name }
        let width = dialled.map(\.to.oneLine.displayWidth).max() ?? 0
        for (index, edge) in dialled.enumerated() {
            let isLast = index == dialled.count - 1
            let sign = edge.health.map { "  \(paint($0.sign, $0.tone))" } ?? ""
            let flow = edge.flow
            lines.append(
                "  \(isLast ? "└─" : "├─") dials \(edge.to.oneLine.padded(to: width))\(sign)  \(flow.sign) "
                    + flow.collections.oneLine
            )
            if !edge.trouble.isEmpty { lines.append("  \(isLast ? "  " : "│ ")       \(edge.trouble.oneLine)") }
        }
        return lines
    }
}
