extension ReplicationGraph {
    /// The graph as a picture that needs nothing else: no fonts, no scripts, light and dark by itself.
    ///
    /// Each arrow goes from the one that dials; a dashed one is not ready, and says why when the pointer rests on it.
    package var svg: String {
        let layouts = self.panels.map { GraphLayout(of: $0) }
        let texts = self.panels.map { Double(max($0.title.displayWidth + 4, $0.subtitle.displayWidth)) * 7.6 + 56 }
        let width = max(320, layouts.map(\.width).max() ?? 0, texts.max() ?? 0)
        var body: [String] = []
        var top = 0.0
        for (panel, layout) in zip(self.panels, layouts) {
            body.append("<g transform=\"translate(0 \(Self.number(top)))\">")
            body.append(Self.text(panel.title, x: 28, y: 34, "title"))
            body.append(Self.text(panel.subtitle, x: 28, y: 54, "note"))
            body.append("<g transform=\"translate(\(Self.number((width - layout.width) / 2)) 62)\">")
            let isLabelled = panel.nodes.contains { $0.receives == nil }
            body += panel.edges.flatMap { Self.lines(of: $0, layout, isLabelled: isLabelled) }
            body += panel.nodes.flatMap { Self.lines(of: $0, layout) }
            body += ["</g>", "</g>"]
            top += layout.height + 70
        }
        let size = "\(Self.number(width)) \(Self.number(max(top, 60)))"
        let summary = self.panels.map { "\($0.title): \($0.subtitle)" }.joined(separator: "; ")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" role="img">
            <title>\(Self.escaped(summary))</title>
            \(GraphStyle.sheet)
            <defs>
            \(["plain", "good", "attention", "bad"].map(Self.arrowhead).joined(separator: "\n"))
            </defs>
            <rect class="paper" width="100%" height="100%"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private static func arrowhead(_ word: String) -> String {
        "<marker id=\"head-\(word)\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
            + "orient=\"auto\"><path class=\"head \(word)\" d=\"M0 1 L10 5 L0 9 z\"/></marker>"
    }

    private static func lines(of node: Node, _ layout: GraphLayout) -> [String] {
        guard let centre = layout.centres[node.name] else { return [] }
        let box =
            "<rect class=\"box \(self.word(of: node.health))\" x=\"\(self.number(centre.x - layout.boxWidth / 2))\" "
            + "y=\"\(self.number(centre.y - layout.boxHeight / 2))\" width=\"\(self.number(layout.boxWidth))\" "
            + "height=\"\(self.number(layout.boxHeight))\" rx=\"9\"/>"
        guard !node.under.isEmpty else { return [box, self.text(node.name, x: centre.x, y: centre.y + 5, "name")] }
        return [
            box, self.text(node.name, x: centre.x, y: centre.y - 1, "name"),
            self.text(node.under, x: centre.x, y: centre.y + 14, "under"),
        ]
    }

    /// The arrow of a link, and what flows over it where the boxes do not tell.
    private static func lines(of edge: Edge, _ layout: GraphLayout, isLabelled: Bool) -> [String] {
        guard let (start, end) = layout.ends(from: edge.from, to: edge.to) else { return [] }
        let word = self.word(of: edge.health)
        let isWaiting = edge.health.map { $0 < .suspended } ?? false
        let flow = edge.flow
        let what = "\(edge.from) dials \(edge.to); \(flow.sign) \(flow.collections)"
        var lines = [
            "<g><title>\(self.escaped(edge.trouble.isEmpty ? what : "\(what); \(edge.trouble)"))</title>",
            "<path class=\"link \(word)\(isWaiting ? " waiting" : "")\" marker-end=\"url(#head-\(word))\" "
                + "d=\"M\(self.number(start.x)) \(self.number(start.y)) L\(self.number(end.x)) \(self.number(end.y))\"/>",
        ]
        if isLabelled {
            // Off the middle, where lines cross.
            let x = start.x + (end.x - start.x) * 0.42
            let y = start.y + (end.y - start.y) * 0.42
            lines.append(self.text(flow.collections.cut(to: 34), x: x, y: y + 4, "flow"))
        }
        return lines + ["</g>"]
    }

    private static func word(of health: Health.Level?) -> String {
        switch health?.tone {
        case .good: "good"
        case .attention: "attention"
        case .bad: "bad"
        case .plain, .strong, .faint, nil: "plain"
        }
    }

    private static func text(_ text: String, x: Double, y: Double, _ style: String) -> String {
        "<text class=\"\(style)\" x=\"\(self.number(x))\" y=\"\(self.number(y))\">\(self.escaped(text))</text>"
    }

    /// One digit after the point is finer than any screen.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.oneLine {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
