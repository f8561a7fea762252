/// A URL taken apart far enough to send to it: scheme, host, port and the rest.
struct RequestTarget: Sendable, Hashable {
    /// The scheme in lower case.
    let scheme: String
    /// The host as written; an IPv6 address keeps its brackets.
    let host: String
    /// The port, if it was written.
    let port: Int?
    /// Path and query.
    let pathAndQuery: String

    /// Reads a URL.
    ///
    /// It must be absolute, percent-encoded ASCII and free of credentials: those would end up in logs.
    init(parsing url: String) throws(InvalidURL) {
        if let bad = url.utf8.first(where: { !Self.isAllowed($0) }) {
            throw InvalidURL("byte \(bad) is not allowed in it")
        }
        // All of it is ASCII from here on, so bytes are characters.
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), url[colon...].hasPrefix("://") else {
            throw InvalidURL("it has no scheme")
        }
        self.scheme = url[..<colon].lowercased()
        guard self.scheme == "https" || self.scheme == "http" else {
            throw InvalidURL("its scheme is not http or https")
        }
        let start = bytes.index(colon, offsetBy: 3)
        let end = bytes[start...].firstIndex(where: Self.endsAuthority) ?? bytes.endIndex
        guard !bytes[start..<end].contains(UInt8(ascii: "@")) else {
            throw InvalidURL("it holds a user name or password")
        }
        (self.host, self.port) = try Self.split(url[start..<end])
        self.pathAndQuery = String(url[end..<(bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex)])
    }

    /// Host and port, as the `Host` field states them.
    var authority: String { self.port.map { "\(self.host):\($0)" } ?? self.host }

    /// What connections can be shared within.
    var origin: String { "\(self.scheme)://\(self.authority)" }

    /// The URL with another host, for a TLS server name that differs from the address.
    func url(withHost host: String) -> String {
        "\(self.scheme)://\(host)\(self.port.map { ":\($0)" } ?? "")\(self.pathAndQuery)"
    }

    private static func split(_ authority: Substring) throws(InvalidURL) -> (host: String, port: Int?) {
        let bytes = authority.utf8
        let isBracketed = bytes.first == UInt8(ascii: "[")
        let hostEnd =
            isBracketed
            ? bytes.firstIndex(of: UInt8(ascii: "]")).map(bytes.index(after:))
            : bytes.firstIndex(of: UInt8(ascii: ":"))
        guard let afterHost = hostEnd ?? (isBracketed ? nil : bytes.endIndex) else {
            throw InvalidURL("it has no host")
        }
        let host = authority[..<afterHost]
        guard !host.isEmpty else { throw InvalidURL("it has no host") }
        guard afterHost != bytes.endIndex else { return (String(host), nil) }
        let digits = authority[afterHost...].dropFirst()
        guard bytes[afterHost] == UInt8(ascii: ":"), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(digits), (1...65_535).contains(port)
        else { throw InvalidURL("its port is not a number from 1 to 65535") }
        return (String(host), port)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// RFC 3986's characters and nothing else; above all no space, no line break, no backslash.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default:
            (0x21...0x7E).contains(byte)
        }
    }
}

/// Why a URL cannot be sent to.
struct InvalidURL: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
