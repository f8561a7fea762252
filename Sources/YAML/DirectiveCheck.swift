#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Refuses streams with so many `%` lines that libyaml, which compares each `%TAG` with all before it, would hang.
struct DirectiveCheck {
    let limit: Int

    func check(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        guard var position = UnsafeRawPointer(bytes.baseAddress) else { return }
        let end = position + bytes.count
        let start = position
        var found = 0
        while position < end, let percent = memchr(position, Int32(UInt8(ascii: "%")), end - position) {
            let offset = UnsafeRawPointer(percent) - start
            position = start + offset + 1
            guard Self.startsLine(offset, in: bytes) else { continue }
            found += 1
            guard found <= self.limit else {
                throw YAMLError(
                    .limit,
                    at: Mark(ofByte: offset, in: bytes),
                    "more than \(self.limit) lines start with '%': YAML takes these for directives; remove or indent them"
                )
            }
        }
    }

    /// Whether libyaml takes the byte for the first of a line: behind LF, CR, NEL, LS, PS, or a byte order mark.
    private static func startsLine(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard offset > 3 else { return true }
        switch bytes[offset - 1] {
        case 0x0A, 0x0D: return true
        case 0x85: return bytes[offset - 2] == 0xC2
        case 0xA8, 0xA9: return bytes[offset - 2] == 0x80 && bytes[offset - 3] == 0xE2
        // In UTF-16 either the sign or the break before it has a zero byte here.
        case 0x00, 0x20: return Self.isBreak(bytes[offset - 2])
        default: return false
        }
    }

    /// Whether a byte is the lower half of LF, CR, NEL, LS or PS.
    private static func isBreak(_ byte: UInt8) -> Bool {
        byte == 0x0A || byte == 0x0D || byte == 0x85 || byte == 0x28 || byte == 0x29
    }
}
