/// One request, with the limits it is to be held to.
package struct HTTPRequest: Sendable {
    /// What is asked of the resource.
    package var method: HTTPMethod
    /// An absolute `http` or `https` URL in ASCII, already percent-encoded; sent as it is.
    package var url: String
    /// Fields beside those the client writes itself (`Host`, `Content-Length`, `User-Agent`, `Accept`).
    package var headers: HTTPHeaders
    /// The body; a HEAD request never carries one.
    package var body: [UInt8]?
    /// Sent as `Authorization: Bearer …`.
    package var bearerToken: BearerToken?
    /// How long each part may take.
    package var timeouts: HTTPTimeouts
    /// The longest body to accept; a stream has none.
    package var maxResponseBytes: Int
    /// Whom to trust; `nil` takes the client's choice.
    package var tls: TLSOptions?
    /// Through which proxy; `nil` takes the client's choice.
    package var proxy: HTTPProxy?

    /// Creates a request.
    package init(
        _ method: HTTPMethod,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil,
        bearerToken: BearerToken? = nil,
        timeouts: HTTPTimeouts = HTTPTimeouts(),
        maxResponseBytes: Int = 32 << 20,
        tls: TLSOptions? = nil,
        proxy: HTTPProxy? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.bearerToken = bearerToken
        self.timeouts = timeouts
        self.maxResponseBytes = maxResponseBytes
        self.tls = tls
        self.proxy = proxy
    }
}
