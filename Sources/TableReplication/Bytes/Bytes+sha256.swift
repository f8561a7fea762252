import Crypto

extension [UInt8] {
    /// The SHA-256 of the bytes as 64 lower-case hexadecimal digits.
    var sha256Hex: [UInt8] {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: self) {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 0x0F)])
        }
        return text
    }

    /// Whether two texts are equal, found out in a time that depends on the length of `self` alone.
    func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        var difference: UInt8 = self.count == other.count ? 0 : 1
        for index in self.indices {
            difference |= self[index] ^ (index < other.count ? other[index] : 0)
        }
        return difference == 0
    }
}
