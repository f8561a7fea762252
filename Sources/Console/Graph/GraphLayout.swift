import Resources

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the nodes of a panel stand on paper.
struct GraphLayout {
    /// A place on paper, in pixels.
    struct Point: Sendable, Hashable {
        var x: Double
        var y: Double
    }

    /// How wide the boxes of nodes are.
    let boxWidth: Double
    /// How high the boxes of nodes are.
    let boxHeight = 44.0
    /// The centres of the nodes.
    private(set) var centres: [String: Point] = [:]
    /// How wide the paper is.
    private(set) var width = 0.0
    /// How high the paper is.
    private(set) var height = 0.0

    private static let margin = 28.0
    /// How much room a link takes between two boxes, with its label if it has one.
    private let gap: Double

    init(of panel: ReplicationGraph.Panel) {
        let widths = panel.nodes.map { max(Double($0.name.displayWidth) * 8.4, Double($0.under.displayWidth) * 6.3) }
        self.boxWidth = max(96, (widths.max() ?? 0) + 28)
        self.gap = panel.nodes.contains { $0.receives == nil } ? 150 : 80
        let names = panel.nodes.map(\.name)
        if panel.shape == .chain || names.count == 2 {
            self.layOutLine(names)
        } else if let hub = panel.hub, panel.shape == .star, names.contains(hub) {
            self.layOutCircle(names.filter { $0 != hub }, around: hub)
        } else {
            self.layOutCircle(names, around: nil)
        }
    }

    /// A chain goes from left to right, five to a row, and back in the next.
    private mutating func layOutLine(_ names: [String]) {
        let columns = min(5, max(1, names.count))
        let step = Point(x: self.boxWidth + self.gap, y: self.boxHeight + 70)
        for (index, name) in names.enumerated() {
            let row = index / columns
            let column = row.isMultiple(of: 2) ? index % columns : columns - 1 - index % columns
            self.centres[name] = Point(x: Double(column) * step.x, y: Double(row) * step.y)
        }
        self.fitPaper()
    }

    private mutating func layOutCircle(_ names: [String], around hub: String?) {
        let count = Double(max(1, names.count))
        // Neighbours on the circle need room for their boxes and for what is written between them.
        let chord = self.boxWidth + self.gap * 0.62
        let radius = max(hub == nil ? 120 : self.boxWidth * 0.8 + self.gap, chord / (2 * sin(.pi / max(count, 2))))
        for (index, name) in names.enumerated() {
            let angle = -Double.pi / 2 + 2 * Double.pi * Double(index) / count
            // Boxes are wider than high, and so is the circle.
            self.centres[name] = Point(x: radius * 1.25 * cos(angle), y: radius * 0.9 * sin(angle))
        }
        if let hub { self.centres[hub] = Point(x: 0, y: 0) }
        self.fitPaper()
    }

    /// Moves everything so that it just fits on paper.
    private mutating func fitPaper() {
        let left = (self.centres.values.map(\.x).min() ?? 0) - self.boxWidth / 2 - Self.margin
        let top = (self.centres.values.map(\.y).min() ?? 0) - self.boxHeight / 2 - Self.margin
        let right = (self.centres.values.map(\.x).max() ?? 0) + self.boxWidth / 2 + Self.margin
        let bottom = (self.centres.values.map(\.y).max() ?? 0) + self.boxHeight / 2 + Self.margin
        self.centres = self.centres.mapValues { Point(x: $0.x - left, y: $0.y - top) }
        self.width = right - left
        self.height = bottom - top
    }

    /// Where a line from one node to another leaves the first one's box, and enters the second one's.
    func ends(from first: String, to second: String) -> (Point, Point)? {
        guard let start = self.centres[first], let end = self.centres[second], start != end else { return nil }
        return (self.edge(of: start, towards: end), self.edge(of: end, towards: start))
    }

    private func edge(of centre: Point, towards other: Point) -> Point {
        let dx = other.x - centre.x
        let dy = other.y - centre.y
        let horizontal = dx == 0 ? Double.infinity : (self.boxWidth / 2 + 5) / abs(dx)
        let vertical = dy == 0 ? Double.infinity : (self.boxHeight / 2 + 5) / abs(dy)
        let share = min(horizontal, vertical, 0.5)
        return Point(x: centre.x + dx * share, y: centre.y + dy * share)
    }
}
