#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Comparison by bytes: for `String` itself é and e with a combining accent are one text, for JSON they are two
/// (RFC 8259 §8.3).
extension String {
    /// Whether two texts have the same bytes.
    package func hasSameBytes(as other: String) -> Bool {
        guard self.utf8.count == other.utf8.count else { return false }
        let isSame = self.utf8.withContiguousStorageIfAvailable { first in
            other.utf8.withContiguousStorageIfAvailable { second in
                guard let start = first.baseAddress, let otherStart = second.baseAddress else { return true }
                return memcmp(start, otherStart, first.count) == 0
            }
        }
        // Only strings bridged from another language have no bytes to point to.
        return (isSame ?? nil) ?? self.utf8.elementsEqual(other.utf8)
    }

    /// Whether a text stands before another in the order of their bytes, which is that of their Unicode scalars.
    func precedesByBytes(_ other: String) -> Bool {
        self.utf8.lexicographicallyPrecedes(other.utf8)
    }
}
