/// A place in a text as an editor shows it: lines and columns count from one, columns in Unicode characters.
package struct Mark: Hashable, Sendable, Comparable, CustomStringConvertible {
    // Half the size of two `Int`s: every node carries one.
    private let storedLine: UInt32
    private let storedColumn: UInt32

    /// Creates a mark from numbers that count from one.
    package init(line: Int, column: Int) {
        self.storedLine = UInt32(clamping: line)
        self.storedColumn = UInt32(clamping: column)
    }

    /// The line, from one.
    package var line: Int { Int(self.storedLine) }

    /// The column, from one.
    package var column: Int { Int(self.storedColumn) }

    /// "line 4, column 3".
    package var description: String { "line \(self.storedLine), column \(self.storedColumn)" }

    /// Whether a place stands before another.
    package static func < (first: Mark, second: Mark) -> Bool {
        (first.storedLine, first.storedColumn) < (second.storedLine, second.storedColumn)
    }
}
