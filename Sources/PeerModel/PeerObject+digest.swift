import JSON

extension PeerObject {
    /// A short text that two objects share only when they are equal (but for a chance of one in 2⁶⁴), in any process.
    ///
    /// It tells apart what people make, and is no protection against somebody who makes an object for its digest.
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a, offset basis and prime of 64 bits).
    package var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in self.canonicalText.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }

    private var canonicalText: String {
        switch self {
        case .app(let app): "app \(app.json.text)"
        case .replication(let replication): "replication \(replication.json.text)"
        }
    }
}
