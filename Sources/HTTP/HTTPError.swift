/// Why there is no response.
package struct HTTPError: Error, Sendable, Hashable {
    /// The closed list of things that go wrong.
    package enum Kind: Sendable, Hashable {
        /// The URL is not one this client sends to; the payload says why.
        case badURL(reason: String)
        /// A header field could be read as something else by the server.
        case badHeader(name: String)
        /// No address was found for the server or its proxy.
        case couldNotResolve(host: String)
        /// No connection to the server or its proxy.
        case couldNotConnect
        /// The proxy refused to connect us.
        case proxyRefused(status: Int)
        /// No agreement on an encrypted connection.
        case tls(TLSFailure)
        /// A limit of ``HTTPTimeouts`` was reached.
        case timedOut(Phase)
        /// The connection broke before the response was complete.
        case connectionLost
        /// What answered does not speak HTTP.
        case badResponse
        /// The head or the body is longer than the request allows.
        case responseTooLarge(limit: Int)
        /// The task that waited was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
        /// Another of libcurl's error codes.
        case other(code: Int)
    }

    /// What failed of TLS.
    package enum TLSFailure: Sendable, Hashable {
        /// The server's certificate is not trusted, or is for another name.
        case untrusted
        /// The handshake broke off.
        case handshake
        /// Our certificate or key cannot be used.
        case badClientCertificate
        /// The certificates to trust cannot be read.
        case badCA
    }

    /// How far an exchange had come.
    package enum Phase: Sendable, Hashable {
        /// Waiting for a free place at the host.
        case queued
        /// Looking up the name, connecting, agreeing on TLS.
        case connecting
        /// The request was on its way or sent; no response yet.
        case waiting
        /// The response had begun.
        case receiving
    }

    /// What went wrong.
    package let kind: Kind
    /// The method and the URL without its query, which may hold secrets.
    package let endpoint: String
    /// libcurl's own words, if it had any.
    package let detail: String
    /// Whether the server may have received, and acted on, the request: then the outcome is unknown until observed.
    package let mayHaveReachedServer: Bool

    /// Creates an error; tests script them.
    package init(_ kind: Kind, endpoint: String, detail: String = "", mayHaveReachedServer: Bool) {
        self.kind = kind
        self.endpoint = endpoint
        self.detail = detail
        self.mayHaveReachedServer = mayHaveReachedServer
    }

    /// Whether the same request, sent again later, may succeed without anyone changing anything here.
    ///
    /// Of a request that is not idempotent, ask ``mayHaveReachedServer`` too.
    package var isRetryable: Bool {
        switch self.kind {
        case .couldNotResolve, .couldNotConnect, .timedOut, .connectionLost, .proxyRefused, .tls(.handshake), .other:
            true
        case .badURL, .badHeader, .tls, .badResponse, .responseTooLarge, .cancelled, .shutDown:
            false
        }
    }
}
