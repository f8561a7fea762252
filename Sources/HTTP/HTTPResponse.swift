/// A complete response.
package struct HTTPResponse: Sendable, Hashable {
    /// The status code.
    package var status: Int
    /// The protocol the server answered with.
    package var version: HTTPVersion
    /// The header fields; trailers are not kept.
    package var headers: HTTPHeaders
    /// The whole body.
    package var body: [UInt8]

    /// Creates a response; tests script them.
    package init(status: Int, version: HTTPVersion = .oneOne, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.version = version
        self.headers = headers
        self.body = body
    }

    /// Whether the status says that the request was carried out.
    package var isSuccess: Bool { (200...299).contains(self.status) }
}

/// The protocol versions a server can answer with.
package enum HTTPVersion: String, Sendable, Hashable {
    case oneZero = "HTTP/1.0"
    case oneOne = "HTTP/1.1"
    case two = "HTTP/2"
}
