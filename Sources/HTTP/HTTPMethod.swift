/// The request methods this client sends.
package enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether sending the same request twice has the effect of sending it once.
    ///
    /// RFC 9110 §9.2.2: "A client SHOULD NOT automatically retry a request with a non-idempotent method".
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete: true
        case .post, .patch: false
        }
    }
}
