/// The names of the replications that a topology makes.
///
/// ```
/// europe-berlin-paris              the side on berlin, towards paris
/// europe-eu-west-1-us-east-1-2f…   with a mark, where a dash in a name could mean two things
/// a-very-long-nam-7kq02fbd         cut, with a mark, where the whole would be too long
/// ```
///
/// A name follows from the topology's name and those of the two members alone, so that neither the order of members nor
/// the shape changes it.
package enum TopologyName {
    /// The letters of a mark: 32 that nobody takes for one another.
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
    /// How many letters a mark has: forty bits.
    private static let markLength = 8

    /// The shortest room in which any name fits.
    package static let minimumRoom = Self.markLength

    /// The name of the side on one member towards another.
    ///
    /// - Parameters:
    ///   - topology: The topology's name.
    ///   - member: The member on this side.
    ///   - other: The member on the other side.
    ///   - room: How many characters the name may have.
    /// - Returns: A DNS label.
    package static func name(of topology: String, on member: String, towards other: String, room: Int) -> String {
        let plain = "\(topology)-\(member)-\(other)"
        // From the right, two members without a dash can be read in one way only.
        let isClear = !member.utf8.contains(UInt8(ascii: "-")) && !other.utf8.contains(UInt8(ascii: "-"))
        if isClear, plain.utf8.count <= room { return plain }
        let mark = self.mark("\(topology)/\(member)/\(other)")
        var head = plain.prefix(max(0, room - self.markLength - 1))
        while head.last == "-" { head.removeLast() }
        return head.isEmpty ? mark : "\(head)-\(mark)"
    }

    /// Forty bits of a text's FNV-1a hash, folded from all sixty-four.
    ///
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/ (offset basis and prime of 64 bits, xor-folding).
    private static func mark(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash ^= hash >> 40
        return String(
            (0..<self.markLength).map { self.letters[Int(truncatingIfNeeded: hash >> (5 * UInt64($0)) & 31)] }
        )
    }
}

extension BigPeerSpec {
    /// How long the name of a replication on this Big Peer may be.
    ///
    /// The vendor makes a Service for each, whose name holds both names; peers of our own have no Services.
    package var replicationNameRoom: Int {
        guard let endpoint = self.endpoint else { return 63 }
        return ReplicationAddressTemplate.standardNamesMaximum - endpoint.bigPeerName.utf8.count
    }
}
