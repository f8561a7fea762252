/// A place inside the text of a field.
package struct TextPlace: Sendable, Hashable, CustomStringConvertible {
    /// The line, from one.
    package let line: Int
    /// The column in Unicode characters, from one.
    package let column: Int

    /// Creates a place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `column 4`, or `line 2, column 4`.
    package var description: String {
        self.line == 1 ? "column \(self.column)" : "line \(self.line), column \(self.column)"
    }
}
