extension HTTPClient {
    /// What all requests of a client share.
    package struct Configuration: Sendable {
        /// Whom to trust when a request does not say.
        package var tls: TLSOptions
        /// Through which proxy to go when a request does not say.
        package var proxy: HTTPProxy
        /// The value of the `User-Agent` field.
        package var userAgent: String
        /// How many requests, streams not counted, may be under way to one origin; more wait in order.
        package var maxRequestsPerHost: Int
        /// How many connections are kept open for later requests.
        package var maxIdleConnections: Int
        /// How many bytes of a stream are held before the server is made to wait.
        package var streamBufferBytes: Int
        /// Whether HTTP/2 is offered on encrypted connections.
        package var allowsHTTP2: Bool

        /// Creates a configuration.
        package init(
            tls: TLSOptions = .system,
            proxy: HTTPProxy = .environment,
            userAgent: String = "peerage",
            maxRequestsPerHost: Int = 64,
            maxIdleConnections: Int = 256,
            streamBufferBytes: Int = 1 << 20,
            allowsHTTP2: Bool = true
        ) {
            self.tls = tls
            self.proxy = proxy
            self.userAgent = userAgent
            self.maxRequestsPerHost = maxRequestsPerHost
            self.maxIdleConnections = maxIdleConnections
            self.streamBufferBytes = streamBufferBytes
            self.allowsHTTP2 = allowsHTTP2
        }
    }
}
