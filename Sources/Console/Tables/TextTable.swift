/// One cell of a table.
package struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The text, in one line.
    package let text: String
    /// What it means.
    package let tone: Tone

    /// Creates a cell.
    package init(_ text: String, _ tone: Tone = .plain) {
        self.text = text.oneLine
        self.tone = tone
    }

    /// Creates a plain cell.
    package init(stringLiteral text: String) { self.init(text) }
}

/// Rows under headings, in columns as wide as their widest cell, as kubectl prints them.
///
/// *Guarantees:* in a pipe nothing is cut and no line ends in a space; on a screen, columns of long texts give way
/// until the lines fit, and the others keep all that is in them.
package struct TextTable: Sendable {
    /// What becomes of a last cell for which a screen has no room.
    package enum Overflow: Sendable, Hashable {
        /// It ends in an ellipsis.
        case cut
        /// It goes on in the next lines.
        case wrap
    }

    /// The headings.
    package let titles: [String]
    /// The rows.
    package private(set) var rows: [[Cell]] = []
    private let overflow: Overflow
    private var widths: [Int]

    /// The space between two columns.
    private static let gap = 3
    /// Columns wider than this give way on a screen that is too narrow, but not below it.
    private static let leastTextWidth = 24

    /// Creates a table with headings only.
    package init(_ titles: [String], overflow: Overflow = .cut) {
        self.titles = titles
        self.overflow = overflow
        self.widths = titles.map(\.displayWidth)
    }

    /// Adds a row; missing cells stay empty and surplus ones are dropped.
    package mutating func append(_ row: [Cell]) {
        self.rows.append(Array(row.prefix(self.titles.count)))
        for (index, cell) in row.prefix(self.titles.count).enumerated() {
            self.widths[index] = max(self.widths[index], cell.text.displayWidth)
        }
    }

    /// Forgets the rows and keeps the widths, so that what comes next stands under what was printed.
    package mutating func removeRows() { self.rows = [] }

    /// The lines of the table.
    ///
    /// - Parameters:
    ///   - hasHeadings: Whether the headings are among them.
    ///   - width: How wide the screen is, if it is one.
    ///   - paint: What gives them colours.
    ///   - indent: How many spaces stand before each.
    /// - Returns: The lines; none when there are no rows.
    package func lines(hasHeadings: Bool = true, width: Int? = nil, paint: Paint = .none, indent: Int = 0) -> [String] {
        guard !self.rows.isEmpty else { return [] }
        let widths = width.map { self.fitted(to: $0 - indent) } ?? self.widths
        let headings = hasHeadings ? [self.titles.map { Cell($0, .strong) }] : []
        let hasScreen = width != nil
        return (headings + self.rows).flatMap { row in
            self.lines(of: row, widths, hasScreen: hasScreen, paint: paint, indent: indent)
        }
    }

    /// The widths that fit a screen: the widest columns give way first.
    private func fitted(to width: Int) -> [Int] {
        var widths = self.widths
        var excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - width
        while excess > 0 {
            let order = widths.indices.sorted { widths[$0] > widths[$1] }
            guard let widest = order.first, widths[widest] > Self.leastTextWidth else { break }
            let next = order.dropFirst().first.map { widths[$0] } ?? 0
            // Down to the next widest, so that columns of one width give way together.
            let step = max(1, min(excess, widths[widest] - max(next, Self.leastTextWidth)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }

    private func lines(of row: [Cell], _ widths: [Int], hasScreen: Bool, paint: Paint, indent: Int) -> [String] {
        let last = row.lastIndex { !$0.text.isEmpty } ?? 0
        var line = String(repeating: " ", count: indent)
        var column = indent
        for (index, cell) in row.prefix(last).enumerated() {
            let text = hasScreen ? cell.text.cut(to: widths[index]) : cell.text
            line += paint(text, cell.tone)
            line += String(repeating: " ", count: widths[index] + Self.gap - text.displayWidth)
            column += widths[index] + Self.gap
        }
        guard last < row.count else { return [line] }
        let cell = row[last]
        guard hasScreen else { return [line + paint(cell.text, cell.tone)] }
        guard self.overflow == .wrap, last == self.titles.count - 1 else {
            return [line + paint(cell.text.cut(to: widths[last]), cell.tone)]
        }
        let parts = cell.text.wrapped(to: widths[last])
        let hang = String(repeating: " ", count: column)
        return parts.enumerated().map { ($0.offset == 0 ? line : hang) + paint($0.element, cell.tone) }
    }
}
