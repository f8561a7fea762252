/// `/metrics` for any server: method and path in, body out.
package struct MetricsPage: Sendable {
    /// What a server sends back.
    package struct Answer: Sendable {
        /// The HTTP status code.
        package let code: Int
        /// The media type of the body.
        package let contentType: String
        /// The body; not to be sent with the answer to a `HEAD`.
        package let body: [UInt8]
    }

    /// The media type of the text format.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let registry: MetricsRegistry

    /// Creates a page.
    ///
    /// - Parameter registry: What it shows.
    package init(_ registry: MetricsRegistry) {
        self.registry = registry
    }

    /// What it shows now.
    package var body: [UInt8] { self.registry.text }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path without a query.
    /// - Returns: The answer; `nil` when the path is another.
    package func answer(method: String, path: String) -> Answer? {
        guard path == "/metrics" else { return nil }
        guard method == "GET" || method == "HEAD" else {
            return Answer(code: 405, contentType: "text/plain; charset=utf-8", body: Array("read it with GET\n".utf8))
        }
        return Answer(code: 200, contentType: Self.contentType, body: self.body)
    }
}
