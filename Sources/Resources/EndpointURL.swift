import KubernetesModel

/// The address of an HTTP API: `http://` or `https://`, a host, maybe a port, maybe a path.
package struct EndpointURL: CheckedText {
    /// Whether it is `https`.
    package let isSecure: Bool
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// The port, if the URL names one.
    package let port: UInt16?
    /// The path without a slash at its end; empty, or starting with a slash.
    package let path: String

    /// Reads a URL.
    package init?(_ text: String) {
        guard case .success(let url) = Self.parse(text) else { return nil }
        self = url
    }

    private init(isSecure: Bool, host: String, port: UInt16?, path: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
    }

    /// The URL without a slash at its end.
    package var description: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(self.isSecure ? "https" : "http")://\(host)\(self.port.map { ":\($0)" } ?? "")\(self.path)"
    }

    /// The form in which two URLs of one server are equal: the host in lower case, and no port that goes without saying
    /// (RFC 3986 §6.2.2.1, §6.2.3).
    package var canonical: EndpointURL {
        EndpointURL(
            isSecure: self.isSecure,
            host: self.host.lowercased(),
            port: self.port == (self.isSecure ? 443 : 80) ? nil : self.port,
            path: self.path
        )
    }

    /// Whether the host is this machine.
    package var isLoopback: Bool { AddressParser.isLoopback(self.host) }

    /// The rule in a few words.
    package static let meaning = "a URL such as \"https://operator.example/operator-api\""

    /// The rule as a regular expression.
    package static let regex = #"^https?://[^/?#@ ]+(/[^?# ]*)?$"#

    /// Says what is wrong with a URL.
    package static func problem(in text: String) -> String? {
        switch self.parse(text) {
        case .success: nil
        case .failure(let failure): failure.message
        }
    }

    private static func parse(_ text: String) -> Result<EndpointURL, AddressParser.Failure> {
        if text.isEmpty { return self.failure("is empty") }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else {
            return self.failure("does not start with \"http://\" or \"https://\"")
        }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return self.failure("has characters beyond ASCII, which must be percent-encoded")
        }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        if rest.contains(where: { $0.isWhitespace }) { return self.failure("has white space in it") }
        if rest.contains("?") { return self.failure("has a query (\"?\"); only a base address is expected") }
        if rest.contains("#") { return self.failure("has a fragment (\"#\"); only a base address is expected") }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        if authority.contains("@") {
            return self.failure("has credentials before \"@\"; put a token into a Secret and name it in auth")
        }
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        return self.parseAuthority(authority).map { host, port in
            EndpointURL(isSecure: isSecure, host: host, port: port, path: String(path))
        }
    }

    private static func parseAuthority(_ text: Substring) -> Result<(String, UInt16?), AddressParser.Failure> {
        let isPortLeftOut = text.hasPrefix("[") ? text.hasSuffix("]") : !text.contains(":")
        // A port that is left out is filled in for the parser and taken away again.
        return AddressParser.parse(isPortLeftOut ? "\(text):1" : String(text), ports: 1...65_535)
            .map { ($0, isPortLeftOut ? nil : $1) }
    }

    private static func failure(_ message: String) -> Result<EndpointURL, AddressParser.Failure> {
        .failure(AddressParser.Failure(message: message))
    }
}
