/// A peer's mark in stamps: the first eight bytes of its key.
package struct PeerID: Hashable, Comparable, Sendable {
    /// The eight bytes, the first one highest.
    package let rawValue: UInt64

    /// Creates a mark from its 64 bits.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Creates the mark of a peer from its key of 32 lower-case hexadecimal digits; `nil` when it is not one.
    package init?(peerKey: String) {
        let digits = Array(peerKey.utf8)
        guard digits.count == 32 else { return nil }
        let first = digits.withUnsafeBufferPointer { HexDigits.value(of: $0, at: 0) }
        let second = digits.withUnsafeBufferPointer { HexDigits.value(of: $0, at: 16) }
        guard let first, second != nil else { return nil }
        self.rawValue = first
    }

    /// Whether a peer gives way to another when both changed one field at the same time.
    package static func < (first: PeerID, second: PeerID) -> Bool {
        first.rawValue < second.rawValue
    }
}
