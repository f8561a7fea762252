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
        if let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let what = text.firstRange(of: "://").map { "scheme \"\(text[..<$0.upperBound])" }
            return self.failure("has the \(what ?? "path \"\(text[slash...])")\"")
        }
        let host: Substring
        let rest: Substring
        if text.utf8.first == UInt8(ascii: "[") {
            guard let close = text.utf8.firstIndex(of: UInt8(ascii: "]")) else {
                return self.failure("has no \"]\" after the address")
            }
            host = text[text.utf8.index(after: text.startIndex)..<close]
            rest = text[text.utf8.index(after: close)...]
            guard self.isIPv6(host) else { return self.failure("has \"\(host)\", which is not an IPv6 address") }
        } else {
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
            if rest.utf8.dropFirst().contains(UInt8(ascii: ":")) {
                return self.failure("has more than one \":\"; an IPv6 address stands in brackets, as in \"[::1]:4040\"")
            }
            if let message = self.hostProblem(in: host) { return self.failure(message) }
        }
        guard rest.utf8.first == UInt8(ascii: ":") else { return self.failure("has no port") }
        return self.parsePort(Substring(rest.utf8.dropFirst()), ports: ports).map { (String(host), $0) }
    }

    static func text(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether a host is this machine alone (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3).
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        if host.contains(":") {
            let groups = host.split(separator: ":")
            return groups.last.flatMap { Int($0, radix: 16) } == 1 && groups.dropLast().allSatisfy { Int($0) == 0 }
        }
        return host.hasPrefix("127.") && self.isIPv4(Substring(host))
    }

    /// Whether an IPv6 address has no digit but zero.
    static func isUnspecifiedIPv6(_ host: String) -> Bool {
        host.contains(":") && host.allSatisfy { $0 == ":" || $0 == "0" }
    }

    /// What keeps a host name or IPv4 address from being one; underscores are allowed, as real names have them.
    static func hostProblem(in host: Substring) -> String? {
        if host.isEmpty { return "has no host" }
        if host.utf8.count > 253 { return "has a host of \(host.utf8.count) characters, and at most 253 are allowed" }
        if !host.utf8.allSatisfy(self.isHostByte) { return self.characterProblem(in: host) }
        for label in host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            if label.isEmpty { return "has an empty part between the dots of its host" }
            if label.count > 63 { return "has \"\(Substring(label))\" in its host, which is longer than 63 characters" }
            if label.first == UInt8(ascii: "-") || label.last == UInt8(ascii: "-") {
                return "has \"\(Substring(label))\" in its host, which starts or ends with \"-\""
            }
        }
        let isNumeric = host.utf8.allSatisfy { self.isDigit($0) || $0 == UInt8(ascii: ".") }
        return isNumeric && !self.isIPv4(host) ? "has \"\(host)\", which is not an IPv4 address" : nil
    }

    /// Says which character no host name has; characters are counted only here, where the offence is certain.
    private static func characterProblem(in host: Substring) -> String? {
        for (index, character) in host.enumerated() where !character.utf8.allSatisfy(self.isHostByte) {
            let shown = character.isWhitespace ? "white space" : "\"\(character)\""
            return "has \(shown) at character \(index + 1), which no host name has"
        }
        return nil
    }

    static func parsePort(_ text: Substring, ports: ClosedRange<Int>) -> Result<UInt16, Failure> {
        if text.isEmpty { return self.failure("has no port after \":\"") }
        let isPlain = text.utf8.allSatisfy(self.isDigit)
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
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(self.isDigit) && UInt8(Substring(part)) != nil
            }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: self.isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func failure<Value>(_ message: String) -> Result<Value, Failure> {
        .failure(Failure(message: message))
    }
}
