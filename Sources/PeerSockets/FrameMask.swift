/// What a client's payload is combined with, byte by byte, so that nothing in between takes it for something else
/// (RFC 6455 §5.3).
struct FrameMask: Equatable {
    /// The four bytes, the first in the highest place.
    let key: UInt32

    /// A mask that nobody can foresee.
    static func random() -> FrameMask { FrameMask(key: .random(in: .min ... .max)) }

    /// Combines bytes with the mask, eight at a time; the same again undoes it.
    ///
    /// - Parameters:
    ///   - bytes: A part of a payload.
    ///   - offset: Where in the payload the part begins.
    func apply(to bytes: UnsafeMutableRawBufferPointer, from offset: Int = 0) {
        let turn = UInt32(truncatingIfNeeded: (offset & 3) * 8)
        let turned = turn == 0 ? self.key : (self.key << turn) | (self.key >> (32 - turn))
        let word = (UInt64(turned) << 32 | UInt64(turned)).bigEndian
        var index = 0
        while index + 8 <= bytes.count {
            let plain = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            bytes.storeBytes(of: plain ^ word, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < bytes.count {
            bytes[index] ^= UInt8(truncatingIfNeeded: turned >> UInt32(24 - (index & 3) * 8))
            index += 1
        }
    }
}
