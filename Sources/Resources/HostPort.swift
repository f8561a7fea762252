import KubernetesModel

/// The address of a listener: `host:port`, or `[::1]:4040`.
///
/// This is not a URL. `big-peer-2:4040` would parse as one with the scheme `big-peer-2`, and `10.0.0.1:4040` not at all.
package struct HostPort: CheckedText {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// The port.
    package let port: UInt16

    /// Reads `host:port`.
    package init?(_ text: String) {
        guard case .success(let (host, port)) = AddressParser.parse(text, ports: 1...65_535) else { return nil }
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address.
    package var description: String { AddressParser.text(self.host, self.port) }

    /// The rule in a few words.
    package static let meaning = "host:port, such as \"big-peer-2:4040\" or \"[::1]:4040\""

    /// The rule as a regular expression.
    package static let regex = AddressParser.regex

    /// The most characters that an address may have.
    package static let maximumLength = 261

    /// Says what is wrong with an address.
    package static func problem(in text: String) -> String? { AddressParser.problem(in: text, ports: 1...65_535) }
}

/// Where a peer of ours listens: `host:port`, with port 0 for any free one.
package struct ListenAddress: CheckedText {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// The port; 0 asks for any free one.
    package let port: UInt16

    /// Reads `host:port`.
    package init?(_ text: String) {
        guard case .success(let (host, port)) = AddressParser.parse(text, ports: 0...65_535) else { return nil }
        self.host = host
        self.port = port
    }

    /// Any free port on the IPv4 loopback.
    package static let anyOnLoopback = ListenAddress(host: "127.0.0.1", port: 0)

    private init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address.
    package var description: String { AddressParser.text(self.host, self.port) }

    /// Whether the host stands for all addresses of the machine, and for none that could be dialled.
    package var isWildcard: Bool { self.host == "0.0.0.0" || AddressParser.isUnspecifiedIPv6(self.host) }

    /// Whether only this machine can connect.
    package var isLoopback: Bool { AddressParser.isLoopback(self.host) }

    /// The rule in a few words.
    package static let meaning = "host:port, such as \"127.0.0.1:0\" (0 is any free port)"

    /// The rule as a regular expression.
    package static let regex = AddressParser.regex

    /// Says what is wrong with an address.
    package static func problem(in text: String) -> String? { AddressParser.problem(in: text, ports: 0...65_535) }
}
