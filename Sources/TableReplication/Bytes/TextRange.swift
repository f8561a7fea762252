/// A run of bytes inside a buffer that somebody else holds; half the size of `Range<Int>`.
package struct TextRange: Hashable, Sendable {
    /// The offset of the first byte.
    package let start: UInt32
    /// The offset behind the last byte.
    package let end: UInt32

    /// No bytes.
    package static let none = TextRange(start: 0, end: 0)

    private init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    /// Creates a range; what does not fit in 32 bits is no bytes, and no message is that long.
    package init(_ start: Int, _ end: Int) {
        guard start <= end, let first = UInt32(exactly: start), let last = UInt32(exactly: end) else {
            self = .none
            return
        }
        self.init(start: first, end: last)
    }

    /// Whether there are no bytes.
    package var isEmpty: Bool { self.start == self.end }

    /// How many bytes there are.
    package var count: Int { Int(self.end) - Int(self.start) }

    /// The range for subscripts.
    package var indices: Range<Int> { Int(self.start)..<Int(self.end) }
}
