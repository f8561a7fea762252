/// The random texts that a server makes up for objects.
enum RandomText {
    /// A random UUID, version 4 (RFC 9562 §5.4), in lower case.
    static func uid() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { text in
            var offset = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[offset] = UInt8(ascii: "-")
                    offset += 1
                }
                let word = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 0xF
                text[offset] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                offset += 1
            }
            return offset
        }
    }

    /// The name that a `generateName` prefix becomes: five random characters behind at most 58 of the prefix.
    ///
    /// Source: `k8s.io/apiserver/pkg/storage/names`; vowels and look-alikes are left out, so no words come up.
    static func name(prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
        let suffix = (0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
        return String(decoding: Array(prefix.utf8.prefix(58)) + suffix, as: UTF8.self)
    }
}
