/// A place in the text of a query.
package struct DQLPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How many bytes of UTF-8 stand before it.
    package let offset: Int
    /// The line, from one.
    package let line: Int
    /// The column in Unicode characters, from one.
    package let column: Int

    /// Finds the line and the column of an offset, in time linear in it: only for what is told.
    init(offset: Int, in text: [UInt8]) {
        var line = 1
        var column = 1
        var previous: UInt8 = 0
        for byte in text.prefix(max(offset, 0)) {
            switch byte {
            // The second half of a line break.
            case 0x0A where previous == 0x0D: break
            case 0x0A, 0x0D:
                line += 1
                column = 1
            // The rest of a character that was counted at its first byte.
            case 0x80..<0xC0: break
            default: column += 1
            }
            previous = byte
        }
        self.offset = min(max(offset, 0), text.count)
        self.line = line
        self.column = column
    }

    /// `column 4`, or `line 2, column 4`.
    package var description: String {
        self.line == 1 ? "column \(self.column)" : "line \(self.line), column \(self.column)"
    }

    /// Whether a place stands before another.
    package static func < (first: DQLPlace, second: DQLPlace) -> Bool { first.offset < second.offset }
}
