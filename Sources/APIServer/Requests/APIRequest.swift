import KubernetesModel

/// One request, as far as answering it needs to know; free of any HTTP library.
struct APIRequest: Sendable {
    /// The methods that the Kubernetes API uses.
    enum Method: String, Sendable, Hashable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// What to do.
    let method: Method
    /// With what.
    let target: RequestTarget
    /// Which representations the client takes.
    let accept: AcceptedMedia
    /// What the body is, without parameters and in lower case; empty when the client did not say.
    let contentType: String
    /// What the client says that it is: its program's name, a slash, and more.
    let userAgent: String
    /// The body.
    let body: [UInt8]

    /// Creates a request.
    init(
        _ method: Method,
        _ target: RequestTarget,
        accept: AcceptedMedia = .json,
        contentType: String = "",
        userAgent: String = "",
        body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.accept = accept
        self.contentType = contentType
        self.userAgent = userAgent
        self.body = body
    }
}

extension APIRequest {
    /// Whether the write is only to be tried.
    ///
    /// - Returns: `true` for `dryRun=All`.
    /// - Throws: `BadRequest` for any other word.
    func isDryRun() throws(APIStatus) -> Bool {
        let values = self.target.query.filter { $0.name == "dryRun" }.map(\.value)
        guard values.allSatisfy({ $0 == "All" }) else {
            throw APIStatus(
                .badRequest,
                "dryRun: unsupported value \"\(values.joined(separator: ","))\"; expected \"All\""
            )
        }
        return !values.isEmpty
    }
}
