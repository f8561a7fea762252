extension UnsafeBufferPointer<UInt8> {
    /// The offset of the next byte that is a quote, a backslash, a control character or not ASCII, or the end.
    ///
    /// - Parameter start: Where to begin to look.
    /// - Returns: The offset; all before it stands for itself in a JSON string.
    package func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(self)
        var offset = start
        while offset + 8 <= raw.count {
            // The lowest marked byte is exact; a borrow can only mark bytes above one (Warren, "Hacker's Delight", §6-1).
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            var marks = (word &- ones &* 0x20) & ~word
            marks |= (quotes &- ones) & ~quotes
            marks |= (backslashes &- ones) & ~backslashes
            marks = (marks | word) & highs
            if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < self.count {
            let byte = self[offset]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { break }
            offset += 1
        }
        return offset
    }
}
