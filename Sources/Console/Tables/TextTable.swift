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
/// *Guarantees:* in a pipe nothing is cut and no line ends in a space; on a screen no line is wider than the screen as
/// long as the columns but for the last leave room for it.
package struct TextTable: Sendable {
    /// The headings.
    package let titles: [String]
    /// The rows.
    package private(set) var rows: [[Cell]] = []
    private var widths: [Int]

    /// The space between two columns.
    private static let gap = 3
    /// What the last column keeps at least, however narrow the screen is.
    private static let leastLastWidth = 12

    /// Creates a table with headings only.
    package init(_ titles: [String]) {
        self.titles = titles
        self.widths = titles.map(\.displayWidth)
    }

    /// Adds a row; missing cells stay empty and surplus ones are dropped.
    package mutating func append(_ row: [Cell]) {
        self.rows.append(row)
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
        let headings = hasHeadings ? [self.titles.map { Cell($0, .strong) }] : []
        return (headings + self.rows).map { self.line($0, width: width, paint: paint, indent: indent) }
    }

    private func line(_ row: [Cell], width: Int?, paint: Paint, indent: Int) -> String {
        let last = (row.prefix(self.titles.count).lastIndex { !$0.text.isEmpty }) ?? 0
        var line = String(repeating: " ", count: indent)
        var used = indent
        for (index, cell) in row.prefix(last + 1).enumerated() {
            if index == last {
                let room = width.map { max(Self.leastLastWidth, $0 - used) }
                line += paint(room.map { cell.text.cut(to: $0) } ?? cell.text, cell.tone)
            } else {
                let padding = self.widths[index] + Self.gap - cell.text.displayWidth
                line += paint(cell.text, cell.tone) + String(repeating: " ", count: padding)
                used += self.widths[index] + Self.gap
            }
        }
        return line
    }
}
