import HTTP
import JSON

/// One DQL statement for a Big Peer's HTTP data API: `POST {url}/{appId}/api/v4/store/execute`.
///
/// The shapes of request and answer: https://docs.ditto.live/cloud/http-api/api/post-storeexecute
package struct DataStatement: Sendable, Hashable {
    /// The text.
    package let text: String
    /// The values of its parameters, such as `:color`.
    package let arguments: JSONObject
    /// The id of the app whose documents it is about.
    package let appID: String

    /// Creates a statement.
    package init(_ text: String, arguments: JSONObject, appID: String) {
        self.text = text
        self.arguments = arguments
        self.appID = appID
    }

    /// The request that executes it.
    ///
    /// - Parameters:
    ///   - url: The base URL of the data API.
    ///   - token: What the peer asks for, if it does.
    ///   - tls: Whom to trust.
    /// - Returns: The request.
    package func request(to url: String, token: BearerToken?, tls: TLSOptions?) -> HTTPRequest {
        var body: JSONObject = ["statement": .string(self.text)]
        if !self.arguments.isEmpty { body["args"] = .object(self.arguments) }
        var base = url[...]
        while base.last == "/" { base.removeLast() }
        return HTTPRequest(
            .post,
            "\(base)/\(self.appID)/api/v4/store/execute",
            headers: ["Content-Type": "application/json"],
            body: JSONValue.object(body).bytes,
            bearerToken: token,
            timeouts: HTTPTimeouts(total: .seconds(120)),
            maxResponseBytes: 1 << 30,
            tls: tls
        )
    }
}

/// What a statement came to.
package struct DataAnswer: Sendable, Hashable {
    /// The documents or values of a `SELECT`.
    package let items: [JSONValue]
    /// The ids of the documents that were changed.
    package let mutatedDocumentIDs: [JSONValue]
    /// Whether the statement was to give documents, and not to change any.
    package let isSelection: Bool
    /// What the peer thinks of the statement.
    package let warnings: [String]
    /// The answer as it came.
    package let json: JSONValue

    init?(_ json: JSONValue) {
        guard let items = json["items"]?.array else { return nil }
        self.items = items
        self.mutatedDocumentIDs = json["mutatedDocumentIds"]?.array ?? []
        self.isSelection = json["queryType"]?.string.map { $0.lowercased() == "select" } ?? true
        self.warnings = (json["warnings"]?.array ?? []).map { $0["message"]?.string ?? $0.string ?? $0.text }
        self.json = json
    }
}

/// Why a statement came to nothing.
package enum DataFailure: Error, Sendable, Hashable {
    /// The peer refuses it: what it says, and where in the statement.
    case refused(String, line: Int?, column: Int?)
    /// Nobody could tell.
    case unanswered(String)

    /// Reads a response that is no answer.
    init(_ response: HTTPResponse) {
        let json = try? JSONValue(parsing: response.body)
        let error = json?["error"]
        let message = error?["message"]?.string ?? error?.string
        switch response.status {
        case 400, 404, 409, 413, 422:
            self = .refused(
                message ?? "the peer answered \(response.status)",
                line: error?["line"]?.integer.flatMap { Int(exactly: $0) },
                column: error?["column"]?.integer.flatMap { Int(exactly: $0) }
            )
        default: self = .unanswered(message ?? "the peer answered \(response.status)")
        }
    }
}

extension HTTPExchange {
    /// Executes a statement.
    package func execute(
        _ statement: DataStatement,
        at url: String,
        token: BearerToken?,
        tls: TLSOptions?
    ) async throws(DataFailure) -> DataAnswer {
        let response: HTTPResponse
        do {
            response = try await self.send(statement.request(to: url, token: token, tls: tls))
        } catch {
            throw .unanswered("\(url): \(error.message)")
        }
        guard response.isSuccess, let json = try? JSONValue(parsing: response.body), let answer = DataAnswer(json)
        else { throw DataFailure(response) }
        return answer
    }
}
