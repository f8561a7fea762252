#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Borrowed bytes, compared as DQL compares text: byte by byte.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension Bytes {
    /// A part of the bytes; what lies outside is left out.
    func part(_ range: Range<Int>) -> Bytes {
        let range = range.clamped(to: 0..<self.count)
        return Bytes(rebasing: self[range])
    }

    /// Whether two runs of bytes are the same.
    func isEqual(to other: Bytes) -> Bool {
        guard self.count == other.count else { return false }
        guard let first = self.baseAddress, let second = other.baseAddress, !self.isEmpty else { return true }
        return memcmp(first, second, self.count) == 0
    }

    /// Below zero, zero or above, as the bytes stand before, at or behind others.
    func order(to other: Bytes) -> Int {
        let common = Swift.min(self.count, other.count)
        if common > 0, let first = self.baseAddress, let second = other.baseAddress {
            let order = memcmp(first, second, common)
            if order != 0 { return Int(order) }
        }
        return self.count - other.count
    }

    /// Where a run of bytes starts inside this one.
    func firstIndex(of other: Bytes) -> Int? {
        guard let first = other.first else { return 0 }
        guard other.count <= self.count else { return nil }
        for start in 0...self.count - other.count where self[start] == first {
            if self.part(start..<start + other.count).isEqual(to: other) { return start }
        }
        return nil
    }

    /// The text that the bytes are.
    var string: String { String(decoding: self, as: UTF8.self) }
}
