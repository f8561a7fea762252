/// A host and a port, as a listener is configured with or found at: `127.0.0.1:8080`, `[::1]:0`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address without brackets, or a host name.
    package let host: String
    /// The port; 0 in a configuration means "any free one, kept once chosen".
    package let port: Int

    /// Any free port, for this machine only.
    package static let anyOnLoopback = ListenAddress(host: "127.0.0.1", port: 0)

    /// Creates an address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; an IPv6 address stands in brackets.
    ///
    /// - Parameter text: The address.
    /// - Throws: `EmbeddedPeerError.invalidAddress` with what was expected.
    package init(parsing text: String) throws(EmbeddedPeerError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw .invalidAddress(text, "expected host:port, such as 127.0.0.1:0")
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .invalidAddress(text, "an IPv6 address stands in brackets: [::1]:0")
        }
        guard !host.isEmpty else { throw .invalidAddress(text, "the host is missing; expected 127.0.0.1:0") }
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), digits.first != "+" else {
            throw .invalidAddress(text, "the port must be a number from 0 to 65535")
        }
        self.init(host: String(host), port: Int(port))
    }

    /// `host:port`, with brackets around an IPv6 address.
    package var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// The address with another port.
    func withPort(_ port: Int) -> ListenAddress {
        ListenAddress(host: self.host, port: port)
    }
}
