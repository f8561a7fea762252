import Clocks
import KubernetesModel

/// The table of one kind's objects, printed at once or row by row as a watch goes on.
package struct ObjectTable: Sendable {
    private let kind: ResourceKind
    private let columns: [Column]
    private let hasNamespaces: Bool
    /// Whether names stand with their kind, because other tables stand beside this one.
    private let hasKinds: Bool
    private var table: TextTable

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - kind: What the rows are.
    ///   - isWide: Whether all columns are shown.
    ///   - hasNamespaces: Whether the namespace stands first.
    ///   - hasKinds: Whether the kind stands before each name.
    package init(of kind: ResourceKind, isWide: Bool = false, hasNamespaces: Bool = false, hasKinds: Bool = false) {
        self.kind = kind
        self.columns = Column.columns(of: kind).filter { isWide || !$0.isWideOnly }
        self.hasNamespaces = hasNamespaces && kind.isNamespaced
        self.hasKinds = hasKinds
        self.table = TextTable((self.hasNamespaces ? ["NAMESPACE"] : []) + self.columns.map(\.title))
    }

    /// The lines of some objects; columns stay as wide as those of earlier calls.
    ///
    /// - Parameters:
    ///   - objects: The rows.
    ///   - now: The time of day, for ages.
    ///   - hasHeadings: Whether headings come first.
    ///   - width: How wide the screen is, if it is one.
    ///   - paint: What gives colours.
    /// - Returns: The lines.
    package mutating func lines(
        _ objects: [Object],
        now: Timestamp,
        hasHeadings: Bool = true,
        width: Int? = nil,
        paint: Paint = .none
    ) -> [String] {
        self.table.removeRows()
        for object in objects {
            var row = self.columns.map { $0.cell(object, now) }
            if self.hasKinds, self.columns.first?.title == "NAME" {
                row[0] = Cell(self.kind.label(of: object.metadata.name))
            }
            self.table.append((self.hasNamespaces ? [Cell(object.metadata.namespace)] : []) + row)
        }
        return self.table.lines(hasHeadings: hasHeadings, width: width, paint: paint)
    }
}
