/// When a field was written, and by whom: the later stamp wins, of two at one time that of the greater peer.
///
/// ```
/// 0192f3a0b1c20000.7f3c09d2a18e4b65
/// └ HybridTime     └ PeerID             16 lower-case hexadecimal digits each
/// ```
package struct Stamp: Hashable, Comparable, Sendable {
    /// How many bytes the text of a stamp has.
    package static let textLength = 33

    /// When.
    package let time: HybridTime
    /// By whom.
    package let peer: PeerID

    /// Creates a stamp.
    package init(time: HybridTime, peer: PeerID) {
        self.time = time
        self.peer = peer
    }

    /// Reads a stamp from text; `nil` when there is none at the offset.
    package init?(text bytes: UnsafeBufferPointer<UInt8>, at offset: Int = 0) {
        guard let time = HexDigits.value(of: bytes, at: offset), offset + Self.textLength <= bytes.count,
            bytes[offset + 16] == UInt8(ascii: "."), let peer = HexDigits.value(of: bytes, at: offset + 17)
        else { return nil }
        self.time = HybridTime(rawValue: time)
        self.peer = PeerID(rawValue: peer)
    }

    /// Appends the text.
    package func append(to bytes: inout [UInt8]) {
        HexDigits.append(self.time.rawValue, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        HexDigits.append(self.peer.rawValue, to: &bytes)
    }

    /// Whether a stamp gives way to another.
    package static func < (first: Stamp, second: Stamp) -> Bool {
        first.time != second.time ? first.time < second.time : first.peer < second.peer
    }
}

extension Stamp: CustomStringConvertible {
    /// The text.
    package var description: String {
        var bytes: [UInt8] = []
        self.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
