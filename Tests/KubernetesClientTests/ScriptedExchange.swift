import HTTP
import Synchronization

/// Answers requests from a list and remembers them.
final class ScriptedExchange: HTTPExchange {
    private let state: Mutex<(answers: [Result<HTTPResponse, HTTPError>], requests: [HTTPRequest])>

    init(_ answers: Result<HTTPResponse, HTTPError>...) {
        self.state = Mutex((answers, []))
    }

    var requests: [HTTPRequest] { self.state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let answer = self.state.withLock { state -> Result<HTTPResponse, HTTPError>? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw HTTPError(.shutDown, endpoint: request.url, mayHaveReachedServer: false) }
        return try answer.get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.couldNotConnect, endpoint: request.url, mayHaveReachedServer: false)
    }
}

extension Result<HTTPResponse, HTTPError> {
    static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }

    static func failure(_ kind: HTTPError.Kind) -> Self {
        .failure(HTTPError(kind, endpoint: "GET https://127.0.0.1:7410/api", mayHaveReachedServer: false))
    }
}
