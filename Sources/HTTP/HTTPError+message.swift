extension HTTPError: CustomStringConvertible {
    /// What happened, where, and what to do next.
    package var message: String {
        let detail = self.detail.isEmpty ? "" : " (\(self.detail))"
        return "\(self.endpoint): \(self.kind.fault)\(detail). \(self.kind.remedy(ofRead: self.isRead))"
    }

    /// Whether the request changes nothing, whatever became of it (RFC 9110 §9.2.1).
    private var isRead: Bool {
        [HTTPMethod.get, .head].contains { self.endpoint.hasPrefix("\($0.rawValue) ") }
    }

    /// The message.
    package var description: String { self.message }
}

extension HTTPError.Kind {
    /// What went wrong, as the middle of a sentence.
    fileprivate var fault: String {
        switch self {
        case .badURL(let reason): "the URL cannot be used: \(reason)"
        case .badHeader(let name): "the header field \"\(name)\" is not safe to send"
        case .couldNotResolve(let host): "no address found for \"\(host)\""
        case .couldNotConnect: "could not connect"
        case .proxyRefused(let status): "the proxy refused to connect, with status \(status)"
        case .tls(.untrusted): "the server's certificate is not trusted"
        case .tls(.handshake): "the TLS handshake failed"
        case .tls(.badClientCertificate): "the client certificate or its key cannot be used"
        case .tls(.badCA): "the CA certificates cannot be read"
        case .timedOut(.queued): "timed out in the queue for the host"
        case .timedOut(.connecting): "timed out while connecting"
        case .timedOut(.waiting): "timed out before the response began"
        case .timedOut(.receiving): "timed out in the middle of the response"
        case .connectionLost: "the connection was lost"
        case .badResponse: "the answer is not HTTP"
        case .responseTooLarge(let limit): "the response is longer than \(limit) bytes"
        case .cancelled: "cancelled"
        case .shutDown: "the client was shut down"
        case .other(let code): "failed with libcurl's code \(code)"
        }
    }

    /// What to do next, as a sentence.
    ///
    /// - Parameter isRead: Whether the request asked for no change.
    /// - Returns: The sentence.
    fileprivate func remedy(ofRead isRead: Bool) -> String {
        switch self {
        case .badURL: "Write it as http://host/path or https://host/path, percent-encoded."
        case .badHeader: "Remove line breaks and control characters; the client writes the framing fields itself."
        case .couldNotResolve: "Check the host's spelling and the DNS; retrying helps if the DNS was briefly away."
        case .couldNotConnect: "Check that the server runs, listens there and is not behind a firewall; then retry."
        case .proxyRefused: "Check the proxy's rules and credentials."
        case .tls(.untrusted): "Give the CA that signed it, or use the name that it was issued for."
        case .tls(.handshake): "Check that the port speaks TLS and whether it asks for a client certificate."
        case .tls(.badClientCertificate): "Give a PEM chain and the PEM key that belongs to its first certificate."
        case .tls(.badCA): "Give at least one certificate as PEM."
        case .timedOut(.queued): "Retry later, or allow more requests to the host at once."
        case .timedOut(.connecting): "Check that the server is reachable; then retry."
        case .timedOut(.waiting) where isRead, .timedOut(.receiving) where isRead: "Retry, or allow it more time."
        case .connectionLost where isRead: "Retry; if it stays, look at the server's log."
        case .timedOut(.waiting), .timedOut(.receiving): "The request may have taken effect all the same."
        case .connectionLost: "The request may have taken effect all the same."
        case .badResponse: "Check that the port is the HTTP port, and whether it wants http or https."
        case .responseTooLarge: "Check that the address is the right one."
        case .cancelled, .shutDown: "Nothing is wrong with the server."
        case .other: "Retry; if it stays, look the code up in libcurl-errors(3)."
        }
    }
}
