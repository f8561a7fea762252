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

    /// Whether a text is of these bytes.
    func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard self.utf8.count == bytes.count else { return false }
        let isSame = self.utf8.withContiguousStorageIfAvailable { own in
            guard let start = own.baseAddress, let otherStart = bytes.baseAddress else { return true }
            return memcmp(start, otherStart, own.count) == 0
        }
        return isSame ?? self.utf8.elementsEqual(bytes)
    }

    /// Whether a text stands before another in the order of their bytes, which is that of their Unicode scalars.
    package func precedesByBytes(_ other: String) -> Bool {
        let precedes = self.utf8.withContiguousStorageIfAvailable { first in
            other.utf8.withContiguousStorageIfAvailable { second in
                guard let start = first.baseAddress, let otherStart = second.baseAddress else {
                    return first.count < second.count
                }
                let order = memcmp(start, otherStart, min(first.count, second.count))
                return order == 0 ? first.count < second.count : order < 0
            }
        }
        return (precedes ?? nil) ?? self.utf8.lexicographicallyPrecedes(other.utf8)
    }
}
