/// The secret that a client must send as `Authorization: Bearer …` (RFC 6750 §2.1); nothing prints it.
package struct AccessToken: Sendable {
    private let bytes: [UInt8]

    /// Wraps a secret, without the white space that files and Secrets often end with.
    ///
    /// - Parameter text: The secret.
    /// - Throws: `EmbeddedPeerError.unusableToken` when nothing is left, or when a header could not carry it.
    package init(_ text: String) throws(EmbeddedPeerError) {
        var bytes = text.utf8.drop(while: Self.isWhiteSpace)
        while let last = bytes.last, Self.isWhiteSpace(last) { bytes.removeLast() }
        let secret = Array(bytes)
        guard !secret.isEmpty, secret.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .unusableToken }
        self.bytes = secret
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// Whether a header's value carries this secret.
    ///
    /// The time taken depends on what the client sent, never on how much of it was right.
    func isCarried(by header: String?) -> Bool {
        guard let header else { return false }
        var scheme = header.utf8.prefix(7)
        guard scheme.count == 7, scheme.popLast() == UInt8(ascii: " "),
            scheme.elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 })
        else { return false }
        let offered = header.utf8.dropFirst(7)
        var difference = offered.count ^ self.bytes.count
        var index = 0
        for byte in offered {
            difference |= Int(byte ^ self.bytes[index])
            index = index + 1 == self.bytes.count ? 0 : index + 1
        }
        return difference == 0
    }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder.
    package var description: String { "(redacted)" }
    /// A placeholder.
    package var debugDescription: String { self.description }
    /// Nothing, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
