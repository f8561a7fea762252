extension Mark {
    /// The place of a byte, counted as libyaml counts: a column a character, a line at LF, CR, both, NEL, LS and PS.
    ///
    /// Linear in the offset, so only for errors.
    init(ofByte offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let before = bytes.prefix(max(offset, 0))
        var line = 1
        var column = 1
        var previous: Unicode.Scalar?
        for scalar in Self.text(before).unicodeScalars {
            switch scalar {
            // libyaml drops it at the start of the stream.
            case "\u{FEFF}" where previous == nil: break
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                line += 1
                column = 1
            default: column += 1
            }
            previous = scalar
        }
        self.init(line: line, column: column)
    }

    /// The lines of a text as marks count them, without their ends.
    package static func lines(of bytes: [UInt8]) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        var previous: Unicode.Scalar?
        let text = bytes.withUnsafeBufferPointer { Self.text($0[...]) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{FEFF}" where previous == nil: break
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            previous = scalar
        }
        return lines
    }

    private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        let isLittleEndian = bytes.starts(with: [0xFF, 0xFE])
        guard isLittleEndian || bytes.starts(with: [0xFE, 0xFF]) else { return String(decoding: bytes, as: UTF8.self) }
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
            let first = UInt16(bytes[index])
            let second = UInt16(bytes[index + 1])
            return isLittleEndian ? second << 8 | first : first << 8 | second
        }
        return String(decoding: units, as: UTF16.self)
    }
}
