/// Takes `host:port` apart, and says what is wrong with what is not one.
enum AddressParser {
    /// A necessary condition of an address, for servers that know only regular expressions.
    static let regex = #"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?):[0-9]{1,5}$"#

    struct Failure: Error {
        let message: String
    }

    static func problem(in text: String, ports: ClosedRange<Int>) -> String? {
        switch self.parse(text, ports: ports) {
        case .success: nil
        case .failure(let failure): failure.message
        }
    }

    static func parse(_ text: String, ports: ClosedRange<Int>) -> Result<(String, UInt16), Failure> {
        if text.isEmpty { return self.failure("is empty") }
        if let scheme = text.firstRange(of: "://") {
            return self.failure("has the scheme \"\(text[..<scheme.upperBound])\", and a plain host:port is expected")
        }
        if let slash = text.firstIndex(of: "/") {
            return self.failure("has the path \"\(text[slash...])\", and a plain host:port is expected")
        }
        let host: Substring
        let rest: Substring
        if text.utf8.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: "]") else { return self.failure("has no \"]\" after the address") }
            host = text[text.index(after: text.startIndex)..<close]
            rest = text[text.index(after: close)...]
            guard self.isIPv6(host) else { return self.failure("has \"\(host)\", which is not an IPv6 address") }
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
            if rest.dropFirst().contains(":") {
                return self.failure("has more than one \":\"; an IPv6 address stands in brackets, as in \"[::1]:4040\"")
            }
            if let message = self.hostProblem(in: host) { return self.failure(message) }
        }
        guard rest.utf8.first == UInt8(ascii: ":") else { return self.failure("has no port") }
        return self.parsePort(rest.dropFirst(), ports: ports).map { (String(host), $0) }
    }

    static func text(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether a host is this machine alone (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3).
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        if host.contains(":") { return host.allSatisfy { "01:".contains($0) } && host.hasSuffix(":1") }
        return host.hasPrefix("127.") && self.isIPv4(Substring(host))
    }

    /// What keeps a host name or IPv4 address from being one; underscores are allowed, as real names have them.
    static func hostProblem(in host: Substring) -> String? {
        if host.isEmpty { return "has no host" }
        if host.utf8.count > 253 { return "has a host of \(host.utf8.count) characters, and at most 253 are allowed" }
        for (index, character) in host.enumerated() where !self.isHostCharacter(character) {
            let shown = character.isWhitespace ? "white space" : "\"\(character)\""
            return "has \(shown) at character \(index + 1), which no host name has"
        }
        for label in host.split(separator: ".", omittingEmptySubsequences: false) {
            if label.isEmpty { return "has an empty part between the dots of its host" }
            if label.utf8.count > 63 { return "has \"\(label)\" in its host, which is longer than 63 characters" }
            if label.hasPrefix("-") || label.hasSuffix("-") {
                return "has \"\(label)\" in its host, which starts or ends with \"-\""
            }
        }
        if host.allSatisfy({ $0.isNumber || $0 == "." }), !self.isIPv4(host) {
            return "has \"\(host)\", which is not an IPv4 address"
        }
        return nil
    }

    static func parsePort(_ text: Substring, ports: ClosedRange<Int>) -> Result<UInt16, Failure> {
        if text.isEmpty { return self.failure("has no port after \":\"") }
        let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, text == "0" || !text.hasPrefix("0"), text.utf8.count <= 5, let port = Int(text),
            ports.contains(port), let port = UInt16(exactly: port)
        else {
            return self.failure("has the port \"\(text)\", and \(ports.lowerBound) to \(ports.upperBound) are allowed")
        }
        return .success(port)
    }

    static func isIPv6(_ text: Substring) -> Bool {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && position == parts.count - 1
                if isLast, self.isIPv4(part) {
                    groups += 2
                } else if (1...4).contains(part.utf8.count), part.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
                    groups += 1
                } else {
                    return false
                }
            }
        }
        return halves.count == 2 ? groups <= 7 : groups == 8
    }

    static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.allSatisfy { $0.isASCII && $0.isNumber }
                    && UInt8(part) != nil
            }
    }

    private static func isHostCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    private static func failure<Value>(_ message: String) -> Result<Value, Failure> {
        .failure(Failure(message: message))
    }
}
